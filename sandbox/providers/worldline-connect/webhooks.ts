import type { Notifier } from '../../notifier.ts'
import { type Random, uuid } from '../../random.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import type { WebhookEndpoint, WorldlineBehaviour, WorldlineMerchant } from './options.ts'
import { renderPayment, renderRefund } from './render.ts'
import { signWebhook } from './signing.ts'

/** Tells the merchant's endpoints what happened, with the same object that GET would give. */
export interface Webhooks {
  payment(row: PaymentRow): void
  refund(row: RefundRow): void
  /** An event nobody signed: the payment claimed as captured. */
  forgeCaptured(row: PaymentRow): void
  /** The event that payments and refunds begin with. */
  created(row: PaymentRow | RefundRow): void
}

export interface WebhookParts {
  readonly notifier: Notifier
  readonly random: Random
  readonly nowMs: () => number
  readonly merchant: (merchantId: string) => WorldlineMerchant | undefined
  readonly behaviour: () => WorldlineBehaviour
}

type EventObject =
  | { readonly payment: ReturnType<typeof renderPayment> }
  | { readonly refund: ReturnType<typeof renderRefund> }

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { notifier, random } = parts

  const messages = (merchantId: string, type: string, object: EventObject) => {
    const event = {
      apiVersion: 'v1',
      id: uuid(random),
      created: new Date(parts.nowMs()).toISOString().replace('Z', '+0000'),
      merchantId,
      type,
      ...object,
    }
    const body = JSON.stringify(event, null, 2)
    const subject = 'payment' in object ? object.payment.id : object.refund.id
    const endpoints = parts.merchant(merchantId)?.webhooks ?? []
    return endpoints.map((endpoint) => signedMessage({ endpoint, body, event: type, subject }))
  }
  const send = (merchantId: string, type: string, object: EventObject) => {
    for (const message of messages(merchantId, type, object)) notifier.send(message)
  }
  const paymentObject = (row: PaymentRow) => ({ payment: renderPayment(row, parts.behaviour()) })

  return {
    payment(row) {
      const object = paymentObject(row)
      send(row.merchantId, `payment.${object.payment.status.toLowerCase()}`, object)
    },
    refund(row) {
      const type = `refund.${row.status.toLowerCase()}`
      send(row.payment.merchantId, type, { refund: renderRefund(row) })
    },
    created(row) {
      if ('payment' in row) {
        send(row.payment.merchantId, 'refund.created', { refund: renderRefund(row) })
      } else send(row.merchantId, 'payment.created', paymentObject(row))
    },
    forgeCaptured(row) {
      const claim: PaymentRow = { ...row, status: 'CAPTURED', paidAtMs: parts.nowMs() }
      const claimed = messages(row.merchantId, 'payment.captured', paymentObject(claim))
      for (const message of claimed) notifier.sendForged(message)
    },
  }
}

function signedMessage(options: {
  endpoint: WebhookEndpoint
  body: string
  event: string
  subject: string
}) {
  const { endpoint, body, event, subject } = options
  const { url, keyId, secret } = endpoint
  const message = (signature: string) => ({
    url,
    headers: {
      'Content-Type': 'application/json',
      'X-GCS-KeyId': keyId,
      'X-GCS-Signature': signature,
    },
    body,
  })
  const forged = message(signWebhook(body, `not ${secret}`))
  return { ...message(signWebhook(body, secret)), event, subject, forged }
}
