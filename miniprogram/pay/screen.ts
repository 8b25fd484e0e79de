/** From what the client reports to what the payer sees. Pure: no page, no wx, no clock. */
import type { CheckoutErrorCode, CheckoutResult, SurfaceReason } from 'wechat-pay-client'
import type { ScreenKind } from '../texts/texts'

export type Why = CheckoutErrorCode | SurfaceReason

export interface Screen {
  readonly kind: ScreenKind
  /** Why it did not go on, where there is more to say than the screen itself does. */
  readonly why: Why | null
}

/** Only the server's verdict makes a screen `paid`; what WeChat's cashier said never does. */
export function screenOfResult(result: CheckoutResult): Screen {
  const { verdict, surface, reason, problem, payment } = result
  if (verdict === 'failed') return { kind: 'failed', why: null }
  if (verdict === 'closed') {
    // Another attempt took this one's place: the order itself still waits to be paid.
    return { kind: payment?.reason === 'superseded' ? 'dismissed' : 'closed', why: null }
  }
  if (verdict === 'paid') return { kind: 'paid', why: null }
  if (problem) return screenOfProblem(problem)
  if (surface === 'dismissed') return { kind: 'dismissed', why: null }
  // The cashier did not open or broke. The order stays as it is and can be tried again.
  if (surface === 'unavailable' || surface === 'failed') {
    return { kind: 'problem', why: reason ?? null }
  }
  return { kind: 'pending', why: null }
}

/** For an attempt that did not even begin: no payment came about, so nothing was charged. */
export function screenOfProblem(problem: { code: CheckoutErrorCode; retryable: boolean }): Screen {
  const { code, retryable } = problem
  const known = SCREENS_BY_CODE[code]
  if (known) return { kind: known, why: null }
  return { kind: retryable ? 'problem' : 'refused', why: code }
}

const SCREENS_BY_CODE: Readonly<Partial<Record<CheckoutErrorCode, ScreenKind>>> = {
  offline: 'offline',
  unexpectedAnswer: 'offline',
  orderAlreadyPaid: 'paid',
  orderClosed: 'closed',
  orderNotFound: 'missing',
  paymentNotFound: 'missing',
}
