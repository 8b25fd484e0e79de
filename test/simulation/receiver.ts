import { createWebhookDesk } from '../../sandbox/tea-shop/webhooks.ts'
import { SANDBOX_WEBHOOK_SECRET } from '../../scripts/sandbox-config.ts'
import type { Store } from '../../server/store/store.ts'
import type { WebhookSender } from '../../server/webhooks/sender.ts'
import type { Clock } from '../../shared/clock.ts'
import { Broken, type Host, type Message, type SimNetwork } from './network.ts'

export const RECEIVER_URL = 'http://127.0.0.1:3001'

/** The merchant's end of the webhooks: believes what verifies, and remembers every word of it. */
export class Receiver {
  readonly #bodies = new Map<string, string>()
  readonly #clock: Clock
  readonly violations: string[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Where the network leads webhooks. */
  readonly host: Host = async ({ headers, body }: Message) => {
    const desk = createWebhookDesk({ secret: SANDBOX_WEBHOOK_SECRET, clock: this.#clock })
    try {
      desk.receive({ headers, body })
    } catch {
      return { status: 401, headers: {}, body: new Uint8Array() }
    }
    const id = headers['webhook-id'] ?? ''
    const text = Buffer.from(body).toString('utf8')
    const before = this.#bodies.get(id)
    if (before !== undefined && before !== text) {
      this.violations.push(`I3 the webhook ${id} said one thing, and then another`)
    }
    this.#bodies.set(id, text)
    return { status: 204, headers: {}, body: new Uint8Array() }
  }

  /** Every event since the merchant listens was told, and nothing that is no event. */
  async judge(store: Store): Promise<string[]> {
    const wrong = [...this.violations]
    const told = new Map<number, string>()
    for (const [id, text] of this.#bodies) {
      const { type, data }: { type: string; data: { seq: number } } = JSON.parse(text)
      if (told.has(data.seq)) wrong.push(`I3 event ${data.seq} was told as ${id} and another`)
      told.set(data.seq, type)
    }
    const events = await store.events({ afterSeq: 0, limit: 1_000_000 })
    for (const { seq, type } of events) {
      if (told.get(seq) !== type) wrong.push(`I2 the merchant never heard of ${type} (${seq})`)
      told.delete(seq)
    }
    for (const [seq, type] of told)
      wrong.push(`I1 the merchant heard of ${type} (${seq}), which is not`)
    return wrong
  }
}

/** The toolkit's way to the merchant, through the simulated network. */
export function webhooksOver(network: SimNetwork): WebhookSender {
  return async ({ url, headers, body, timeoutMs }) => {
    try {
      const message = { method: 'POST', url: new URL(url), headers: { ...headers }, body }
      const { status } = await network.webhook(message, timeoutMs)
      return { kind: 'answered', status, retryAfterMs: null }
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      return { kind: 'failed', reason: error.message }
    }
  }
}
