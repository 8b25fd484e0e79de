import { describe, expect, test } from 'vitest'
import { createApiKeyStage } from '../../../../server/http/api-key.ts'
import { createRouter } from '../../../../server/http/context.ts'
import { createRateLimits, inTurn, type Rates } from '../../../../server/http/rate-limits.ts'
import { createSessionStage } from '../../../../server/http/session.ts'
import { createSessions } from '../../../../server/identity/sessions.ts'
import { sha256Hex } from '../../../../server/platform/hash.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import { makeTools, openStore, problemOf, startApp } from './harness.ts'

const KEY = 'a-key-of-the-merchant'
const PAYER = { appId: 'wx-mini', openid: 'o-liwei' }
const TIGHT = { perMinute: 6, burst: 2 }
const OFF: Rates = {
  apiKeyRequests: false,
  payerPayments: false,
  payerVerdicts: false,
  addressLogins: false,
  addressPages: false,
  addressRefusals: false,
  forgedNotifications: false,
}

/** The stages in the order of the toolkit, around routes that only say that they were reached. */
async function start(rates: Partial<Rates>) {
  const tools = makeTools()
  const { clock, ids, logger } = tools
  const store = await openStore()
  const lifetimes = { payerMs: 3_600_000, checkoutMs: 3_600_000 }
  const sessions = createSessions({ store, ids, clock, lifetimes })
  const limits = createRateLimits({ clock, logger, rates: { ...OFF, ...rates } })
  const session = createSessionStage({ sessions, clock, publicUrl: 'http://pay.test' })
  const keyed = inTurn(
    createApiKeyStage([
      { keyId: 'shop', keyHash: sha256Hex(KEY) },
      { keyId: 'till', keyHash: sha256Hex(`${KEY}-2`) },
    ]),
    limits.byApiKey,
  )
  const payer = inTurn(session.required, limits.byPayer)
  const notifications = createRouter().post('/v1/notifications/:accountId', (ctx) => {
    if (ctx.get('signature') !== 'good') throw new UseCaseError('notGenuine')
    ctx.body = 'OK'
  })
  const routes = createRouter()
    .get('/v1/orders/:orderRef', keyed, reached)
    .post('/v1/checkout/:orderRef/payments', payer, reached)
    .get('/v1/checkout/payments/:paymentId', payer, reached)
    .get('/v1/checkout/returns/:paymentId', reached)
    .post('/v1/login/miniProgram', reached)
    .get('/pay/:orderRef', reached)
    .get('/assets/:file', reached)
  const { address } = await startApp(
    tools,
    { raw: [notifications], parsed: [routes] },
    {
      guards: [limits.refusals, limits.byAddress],
      clientIp: (req) => String(req.headers['x-from'] ?? '203.0.113.7'),
    },
  )
  const ask = async (path: string, fields: Asked = {}) => {
    const { method = 'GET', token, ...headers } = fields
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const init = { method, headers: { ...headers, ...authorization } }
    return fetch(address + path, init)
  }
  const statuses = async (count: number, ...asked: Parameters<typeof ask>) => {
    const told: number[] = []
    for (let call = 0; call < count; call += 1) told.push((await ask(...asked)).status)
    return told
  }
  return { ask, statuses, clock, sessions, tools }
}

interface Asked {
  readonly method?: string
  readonly token?: string
  readonly 'x-from'?: string
  readonly signature?: string
}

function reached(ctx: { body: unknown }): void {
  ctx.body = { reached: true }
}

