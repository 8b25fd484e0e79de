import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { Payer } from '../../scripts/demo/payer.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import { PROBLEMS, type ProblemCode, problemSchema } from '../../shared/contract/problem.ts'

/** Whatever is wrong with a request: a problem+json with a stable code, advice, and a request id. */

let stack: Stack
let order: CreatedOrder
let liWei: Payer
let anna: Payer

beforeAll(async () => {
  stack = await startStack({ config: { logLevel: 'silent' } })
  order = await new Merchant(stack.url, SANDBOX_API_KEY).order('tea-bad-input', cny(1999))
  stack.sandbox.wechat.people.use('anna')
  anna = new Payer(stack.url, stack.sandbox)
  await anna.open('miniProgram', order)
  stack.sandbox.wechat.people.use('li-wei')
  liWei = new Payer(stack.url, stack.sandbox)
  await liWei.open('miniProgram', order)
})
afterAll(() => stack.close())

const cny = (value: number) => ({ value, currency: 'CNY' })

interface Wrong {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

async function problemOf({ method = 'POST', path, headers, body }: Wrong) {
  const response = await fetch(stack.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  expect(response.headers.get('content-type'), text).toContain('application/problem+json')
  const problem = problemSchema.parse(JSON.parse(text))
  expect(response.status).toBe(problem.status)
  expect(PROBLEMS[problem.code][0]).toBe(response.status)
  expect(problem.detail.length).toBeGreaterThan(10)
  expect(response.headers.get('x-request-id')).toBe(problem.requestId)
  return problem
}

const asMerchant = { authorization: `Bearer ${SANDBOX_API_KEY}` }
let keys = 0
function newKey(): string {
  keys += 1
  return `bad-input-${keys}`
}
const withKey = () => ({ ...asMerchant, 'idempotency-key': newKey() })

function orderWith(fields: object): Wrong {
  const body = { orderRef: 'tea-x', amount: cny(1), description: 'Tea', ...fields }
  return { path: '/v1/orders', headers: withKey(), body: JSON.stringify(body) }
}

describe('an order', () => {
  test.each<[string, unknown, ProblemCode]>([
    ['of nothing', cny(0), 'invalidAmount'],
    ['of less than nothing', cny(-1), 'invalidAmount'],
    ['of one and a half', cny(1.5), 'invalidAmount'],
    ['of more than a number can count', cny(2 ** 53), 'invalidAmount'],
    ['of an amount as text', { value: '19.99', currency: 'CNY' }, 'invalidAmount'],
    ['without a currency', { value: 1 }, 'invalidAmount'],
    ['in a currency that is none', { value: 1, currency: 'yuan' }, 'invalidAmount'],
    ['without an amount', undefined, 'invalidAmount'],
  ])('%s is refused', async (_, amount, code) => {
    expect((await problemOf(orderWith({ amount }))).code).toBe(code)
  })

  test('of a number that JSON readers round is refused, not rounded', async () => {
    const wrong = orderWith({})
    const body = wrong.body?.replace('"value":1', '"value":9007199254740993')
    const problem = await problemOf({ ...wrong, ...(body === undefined ? {} : { body }) })
    expect(problem.code).toBe('invalidAmount')
  })

  test.each<[string, Wrong, ProblemCode]>([
    ['wrong JSON', { path: '/v1/orders', headers: withKey(), body: '{"orderRef":' }, 'invalidJson'],
    [
      'no JSON at all',
      { path: '/v1/orders', headers: { ...withKey(), 'content-type': 'text/plain' }, body: 'tea' },
      'unsupportedMediaType',
    ],
    ['unknown fields', orderWith({ colour: 'green' }), 'invalidRequest'],
    ['an orderRef with spaces', orderWith({ orderRef: 'tea 1' }), 'invalidRequest'],
    ['no description', orderWith({ description: '  ' }), 'invalidRequest'],
    ['a time in the past', orderWith({ expiresAt: '2020-01-01T00:00:00Z' }), 'invalidRequest'],
    ['a body over the limit', orderWith({ description: 'x'.repeat(70_000) }), 'bodyTooLarge'],
    ['no API key', { path: '/v1/orders', body: '{}' }, 'unauthenticated'],
    [
      'a wrong API key',
      { path: '/v1/orders', headers: { authorization: 'Bearer nonsense' }, body: '{}' },
      'unauthenticated',
    ],
    [
      'no Idempotency-Key',
      { path: '/v1/orders', headers: asMerchant, body: '{}' },
      'idempotencyKeyMissing',
    ],
  ])('with %s is refused', async (_, wrong, code) => {
    expect((await problemOf(wrong)).code).toBe(code)
  })

  test('under a name that is taken is refused, and the first one stays as it was', async () => {
    const { code } = await problemOf(orderWith({ orderRef: order.orderRef }))
    expect(code).toBe('orderRefTaken')
  })

  test('with a key that was used for something else is refused', async () => {
    const headers = withKey()
    const first = orderWith({ orderRef: 'tea-key-1' })
    await fetch(stack.url + first.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(first.body === undefined ? {} : { body: first.body }),
    })
    const other = { ...orderWith({ orderRef: 'tea-key-2' }), headers }
    expect((await problemOf(other)).code).toBe('idempotencyKeyReused')
  })
})

describe('paying', () => {
  async function refusalFor(payer: Payer, fields: object, orderRef = order.orderRef) {
    const path = `/v1/checkout/${orderRef}/payments`
    const key = newKey()
    const body = { scene: 'miniProgram', checkoutToken: order.checkoutToken, ...fields }
    const refused: unknown = await payer.frontEnd.send(path, { key, body }).then(
      () => null,
      (error: unknown) => error,
    )
    return refused instanceof Error && 'problem' in refused
      ? problemSchema.parse(refused.problem)
      : null
  }

  test('an order that does not exist', async () => {
    expect((await refusalFor(liWei, {}, 'tea-nowhere'))?.code).toBe('orderNotFound')
  })

  test('the order of somebody else looks like none', async () => {
    const refusal = await refusalFor(anna, { checkoutToken: 'x'.repeat(43) })
    expect(refusal?.code).toBe('orderNotFound')
  })

  test('through an account that does not exist', async () => {
    expect((await refusalFor(liWei, { accountId: 'nobody' }))?.code).toBe('accountNotFound')
  })

  test('in a scene that the account cannot serve names those that can', async () => {
    const refusal = await refusalFor(liWei, { accountId: 'ppro' })
    const able = stack.toolkit.deps.accounts
      .all()
      .filter(({ provider }) => provider.capabilities.scenes.includes('miniProgram'))
      .map(({ provider }) => provider.accountId)
    expect(able).toContain('worldline')
    expect(able).not.toContain('ppro')
    expect(refusal).toMatchObject({ code: 'sceneUnsupported', accounts: able })
  })

  test('in a scene that nobody knows', async () => {
    expect((await refusalFor(liWei, { scene: 'telepathy' }))?.code).toBe('invalidRequest')
  })

  test('with an amount of its own', async () => {
    const refusal = await refusalFor(liWei, { amount: cny(1) })
    expect(['invalidRequest', 'invalidAmount']).toContain(refusal?.code)
  })

  test.each<[string, Record<string, string>, ProblemCode]>([
    ['no session', {}, 'sessionMissing'],
    ['a session of nobody', { authorization: `Bearer ${'a'.repeat(43)}` }, 'sessionMissing'],
  ])('with %s', async (_, headers, code) => {
    const path = `/v1/checkout/${order.orderRef}/payments`
    const body = JSON.stringify({ scene: 'miniProgram' })
    const key = { 'idempotency-key': newKey() }
    expect((await problemOf({ path, headers: { ...headers, ...key }, body })).code).toBe(code)
  })

  test('with a session that is over', async () => {
    const late = new Payer(stack.url, stack.sandbox)
    await late.open('miniProgram', order)
    await stack.clock.advance(25 * 60 * 60 * 1000)
    expect((await refusalFor(late, {}))?.code).toBe('sessionExpired')
  })
})

describe('looking', () => {
  test.each<[string, Wrong, ProblemCode]>([
    [
      'at no payment',
      { method: 'GET', path: '/v1/payments/pay_none', headers: asMerchant },
      'paymentNotFound',
    ],
    [
      'at no refund',
      { method: 'GET', path: '/v1/refunds/rf_none', headers: asMerchant },
      'refundNotFound',
    ],
    [
      'at no order',
      { method: 'GET', path: '/v1/orders/none', headers: asMerchant },
      'orderNotFound',
    ],
    ['at nothing', { method: 'GET', path: '/v1/nothing' }, 'notFound'],
    [
      'in the wrong way',
      { method: 'DELETE', path: '/v1/orders', headers: asMerchant },
      'methodNotAllowed',
    ],
    [
      'at the notifications of nobody',
      { path: '/v1/notifications/nobody', body: '{}' },
      'accountNotFound',
    ],
    ['like a forger', { path: '/v1/notifications/worldline', body: '{}' }, 'notGenuine'],
  ])('%s', async (_, wrong, code) => {
    expect((await problemOf(wrong)).code).toBe(code)
  })
})
