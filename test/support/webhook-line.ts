import { afterEach, beforeEach, expect } from 'vitest'
import { play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, type StackOptions, startStack } from '../../scripts/stack.ts'
import {
  type WebhookBody,
  type WebhookDeliveryView,
  type WebhookEndpointWithSecret,
  webhookDeliveriesSchema,
  webhookEndpointWithSecretSchema,
} from '../../shared/contract/webhooks.ts'
import { verified, WebhookReceiver } from './webhook-receiver.ts'

/** The whole line on virtual time, and a receiver over real HTTP beside it. */
export interface WebhookLine {
  readonly stack: Stack
  readonly receiver: WebhookReceiver
  readonly receiverUrl: string
  /** A call of the merchant; the answer as it is, problems too. */
  api(method: string, path: string, body?: object): Promise<unknown>
  endpoint(fields?: object): Promise<WebhookEndpointWithSecret>
  deliveries(endpointId: string): Promise<readonly WebhookDeliveryView[]>
  /** An order that is paid by the time this resolves; the answer is its orderRef. */
  payment(): Promise<string>
  /** Moves the clock, and does the work that becomes due. */
  later(ms: number): Promise<void>
  /** Through one gap of the timetable after the other, with its jitter. */
  through(gaps: readonly number[]): Promise<void>
  /** All that the receiver got and the library of Standard Webhooks believes. */
  bodies(secret: string): readonly WebhookBody[]
  /** Stops the line and starts it again, as an operator would. */
  restart(options?: StackOptions): Promise<void>
}

/** A fresh line for each test of a file. */
export function webhookLine(): WebhookLine {
  let stack: Stack
  let receiver: WebhookReceiver
  let receiverUrl: string
  let calls = 0
  let payments = 0
  const start = (options: StackOptions = {}) =>
    startStack({ accounts: ['worldline'], config: { logLevel: 'silent' }, ...options })
  beforeEach(async () => {
    stack = await start()
    receiver = new WebhookReceiver({ nowMs: () => stack.clock.nowMs() })
    receiverUrl = await receiver.open()
  })
  afterEach(async () => {
    await stack.close()
    await receiver.close()
  })

  const line: WebhookLine = {
    get stack() {
      return stack
    },
    get receiver() {
      return receiver
    },
    get receiverUrl() {
      return receiverUrl
    },
    async api(method, path, body) {
      calls += 1
      const response = await fetch(`${stack.url}/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${SANDBOX_API_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': `webhook-flow-${calls}`,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return response.status === 204 ? null : await response.json()
    },
    async endpoint(fields = {}) {
      const made = await line.api('POST', 'webhookEndpoints', { url: receiverUrl, ...fields })
      return webhookEndpointWithSecretSchema.parse(made)
    },
    async deliveries(endpointId) {
      const page = await line.api('GET', `webhookDeliveries?endpointId=${endpointId}&limit=200`)
      return webhookDeliveriesSchema.parse(page).data
    },
    async payment() {
      payments += 1
      const wish = { provider: 'worldline', scene: 'miniProgram', path: 'notified' } as const
      expect(await play(stack, wish, payments)).toMatchObject({ verdict: 'paid' })
      return `demo-${payments}`
    },
    async later(ms) {
      await stack.clock.advance(ms)
      await stack.toolkit.workers.idle()
    },
    async through(gaps) {
      for (const gapMs of gaps) await line.later(gapMs + Math.min(gapMs * 0.1, 300_000) + 1_000)
    },
    bodies: (secret) => receiver.received.map((each) => verified(each, secret)),
    async restart(options) {
      await stack.close()
      stack = await start(options)
    },
  }
  return line
}
