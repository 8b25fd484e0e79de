import { onTestFinished } from 'vitest'
import { SANDBOX_API_KEY, sandboxConfig } from '../../../scripts/sandbox-config.ts'
import { resolveConfig } from '../../../server/config.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import type { RawNotification } from '../../../server/providers/provider.ts'
import { createToolkit, type Toolkit } from '../../../server/toolkit.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import { type Pairing, PUBLIC_URL, payerIn, type Simulated, simulate } from './simulated.ts'

/** What the merchant's API answered. */
export interface Answer {
  readonly status: number
  /** Text of one field of the answer; empty where there is none. */
  field(name: string): string
}

/** The whole toolkit over one account: its API, its workers, its books, and all that it ever says. */
export interface Shop {
  readonly world: Simulated
  readonly toolkit: Toolkit
  /** Log lines, from debug upwards. */
  readonly lines: readonly string[]
  /** Every HTTP answer to anybody: head and body. */
  readonly answers: readonly string[]
  order(orderRef: string, scene: Scene): Promise<Answer>
  /** The same key is the same payment. */
  pay(orderRef: string, options: { scene: Scene; key: string }): Promise<Answer>
  refund(paymentId: string, options: { value: number; key: string }): Promise<Answer>
  call(path: string, options?: CallOptions): Promise<Answer>
  /** Moves the clock, and does the work that becomes due. */
  later(ms: number): Promise<void>
}

interface CallOptions {
  readonly method?: 'GET' | 'POST'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export async function openShop(pairing: Pairing): Promise<Shop> {
  const lines: string[] = []
  const answers: string[] = []
  let url = ''
  const heard = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
    const text = await response.text()
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${text}`)
    return { status: response.status, text }
  }
  const world = await simulate(pairing, async (raw) => {
    const query = raw.query === '' ? '' : `?${raw.query}`
    const path = `/v1/notifications/${world.account.accountId}${query}`
    const { status } = await heard(path, messageOf(raw))
    return status
  })
  const toolkit = await startToolkit(world, lines)
  url = await toolkit.listen()

  const call: Shop['call'] = async (path, { method = 'GET', body, headers = {} } = {}) => {
    const { status, text } = await heard(path, {
      method,
      headers: {
        authorization: `Bearer ${SANDBOX_API_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status, field: (name) => fieldOf(text, name) }
  }
  const post = (path: string, key: string, body: unknown) =>
    call(path, { method: 'POST', body, headers: { 'idempotency-key': key } })
  const { amount } = world.wish()
  return {
    world,
    toolkit,
    lines,
    answers,
    call,
    order(orderRef, scene) {
      const payer = payerIn(world.sandbox, scene)
      const body = { orderRef, amount, description: '龙井茶 50 g', ...(payer ? { payer } : {}) }
      return post('/v1/orders', `order-${orderRef}`, body)
    },
    pay(orderRef, { scene, key }) {
      const { paymentCode, payerIp } = world.wish({ scene })
      const code = paymentCode === null ? {} : { paymentCode }
      return post('/v1/payments', key, { orderRef, scene, payerIp, ...code })
    },
    refund: (paymentId, { value, key }) =>
      post(`/v1/payments/${paymentId}/refunds`, key, { amount: { ...amount, value } }),
    async later(ms) {
      await world.clock.advance(ms)
      await toolkit.workers.idle()
      await world.simulator.notifications.idle()
    },
  }
}

async function startToolkit(world: Simulated, lines: string[]): Promise<Toolkit> {
  const { sandbox, clock, line, account } = world
  const place = { publicUrl: PUBLIC_URL, port: 0, database: IN_MEMORY }
  const config = resolveConfig({ ...sandboxConfig(sandbox, place), accounts: [account] }, {})
  const logger = createLogger({
    clock,
    level: 'debug',
    sink: { write: (text) => lines.push(text) },
  })
  const toolkit = await createToolkit(config, { clock, logger, http: line.http })
  onTestFinished(() => toolkit.close())
  return toolkit
}

const IN_MEMORY = { kind: 'sqlite', path: ':memory:' } as const

/** The notification as it travels. */
function messageOf({ method, headers, body }: RawNotification): RequestInit {
  if (method === 'GET') return { method, headers }
  return { method, headers, body: Uint8Array.from(body) }
}

function fieldOf(text: string, name: string): string {
  const value: unknown = Reflect.get(Object(JSON.parse(text)), name)
  return typeof value === 'string' ? value : ''
}
