/** From what the client reports to what the payer is told. Pure: no page, no wx, no clock. */
import type { CheckoutErrorCode, CheckoutResult, SurfaceReason } from 'wechat-pay-client'

/** How an attempt to pay ended, each with its own next step. */
export type OutcomeKind =
  /** On the server's word. */
  | 'paid'
  /** The payer finished, and the server does not know yet: check again, never pay again. */
  | 'pending'
  /** Not paid yet: the cashier was left, or an error in it was put away, which WeChat tells alike. */
  | 'dismissed'
  /** Refused, and nothing was taken: pay again. */
  | 'failed'
  /** The order can no longer be paid. */
  | 'closed'
  /** Nobody could be asked; whether it is paid is open. */
  | 'offline'
  /** The cashier did not open, for a reason that may pass. */
  | 'problem'
  /** The cashier does not open, and trying again does not help. */
  | 'refused'
  /** No such order, or another payer's. */
  | 'missing'

export type Why =
  | CheckoutErrorCode
  | SurfaceReason
  /** This WeChat is too old. */
  | 'outdated'
  /** Opened as a single page from Moments, where nothing can be paid. */
  | 'singlePage'

export interface Outcome {
  readonly kind: OutcomeKind
  /** Why it did not go on, where there is more to say than the kind itself does. */
  readonly why: Why | null
}

/** Only the server's verdict makes an outcome `paid`; what WeChat's cashier said never does. */
export function outcomeOfResult(result: CheckoutResult): Outcome {
  const { verdict, surface, reason, problem, payment } = result
  if (verdict === 'failed') return { kind: 'failed', why: null }
  if (verdict === 'closed') {
    // Another attempt took this one's place: the order itself still waits to be paid.
    return { kind: payment?.reason === 'superseded' ? 'dismissed' : 'closed', why: null }
  }
  if (verdict === 'paid') return { kind: 'paid', why: null }
  if (problem) return outcomeOfProblem(problem)
  if (surface === 'dismissed') return { kind: 'dismissed', why: null }
  // The cashier did not open or broke. The order stays as it is and can be tried again.
  if (surface === 'unavailable' || surface === 'failed') {
    return { kind: 'problem', why: reason ?? null }
  }
  return { kind: 'pending', why: null }
}

/** For an attempt that did not even begin: no payment came about, so nothing was charged. */
export function outcomeOfProblem(problem: {
  code: CheckoutErrorCode
  retryable: boolean
}): Outcome {
  const { code, retryable } = problem
  const known = KINDS_BY_CODE[code]
  if (known) return { kind: known, why: null }
  return { kind: retryable ? 'problem' : 'refused', why: code }
}

const KINDS_BY_CODE: Readonly<Partial<Record<CheckoutErrorCode, OutcomeKind>>> = {
  offline: 'offline',
  unexpectedAnswer: 'offline',
  orderAlreadyPaid: 'paid',
  orderClosed: 'closed',
  orderNotFound: 'missing',
  paymentNotFound: 'missing',
}
