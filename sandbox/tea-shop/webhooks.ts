import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { ShopProblem } from './problems.ts'

const TOLERANCE_MS = 5 * 60_000
const KEPT_NOTES = 200

/** What one verified webhook told this shop. */
export interface WebhookNote {
  readonly webhookId: string
  readonly type: string
  readonly orderRef: string | null
  /** ISO 8601, by the shop's clock. */
  readonly receivedAt: string
}

export interface WebhookDesk {
  /**
   * Takes one webhook: signature first, on the exact bytes, then the content. A webhook that was
   * delivered twice is noted once. Throws ShopProblem when it is not the toolkit's.
   */
  receive(webhook: ReceivedWebhook): void
  /** Newest first. */
  notes(): readonly WebhookNote[]
}

export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

const payloadSchema = z.object({
  type: z.string(),
  data: z.object({ orderRef: z.string().nullish() }).optional(),
})

/** Receives Standard Webhooks (spec 1.0.0, `v1` symmetric signatures) as every merchant would. */
export function createWebhookDesk(options: { secret: string; clock: Clock }): WebhookDesk {
  const key = Buffer.from(options.secret.replace(/^whsec_/, ''), 'base64')
  const notes = new Map<string, WebhookNote>()
  return {
    receive({ headers, body }) {
      const nowMs = options.clock.nowMs()
      const webhookId = verifiedId({ headers, body, key, nowMs })
      const payload = payloadSchema.safeParse(parseJson(body))
      if (!payload.success) {
        throw new ShopProblem({
          status: 400,
          code: 'webhookUnreadable',
          message: 'The webhook is signed, but its body is not {"type": …, "data": …}.',
        })
      }
      if (notes.has(webhookId)) return
      const { type, data } = payload.data
      const receivedAt = new Date(nowMs).toISOString()
      notes.set(webhookId, { webhookId, type, orderRef: data?.orderRef ?? null, receivedAt })
      const oldest = notes.keys().next()
      if (notes.size > KEPT_NOTES && !oldest.done) notes.delete(oldest.value)
    },
    notes: () => [...notes.values()].toReversed(),
  }
}

function verifiedId(webhook: ReceivedWebhook & { key: Buffer; nowMs: number }): string {
  const { headers, body, key, nowMs } = webhook
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
    (name) => headers[`webhook-${name}`] ?? '',
  )
  if (!id || !timestamp || !signatures) throw untrusted('A webhook- header is missing.')
  const ageMs = Math.abs(nowMs - Number(timestamp) * 1000)
  if (!(ageMs <= TOLERANCE_MS)) throw untrusted('The webhook-timestamp is over five minutes off.')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  const genuine = signatures
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
  if (!genuine) throw untrusted('No signature fits.')
  return id
}

function untrusted(message: string): ShopProblem {
  return new ShopProblem({ status: 401, code: 'webhookUntrusted', message })
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