describe('too many requests', () => {
  test('are told how long to wait, and let in when that is over', async () => {
    const { ask, statuses, clock } = await start({ addressPages: TIGHT })
    expect(await statuses(2, '/pay/A-1')).toEqual([200, 200])
    const refused = await ask('/pay/A-1')
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'tooManyRequests' })
    await clock.advance(9_999)
    expect(await statuses(1, '/pay/A-1')).toEqual([429])
    await clock.advance(1)
    expect(await statuses(1, '/pay/A-1')).toEqual([200])
  })

  test.each<[keyof Rates, string, Asked]>([
    ['addressLogins', '/v1/login/miniProgram', { method: 'POST' }],
    ['addressPages', '/pay/A-1', {}],
    ['addressPages', '/v1/checkout/returns/p1', {}],
  ])('%s: %s from one address do not limit another one', async (name, path, asked) => {
    const { statuses } = await start({ [name]: TIGHT })
    expect(await statuses(3, path, asked)).toEqual([200, 200, 429])
    expect(await statuses(2, path, { ...asked, 'x-from': '203.0.113.8' })).toEqual([200, 200])
  })

  test('from many addresses of one IPv6 network count as one client', async () => {
    const { statuses } = await start({ addressPages: TIGHT })
    const told = await Promise.all(
      ['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((from) =>
        statuses(1, '/pay/A-1', { 'x-from': from }),
      ),
    )
    expect(told.flat().filter((status) => status === 429)).toHaveLength(1)
  })

  test('with one API key do not limit another key', async () => {
    const { statuses } = await start({ apiKeyRequests: TIGHT })
    expect(await statuses(3, '/v1/orders/A-1', { token: KEY })).toEqual([200, 200, 429])
    expect(await statuses(1, '/v1/orders/A-1', { token: `${KEY}-2` })).toEqual([200])
  })

  test('of one payer count together over all their sessions, and apart from other payers', async () => {
    const { statuses, sessions } = await start({ payerPayments: TIGHT, payerVerdicts: TIGHT })
    const open = async (openid: string) =>
      (await sessions.open({ payer: { ...PAYER, openid }, orderRef: null })).token
    const [first, second, other] = [await open('o-1'), await open('o-1'), await open('o-2')]
    const create = (token: string) =>
      statuses(1, '/v1/checkout/A-1/payments', { method: 'POST', token })
    const told = [await create(first), await create(second), await create(first)]
    expect(told.flat()).toEqual([200, 200, 429])
    expect(await create(other)).toEqual([200])
    // Asking for the verdict has a limit of its own.
    expect(await statuses(3, '/v1/checkout/payments/p1', { token: first })).toEqual([200, 200, 429])
  })

  test('are one line in the log a minute, and say which limit', async () => {
    const { statuses, tools, clock } = await start({ addressPages: TIGHT })
    const lines = () => tools.lines.filter(({ event }) => event === 'http.limited')
    await statuses(20, '/pay/A-1')
    expect(lines()).toMatchObject([{ level: 'warn', reason: 'addressPages' }])
    await clock.advance(60_000)
    await statuses(20, '/pay/A-1')
    expect(lines()).toHaveLength(2)
  })

  test('are none where a limit is switched off, and none for the files of the pages', async () => {
    const off = await start({})
    expect(new Set(await off.statuses(100, '/pay/A-1'))).toEqual(new Set([200]))
    const on = await start({ addressPages: TIGHT, addressRefusals: TIGHT, addressLogins: TIGHT })
    expect(new Set(await on.statuses(20, '/assets/a.js'))).toEqual(new Set([200]))
  })
})

describe('who proves who they are gets in, whatever others do from the same address', () => {
  test('a good API key beside a flood of bad ones', async () => {
    const { statuses } = await start({ addressRefusals: TIGHT })
    expect(await statuses(4, '/v1/orders/A-1', { token: 'guess' })).toEqual([401, 401, 429, 429])
    expect(await statuses(5, '/v1/orders/A-1', { token: KEY })).toEqual([200, 200, 200, 200, 200])
  })

  test('a live session beside a flood of dead ones', async () => {
    const { statuses, sessions } = await start({ addressRefusals: TIGHT })
    const path = '/v1/checkout/payments/p1'
    expect(await statuses(3, path, { token: 'A'.repeat(43) })).toEqual([401, 401, 429])
    const { token } = await sessions.open({ payer: PAYER, orderRef: null })
    expect(await statuses(5, path, { token })).toEqual([200, 200, 200, 200, 200])
  })

  test('a genuine notification beside a flood of forged ones, from the address of a provider', async () => {
    const { statuses } = await start({ forgedNotifications: TIGHT })
    const forged = { method: 'POST', signature: 'bad' }
    const genuine = { method: 'POST', signature: 'good' }
    expect(await statuses(4, '/v1/notifications/ppro', forged)).toEqual([401, 401, 429, 429])
    expect(await statuses(50, '/v1/notifications/ppro', genuine)).toEqual(Array(50).fill(200))
    expect(await statuses(1, '/v1/notifications/saferpay', forged)).toEqual([401])
  })

  test('genuine notifications spend nothing', async () => {
    const { statuses } = await start({ forgedNotifications: TIGHT, addressRefusals: TIGHT })
    const genuine = { method: 'POST', signature: 'good' }
    await statuses(50, '/v1/notifications/ppro', genuine)
    const forged = { method: 'POST', signature: 'bad' }
    expect(await statuses(3, '/v1/notifications/ppro', forged)).toEqual([401, 401, 429])
  })
})
