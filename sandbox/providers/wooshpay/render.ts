import type { IntentRow, RefundRow } from './ledger.ts'
import type { WooshpayAccount, WooshpayBehaviour } from './options.ts'

export function isLive({ secretKey }: Pick<WooshpayAccount, 'secretKey'>): boolean {
  return secretKey.startsWith('sk_live_')
}

/** A point in time in the unit that this WooshPay writes. */
export function timeOf(atMs: number, { createdIn }: WooshpayBehaviour): number {
  return createdIn === 'seconds' ? Math.floor(atMs / 1_000) : atMs
}

/** An intent as POST, GET and webhooks show it. */
export function renderIntent(row: IntentRow, livemode: boolean, behaviour: WooshpayBehaviour) {
  const { fields, method } = row
  const succeeded = row.status === 'succeeded'
  const received = row.amount.value + behaviour.receivedTooMuchMinor
  const told = behaviour.amountReceived === 'told' || behaviour.receivedTooMuchMinor !== 0
  const types = ['wechat_pay']
  const options = method ? { wechat_pay: method.fields.options } : {}
  const asText = (value: unknown) => (behaviour.listsAsText ? JSON.stringify(value) : value)
  return {
    id: row.id,
    object: 'payment_intent',
    created: timeOf(row.createdAtMs, behaviour),
    livemode,
    currency: row.amount.currency,
    amount: row.amount.value,
    status: succeeded ? behaviour.successWord : row.status,
    ...fields,
    client_secret: row.clientSecret,
    ...(row.status === 'requires_action' && row.nextAction ? { next_action: row.nextAction } : {}),
    last_payment_error: row.lastError,
    payment_method_types: asText(types),
    confirmation_method: 'automatic',
    payment_method_options: asText(options),
    ...(method?.fields.returnUrl ? { return_url: method.fields.returnUrl } : {}),
    ...(method ? { payment_method: method.id } : {}),
    amount_received: succeeded && told ? received : null,
    capture_method: 'automatic',
  }
}

/** A refund as POST, GET and webhooks show it. */
export function renderRefund(row: RefundRow, behaviour: WooshpayBehaviour) {
  return {
    id: row.id,
    object: 'refund',
    amount: row.amount.value,
    created: timeOf(row.createdAtMs, behaviour),
    currency: row.amount.currency,
    metadata: row.metadata,
    payment_intent: row.intent.id,
    reason: row.reason,
    status: row.status,
    description: null,
    ...(row.failureReason === null ? {} : { failure_reason: row.failureReason }),
  }
}
