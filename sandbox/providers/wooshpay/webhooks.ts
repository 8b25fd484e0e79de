import type { NotificationInput, Notifier } from '../../notifier.ts'
import { DIGITS, type Random } from '../../random.ts'
import type { EndpointRow, Endpoints } from './endpoints.ts'
import type { IntentRow, RefundRow } from './ledger.ts'
import type { WooshpayAccount, WooshpayBehaviour } from './options.ts'
import { isLive, renderIntent, renderRefund, timeOf } from './render.ts'
import { signatureHeader } from './signing.ts'

type IntentEvent = 'created' | 'requires_action' | 'succeeded' | 'payment_failed' | 'canceled'

/** Tells every endpoint of the account what happened, with the same object that GET would give. */
export interface Webhooks {
  intent(event: IntentEvent, row: IntentRow): void
  refund(row: RefundRow): void
  /** An event nobody at WooshPay signed: the payment claimed as succeeded. */
  forgeSucceeded(row: IntentRow): void
}

export interface WebhookParts {
  readonly notifier: Notifier
  readonly random: Random
  readonly nowMs: () => number
  readonly account: (name: string) => WooshpayAccount | undefined
  readonly endpoints: Endpoints
  readonly behaviour: () => WooshpayBehaviour
}

interface Event {
  readonly account: string
  readonly type: string
  readonly object: { readonly id: string }
}

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { notifier } = parts
  const liveOf = (name: string) => {
    const account = parts.account(name)
    return account !== undefined && isLive(account)
  }
  const intentEvent = (event: IntentEvent, row: IntentRow): Event => ({
    account: row.account,
    type: `payment_intent.${event}`,
    object: renderIntent(row, liveOf(row.account), parts.behaviour()),
  })
  const messages = (event: Event): readonly NotificationInput[] => {
    const { account, type, object } = event
    const targets = parts.endpoints
      .of(account)
      .filter(({ enabledEvents }) => enabledEvents.includes('*') || enabledEvents.includes(type))
    const id = `evt_${parts.random.word(19, DIGITS)}`
    const bodyFor = (endpoint: EndpointRow) =>
      JSON.stringify({
        id,
        object: 'event',
        api_version: endpoint.apiVersion,
        created: timeOf(parts.nowMs(), parts.behaviour()),
        livemode: liveOf(account),
        pending_webhooks: targets.length,
        type,
        data: { object },
      })
    return targets.map((endpoint) =>
      signedMessage(parts, { endpoint, body: bodyFor(endpoint), event: type, subject: object.id }),
    )
  }
  const send = (event: Event) => {
    for (const message of messages(event)) notifier.send(message)
  }
  return {
    intent: (event, row) => send(intentEvent(event, row)),
    refund(row) {
      const object = renderRefund(row, parts.behaviour())
      send({ account: row.intent.account, type: 'charge.refund.updated', object })
    },
    forgeSucceeded(row) {
      const claim: IntentRow = { ...row, status: 'succeeded', paidAtMs: parts.nowMs() }
      for (const message of messages(intentEvent('succeeded', claim))) notifier.sendForged(message)
    },
  }
}

interface Unsigned {
  readonly endpoint: EndpointRow
  readonly body: string
  readonly event: string
  readonly subject: string
}

/** Its headers are made as it sets out, since a repeat may carry a time and signature of its own. */
function signedMessage(
  { nowMs, behaviour }: WebhookParts,
  { endpoint, body, event, subject }: Unsigned,
): NotificationInput {
  const firstAtMs = nowMs()
  const { url, secret } = endpoint
  const headers = (key: string) => {
    const atMs = behaviour().repeatsAreSignedAnew ? nowMs() : firstAtMs
    return {
      'Content-Type': 'application/json',
      'Wooshpay-Signature': signatureHeader(body, key, atMs),
    }
  }
  return {
    url,
    body,
    event,
    subject,
    get headers() {
      return headers(secret)
    },
    forged: { url, body, headers: headers(`not ${secret}`) },
  }
}
