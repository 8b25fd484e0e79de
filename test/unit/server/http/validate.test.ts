import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRouter } from '../../../../server/http/context.ts'
import { parseBody, parseParam, parseQuery } from '../../../../server/http/validate.ts'
import { idSchema } from '../../../../shared/contract/common.ts'
import { createOrderRequestSchema } from '../../../../shared/contract/orders.ts'
import { waitQuerySchema } from '../../../../shared/contract/payments.ts'
import { createRefundRequestSchema } from '../../../../shared/contract/refunds.ts'
import { makeTools, postJson, problemOf, startApp } from './harness.ts'

let address: string

beforeEach(async () => {
  const router = createRouter()
    .post('/orders', (ctx) => {
      ctx.body = parseBody(ctx, createOrderRequestSchema)
    })
    .post('/refunds', (ctx) => {
      ctx.body = parseBody(ctx, createRefundRequestSchema)
    })
    .get('/payments/:id', (ctx) => {
      const id = parseParam(ctx, { name: 'id', schema: idSchema })
      ctx.body = { id, ...parseQuery(ctx, waitQuerySchema) }
    })
    .post('/numbers', (ctx) => {
      ctx.body = parseBody(ctx, z.object({ count: z.int() }))
    })
  address = (await startApp(makeTools(), { parsed: [router] })).address
})

const order = (amount: string) => `{"orderRef":"A-1","description":"tea","amount":${amount}}`

describe('an order is read as the merchant wrote it', () => {
  test('a good one passes, with its defaults', async () => {
    const response = await postJson(`${address}/orders`, order('{"value":1999,"currency":"CNY"}'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      orderRef: 'A-1',
      description: 'tea',
      amount: { value: 1999, currency: 'CNY' },
      goodsKind: 'physical',
    })
  })

  test('the largest safe amount and other spellings of whole numbers pass', async () => {
    for (const value of ['9007199254740991', '1999.0', '1.999e3']) {
      const body = order(`{"value":${value},"currency":"CNY"}`)
      expect((await postJson(`${address}/orders`, body)).status, value).toBe(200)
    }
  })

  test.each([
    ['zero', '{"value":0,"currency":"CNY"}'],
    ['minus zero', '{"value":-0,"currency":"CNY"}'],
    ['negative', '{"value":-1,"currency":"CNY"}'],
    ['a fraction', '{"value":1.5,"currency":"CNY"}'],
    ['2^53', '{"value":9007199254740992,"currency":"CNY"}'],
    ['2^53 + 1, which rounds', '{"value":9007199254740993,"currency":"CNY"}'],
    ['a fraction that rounds to 1', '{"value":0.99999999999999999999,"currency":"CNY"}'],
    ['a fraction that rounds to 2^53 - 1', '{"value":9007199254740991.4,"currency":"CNY"}'],
    ['the same with an exponent', '{"value":9.0071992547409914e15,"currency":"CNY"}'],
    ['infinite', '{"value":1e400,"currency":"CNY"}'],
    ['a string', '{"value":"1999","currency":"CNY"}'],
    ['null', '{"value":null,"currency":"CNY"}'],
    ['no currency', '{"value":1999}'],
    ['a small currency', '{"value":1999,"currency":"cny"}'],
    ['one field too many', '{"value":1999,"currency":"CNY","unit":"fen"}'],
    ['a bare number', '1999'],
    ['no amount', 'null'],
  ])('an amount that is %s is refused as invalidAmount', async (_, amount) => {
    const problem = await problemOf(await postJson(`${address}/orders`, order(amount)))
    expect(problem).toMatchObject({ status: 400, code: 'invalidAmount' })
    expect(problem['issues']).toContainEqual({
      path: expect.stringMatching(/^amount/),
      message: expect.any(String),
    })
  })

  test.each([
    ['a missing field', '{"orderRef":"A-1","amount":{"value":1,"currency":"CNY"}}', 'description'],
    ['a wrong orderRef', order('{"value":1,"currency":"CNY"}').replace('A-1', 'A 1'), 'orderRef'],
    ['an unknown field', order('{"value":1,"currency":"CNY"},"price":1'), ''],
    ['an array', '[]', ''],
    ['a NUL', order('{"value":1,"currency":"CNY"}').replace('tea', 't\\u0000'), 'description'],
    [
      'half an emoji',
      order('{"value":1,"currency":"CNY"}').replace('tea', '\\ud83d'),
      'description',
    ],
  ])('%s is refused as invalidRequest, naming the place', async (_, body, path) => {
    const problem = await problemOf(await postJson(`${address}/orders`, body))
    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(problem['issues']).toContainEqual({ path, message: expect.any(String) })
  })

  test('an unsafe whole number is refused outside of amounts as well', async () => {
    const body = '{"count":9007199254740993}'
    const problem = await problemOf(await postJson(`${address}/numbers`, body))
    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
  })
})

