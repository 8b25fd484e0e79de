import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createRouter, jsonReply, NO_REPLY, type Reply, serve } from '../../../../sandbox/http.ts'
import { createRandom } from '../../../../sandbox/random.ts'
import { createTeaShop, type TeaShop } from '../../../../sandbox/tea-shop/index.ts'
import type { WechatAccess } from '../../../../sandbox/tea-shop/payers.ts'
import { PROBLEMS, type ProblemCode } from '../../../../shared/contract/problem.ts'

export const START_MS = Date.parse('2026-06-24T02:00:00Z')
export const SECRET = `whsec_${Buffer.from('a secret of the shop').toString('base64')}`

interface Heard {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown>
}

/** The merchant API as far as the shop uses it: orders by key, and their status. */
export class FakeMerchantApi {
  readonly heard: Heard[] = []
  readonly orders = new Map<string, Record<string, unknown>>()
  readonly #byKey = new Map<string, unknown>()
  /** What the next calls get instead, in order. `lost` takes the order and answers nothing. */
  readonly fates: ('lost' | ProblemCode | Reply)[] = []

  create(heard: Heard): Reply {
    this.heard.push(heard)
    const fate = this.fates.shift()
    if (fate && fate !== 'lost') return typeof fate === 'string' ? problem(fate) : fate
    const answer = this.#take(heard)
    return fate === 'lost' ? NO_REPLY : jsonReply(201, answer)
  }

  #take({ headers, body }: Heard): unknown {
    const key = headers['idempotency-key'] ?? ''
    const known = this.#byKey.get(key)
    if (known) return known
    const order = {
      orderRef: String(body['orderRef']),
      status: 'open',
      amount: body['amount'],
      refunded: { value: 0, currency: 'CNY' },
      description: body['description'],
      paidLate: false,
      closeReason: null,
      createdAt: new Date(START_MS).toISOString(),
      expiresAt: new Date(START_MS + 7_200_000).toISOString(),
      paidAt: null,
    }
    this.orders.set(order.orderRef, order)
    const checkoutUrl = `https://pay.example/pay/${order.orderRef}?t=secret`
    const answer = { ...order, checkoutToken: 'secret', checkoutUrl }
    this.#byKey.set(key, answer)
    return answer
  }
}

/** The shop over real HTTP, with that API on loopback; closed when the test is over. */
export async function startShop(
  options: { webhookSecret?: string; wechat?: WechatAccess } = {},
): Promise<{
  shop: TeaShop
  api: FakeMerchantApi
  clock: VirtualClock
}> {
  const api = new FakeMerchantApi()
  const server = await serve({
    handler: createRouter([
      {
        method: 'POST',
        path: '/v1/orders',
        handler: ({ headers, body }) =>
          api.create({ headers, body: JSON.parse(Buffer.from(body).toString()) }),
      },
      {
        method: 'GET',
        path: '/v1/orders/{orderRef}',
        handler: ({ params, headers }) => {
          api.heard.push({ headers, body: {} })
          const order = api.orders.get(params['orderRef'] ?? '')
          return order ? jsonReply(200, { ...order, shipments: [] }) : problem('orderNotFound')
        },
      },
    ]),
  })
  const clock = new VirtualClock(START_MS)
  const shop = await createTeaShop({
    toolkitUrl: server.url,
    apiKey: 'key-of-the-shop',
    clock,
    random: createRandom('tea-shop'),
    port: 0,
    ...options,
  })
  onTestFinished(async () => {
    await shop.close()
    await server.close()
  })
  return { shop, api, clock }
}

function problem(code: ProblemCode): Reply {
  const [status, detail] = PROBLEMS[code]
  const body = { type: 'about:blank', title: code, status, code, detail, requestId: 'req1' }
  return jsonReply(status, body)
}
