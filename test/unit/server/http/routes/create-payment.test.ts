import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createIdempotency } from '../../../../../server/http/idempotency.ts'
import { createCheckoutRoutes } from '../../../../../server/http/routes/checkout.ts'
import { createPaymentCreationRoutes } from '../../../../../server/http/routes/create-payment.ts'
import { createPaymentRoutes } from '../../../../../server/http/routes/payments.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import { createAttention } from '../../../../../server/usecases/attention.ts'
import { createdPaymentSchema } from '../../../../../shared/contract/payments.ts'
import { KEYED } from '../../../../support/scripted-provider.ts'
import { createWorld, MINI_APP, type World } from '../../../../support/world.ts'
import { postJson, problemOf, startApp } from '../harness.ts'

const API_KEY = 'key-of-the-shop'
const CODE = '130061098828009406'

let world: World
let url: string
beforeEach(async () => {
  const scenes = [...KEYED.scenes, 'paymentCode'] as const
  world = await createWorld({
    capabilities: KEYED,
    others: { till: { ...KEYED, scenes } },
  })
  world.other('till').action = { kind: 'wait', expiresAtMs: world.clock.nowMs() + 7_200_000 }
  await world.anOrder()
  const idempotent = createIdempotency(world)
  const stages = {
    apiKey: createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex(API_KEY) }]),
    idempotent,
  }
  const deps = { ...world, attention: createAttention(world.clock, async () => {}) }
  const payer = createCheckoutRoutes(deps, {
    session: async (ctx, next) => {
      ctx.state.sessions = [world.session]
      await next()
    },
    idempotent,
    stopping: new AbortController().signal,
  })
  const merchant = [createPaymentRoutes(world, stages), createPaymentCreationRoutes(world, stages)]
  const tools = { ...world, lines: [] }
  url = (await startApp(tools, { parsed: [...merchant, payer] })).address
})
afterEach(() => world.close())

const bearer = { authorization: `Bearer ${API_KEY}` }
const withKey = (key: string) => ({ 'idempotency-key': key })
const ask = (body: object, headers: Record<string, string> = withKey('till-0001')) =>
  postJson(`${url}/v1/payments`, { orderRef: 'tea-1001', ...body }, { ...bearer, ...headers })
const atTill = { scene: 'paymentCode', paymentCode: CODE }

describe('POST /v1/payments', () => {
  test('by code: the payment as the merchant sees it, and nothing to do but wait', async () => {
    const response = await ask(atTill)
    expect(response.status).toBe(201)
    expect(createdPaymentSchema.parse(await response.json())).toMatchObject({
      orderRef: 'tea-1001',
      accountId: 'till',
      status: 'pending',
      amount: { value: 1999, currency: 'CNY' },
      payer: null,
      clientAction: { kind: 'wait' },
    })
  })

  test('in a Mini Program: the payer is the one of the order', async () => {
    const payment = createdPaymentSchema.parse(await (await ask({ scene: 'miniProgram' })).json())
    expect(payment.payer).toEqual({ appId: MINI_APP, openid: 'o-liwei' })
    expect(payment.clientAction).toMatchObject({ kind: 'qrCode' })
  })

  test.each([
    [{}, '127.0.0.1'],
    [{ payerIp: '203.0.113.9' }, '203.0.113.9'],
  ])(
    'asks in the name of the payer at the address that is told, else of the caller',
    async (told, payerIp) => {
      const payment = createdPaymentSchema.parse(await (await ask({ ...atTill, ...told })).json())
      const stored = await world.store.payment(payment.paymentId)
      expect(stored?.request).toMatchObject({ payerIp, paymentCode: CODE, locale: 'zh-CN' })
    },
  )

  test('repeated is one payment and one answer', async () => {
    const first = await ask(atTill)
    const again = await ask(atTill)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.text()).toBe(await first.text())
    expect(world.other('till').payments.size).toBe(1)
  })

  test('refused by all is told with the accounts that were asked', async () => {
    for (const provider of [world.provider, world.other('till')]) {
      provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    }
    const problem = await problemOf(await ask({ scene: 'desktopQr' }))
    expect(problem).toMatchObject({ code: 'providerRejected', accounts: ['scripted', 'till'] })
  })

  test.each<[string, object, Record<string, string>]>([
    ['unauthenticated', atTill, { authorization: 'Bearer wrong', ...withKey('till-0001') }],
    ['idempotencyKeyMissing', atTill, {}],
    ['invalidRequest', { scene: 'paymentCode' }, withKey('till-0001')],
    ['invalidRequest', { scene: 'desktopQr', paymentCode: CODE }, withKey('till-0001')],
    ['sceneUnsupported', { ...atTill, accountId: 'scripted' }, withKey('till-0001')],
    ['accountNotFound', { ...atTill, accountId: 'nobody' }, withKey('till-0001')],
    ['orderNotFound', { ...atTill, orderRef: 'tea-404' }, withKey('till-0001')],
  ])('is refused as %s', async (code, body, headers) => {
    expect((await problemOf(await ask(body, headers)))['code']).toBe(code)
    expect(world.other('till').calls).toEqual([])
  })

  test('without an account that takes codes names those that do', async () => {
    const problem = await problemOf(await ask({ ...atTill, accountId: 'scripted' }))
    expect(problem).toMatchObject({ accounts: ['till'] })
  })
})

test('a payer cannot pay by code at the checkout, and is told who can', async () => {
  const response = await postJson(
    `${url}/v1/checkout/tea-1001/payments`,
    { scene: 'paymentCode' },
    withKey('payer-001'),
  )
  const problem = await problemOf(response)
  expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
  expect(JSON.stringify(problem['issues'])).toContain('POST /v1/payments')
})