describe('bodies, queries and paths', () => {
  test('a POST without any body counts as an empty object', async () => {
    const response = await fetch(`${address}/refunds`, { method: 'POST' })
    expect(await response.json()).toEqual({})
  })

  const INVALID_JSON = { status: 400, code: 'invalidJson' }
  const UNSUPPORTED = { status: 415, code: 'unsupportedMediaType' }

  test.each([
    ['broken JSON', '{"a":', INVALID_JSON],
    ['a bare string', '"text"', INVALID_JSON],
    ['a prototype in disguise', '{"__proto__":{"a":1}}', INVALID_JSON],
    ['bytes that are not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), INVALID_JSON],
    [
      'a body over 64 KiB',
      `{"reason":"${'x'.repeat(65_536)}"}`,
      { status: 413, code: 'bodyTooLarge' },
    ],
  ])('%s is refused', async (_, body, expected) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${address}/refunds`, { method: 'POST', headers, body })
    expect(await problemOf(response)).toMatchObject({
      contentType: 'application/problem+json',
      ...expected,
    })
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/vnd.api+json'])(
    'a body of %s is refused',
    async (contentType) => {
      const headers = { 'content-type': contentType }
      const response = await fetch(`${address}/refunds`, { method: 'POST', headers, body: '{}' })
      expect(await problemOf(response)).toMatchObject(UNSUPPORTED)
    },
  )

  test('a compressed body is refused', async () => {
    const headers = { 'content-encoding': 'gzip' }
    const response = await postJson(`${address}/refunds`, '{}', headers)
    expect(await problemOf(response)).toMatchObject(UNSUPPORTED)
  })

  test('a byte order mark before JSON does no harm', async () => {
    const response = await postJson(`${address}/refunds`, '\uFEFF{"reason":"broken"}')
    expect(await response.json()).toEqual({ reason: 'broken' })
  })

  test('query and path arrive typed', async () => {
    const response = await fetch(`${address}/payments/pay_1?waitMs=250`)
    expect(await response.json()).toEqual({ id: 'pay_1', waitMs: 250 })
  })

  test.each([
    ['/payments/pay_1?waitMs=25001', 'waitMs'],
    ['/payments/pay_1?waitMs=1.5', 'waitMs'],
    ['/payments/pay_1?waitMs=1&waitMs=2', 'waitMs'],
    ['/payments/pay_1?wait=1', ''],
    ['/payments/pay%201', 'id'],
    [`/payments/${'x'.repeat(65)}`, 'id'],
  ])('%s is refused as invalidRequest', async (path, where) => {
    const problem = await problemOf(await fetch(address + path))
    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(problem['issues']).toContainEqual({ path: where, message: expect.any(String) })
  })
})

test.each([
  ['thousands of fields', JSON.stringify({ a: Array.from({ length: 6_000 }, () => '\0') })],
  [
    'thousands of strange names',
    `{${Array.from({ length: 5_000 }, (_, at) => `"f${at}":1`).join()}}`,
  ],
  ['one name without end', `{"${'x'.repeat(60_000)}":1}`],
  ['a wrong text under a name without end', `{"${'x'.repeat(60_000)}":"\\u0000"}`],
])('an answer to %s is no longer than a person would read', async (_, body) => {
  const response = await postJson(`${address}/orders`, body)
  const text = await response.text()
  expect(response.status).toBe(400)
  expect(JSON.parse(text)).toHaveProperty('issues')
  expect(text.length).toBeLessThan(10_000)
})
