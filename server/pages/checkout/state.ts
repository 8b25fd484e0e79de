/** What the page shows at one moment, and how it follows from what the client says. Pure. */
import type { CheckoutProblem, CheckoutResult, QrCode } from '../../../shared/browser.ts'
import type { CheckoutPayment } from '../../../shared/contract/payments.ts'
import type { MessageKey } from '../../../shared/messages/keys.ts'
import type { Advice } from './plan.ts'

export type PageState =
  /** Nothing to do yet but wait. */
  | { readonly kind: 'working'; readonly what: Work }
  /** The payer's tap opens the cashier. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'code'; readonly code: QrCode }
  | { readonly kind: 'paid'; readonly paidAt: string | null }
  | { readonly kind: 'pending' }
  | { readonly kind: 'dismissed' }
  /** This attempt is over, the order is not: the next one pays the same order. */
  | { readonly kind: 'expired'; readonly wasCode: boolean }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: CheckoutPayment['reason'] }
  | { readonly kind: 'closed'; readonly reason: CheckoutPayment['reason'] }
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'problem'
      readonly message: PlainKey
      readonly retryable: boolean
      readonly requestId: string | null
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'elsewhere'; readonly advice: Advice; readonly codeToo: boolean }

export type Work = 'creating' | 'confirming' | 'leaving'

/** A message without gaps to fill. */
export type PlainKey = Extract<MessageKey, `problem.${string}` | `surfaceReason.${string}`>

/** Only the server's verdict says paid; a closed attempt at an order that lives on is only over. */
export function stateOfResult(
  result: CheckoutResult,
  here: { orderIsOver: boolean; byCode: boolean },
): PageState {
  const { verdict, payment, problem, surface, reason } = result
  switch (verdict) {
    case 'paid':
      return { kind: 'paid', paidAt: payment?.paidAt ?? null }
    case 'failed':
      return { kind: 'failed', reason: payment?.reason ?? null }
    case 'closed': {
      const why = payment?.reason ?? null
      if (here.orderIsOver || why === 'orderClosed') return { kind: 'closed', reason: why }
      return why === 'cancelled' ? { kind: 'cancelled' } : { kind: 'expired', wasCode: here.byCode }
    }
    case 'pending':
      break
  }
  if (problem) return stateOfProblem(problem)
  if (reason === 'expired') return { kind: 'expired', wasCode: true }
  if (surface === 'dismissed') return { kind: 'dismissed' }
  if (surface === 'unavailable' || surface === 'failed') {
    const message = `surfaceReason.${reason ?? 'unknown'}` as const
    return { kind: 'problem', message, retryable: true, requestId: null }
  }
  return { kind: 'pending' }
}

export function stateOfProblem(problem: Omit<CheckoutProblem, 'advice'>): PageState {
  const { code, retryable, requestId = null } = problem
  if (code === 'offline' || code === 'unexpectedAnswer') return { kind: 'offline' }
  if (code === 'orderAlreadyPaid') return { kind: 'paid', paidAt: null }
  if (code === 'orderClosed') return { kind: 'closed', reason: null }
  if (code === 'orderNotFound' || code === 'paymentNotFound') return { kind: 'missing' }
  return { kind: 'problem', message: `problem.${code}`, retryable, requestId }
}

/** States in which nobody waits for anything, so that coming back to the page may ask again. */
export function isIdle({ kind }: PageState): boolean {
  return kind === 'pending' || kind === 'dismissed' || kind === 'offline'
}
