import { describe, expect, test } from 'vitest'
import type { SettlementReport } from '../../../server/domain/settlement.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import {
  createSaferpayProvider,
  saferpayConfigSchema,
} from '../../../server/providers/saferpay/index.ts'
import {
  created,
  HOUR_MS,
  MINUTE_MS,
  paid,
  type Start,
  start,
  type World,
} from './saferpay-world.ts'

/** Saferpay's list of transactions as its simulator gives it, read by the adapter over HTTP. */

const TODAY = '2026-06-24'

async function read({ provider }: World, day = TODAY): Promise<SettlementReport> {
  const report = await provider.readSettlement?.({ kind: 'day', day })
  if (!report) throw new Error('Saferpay reads no settlement')
  return report
}

/** Two payments, one refunded in two parts; one page nobody paid, one payment declined. */
async function trade(behaviour: Start['behaviour'] = {}): Promise<World> {
  const world = await start({ behaviour })
  const { ref } = await paid(world, { outTradeNo: 'p1' })
  await paid(world, { outTradeNo: 'p2', amount: { value: 50_000, currency: 'EUR' } })
  for (const [outRefundNo, value] of [
    ['r1', 500],
    ['r2', 1499],
  ] as const) {
    const amount = { value, currency: 'CHF' }
    await world.provider.refund?.({ payment: ref, outRefundNo, amount, reason: null })
  }
  await created(world, { outTradeNo: 'open' })
  const { token } = await created(world, { outTradeNo: 'declined' })
  world.simulator.decline(token)
  await world.simulator.notifications.idle()
  return world
}

describe('a day of transactions', () => {
  test('every payment that was paid and every refund is one row with its exact amount', async () => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    const { rows, problems } = await read(world)
    expect(problems).toEqual([])
    const { payments, refunds } = world.simulator.books()
    const paidOnes = payments.filter(({ state }) => state === 'paid')
    expect(
      rows
        .filter(({ status }) => status === 'paid')
        .map((row) => [row.outTradeNo, row.providerPaymentId, row.amount]),
    ).toEqual(paidOnes.map(({ reference, id, amount }) => [reference, id, amount]))
    expect(
      rows
        .filter(({ kind }) => kind === 'refund')
        .map((row) => [row.outRefundNo, row.providerRefundId, row.status, row.amount]),
    ).toEqual(
      refunds.map(({ reference, id, amount }) => [
        reference,
        id,
        'succeeded',
        { value: -amount.value, currency: amount.currency },
      ]),
    )
  })

  test('a declined payment is failed, and a page that nobody paid is no transaction', async () => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    const { rows } = await read(world)
    expect(rows.filter(({ status }) => status === 'failed')).toMatchObject([
      { outTradeNo: 'declined', providerPaymentId: null, unknownStatus: false },
    ])
    expect(rows.some(({ outTradeNo }) => outTradeNo === 'open')).toBe(false)
  })

  test.each([1, 2, 3])('pages of %i are put together', async (listPageMax) => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    const whole = await read(world)
    world.simulator.configure({ listPageMax })
    expect(await read(world)).toEqual(whole)
  })

  test('amounts are the same in both documented forms', async () => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    const whole = await read(world)
    world.simulator.configure({ listAmounts: 'object' })
    expect(await read(world)).toEqual(whole)
  })

  test('reading twice gives the same rows, and two days share no row that both do not name alike', async () => {
    const world = await start()
    await world.clock.advance(13 * HOUR_MS + 43 * MINUTE_MS + 30_000)
    await paid(world, { outTradeNo: 'at235830' })
    await world.clock.advance(MINUTE_MS)
    await paid(world, { outTradeNo: 'at235930' })
    await world.clock.advance(48 * HOUR_MS)
    const first = await read(world)
    const second = await read(world, '2026-06-25')
    expect(await read(world)).toEqual(first)
    expect(first.rows.map(({ outTradeNo }) => outTradeNo)).toEqual(['at235830'])
    expect(second.rows.map(({ outTradeNo }) => outTradeNo)).toEqual(['at235830', 'at235930'])
    expect(second.rows[0]?.rowId).toBe(first.rows[0]?.rowId)
  })

  test('a day without turnover is empty and no problem', async () => {
    const world = await trade()
    await world.clock.advance(72 * HOUR_MS)
    expect(await read(world, '2026-06-25')).toEqual({ rows: [], problems: [] })
  })

  test('a payment that was pending and is captured becomes another row', async () => {
    const world = await start({ behaviour: { paysAs: 'PENDING', pendingMs: 48 * HOUR_MS } })
    const { token } = await created(world)
    await world.simulator.pay(token)
    await world.clock.advance(24 * HOUR_MS)
    const open = await read(world)
    expect(open.rows).toMatchObject([{ kind: 'payment', status: 'pending', outTradeNo: 'p1001' }])
    await world.clock.advance(48 * HOUR_MS)
    const done = await read(world, '2026-06-26')
    expect(done.rows).toMatchObject([{ kind: 'payment', status: 'paid', outTradeNo: 'p1001' }])
    expect(done.rows[0]?.rowId).not.toBe(open.rows[0]?.rowId)
  })

  test('a state that nobody knows is kept, reported, and decides nothing', async () => {
    const world = await trade({ listState: 'TELEPORTED' })
    await world.clock.advance(24 * HOUR_MS)
    const { rows } = await read(world)
    const strange = rows.filter(({ providerStatus }) => providerStatus.includes('TELEPORTED'))
    expect(strange.map(({ kind, status, unknownStatus }) => [kind, status, unknownStatus])).toEqual(
      [
        ['payment', 'pending', true],
        ['payment', 'pending', true],
        ['refund', 'processing', true],
        ['refund', 'processing', true],
      ],
    )
  })
})

describe('what is refused', () => {
  test('today is not over yet', async () => {
    const world = await trade()
    await expect(read(world)).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'VALIDATION_FAILED',
    })
  })

  test.each(['2026-6-24', '2026-02-30', 'yesterday'])('%s is no day', async (day) => {
    const world = await start()
    await expect(read(world, day)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('a file, as Saferpay has none', async () => {
    const { provider } = await start()
    expect(provider.capabilities.settlement).toEqual(['day'])
    const asked = provider.readSettlement?.({ kind: 'file', name: 'a.csv', bytes: Buffer.from('') })
    await expect(asked).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test.each([
    ['another password', { credentials: { username: 'API_245294_1', password: 'wrong' } }],
    ['another customer', { customerId: '999999' }],
  ])('%s', async (_, config) => {
    const world = await start({ config })
    await world.clock.advance(24 * HOUR_MS)
    await expect(read(world)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('another terminal of the customer is another account', async () => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    const http = createHttpClient({ clock: world.clock })
    const other = createSaferpayProvider({
      accountId: 'other',
      clock: world.clock,
      http,
      config: saferpayConfigSchema.parse({
        endpoint: `${world.simulator.url}/api`,
        customerId: '245294',
        terminalId: '17925579',
        credentials: { username: 'API_245294_1', password: 'sandbox-saferpay-password' },
        notificationSecret: 'a-secret-of-this-contract',
      }),
    })
    const report = await other.readSettlement?.({ kind: 'day', day: TODAY })
    await http.close()
    expect(report).toEqual({ rows: [], problems: [] })
  })

  test.each([
    ['fail5xx', 'unknown'],
    ['timeoutAfterSuccess', 'unknown'],
  ] as const)('an answer that does not come (%s) says nothing', async (fault, outcome) => {
    const world = await trade()
    await world.clock.advance(24 * HOUR_MS)
    world.simulator.faults.set({ calls: [{ operation: 'list', fault }] })
    await expect(read(world)).rejects.toMatchObject({ outcome })
    expect((await read(world)).problems).toEqual([])
  })
})

describe('the simulated Management API is as strict as it is documented', () => {
  const HEADERS = {
    Authorization: `Basic ${Buffer.from('API_245294_1:sandbox-saferpay-password').toString('base64')}`,
    'Content-Type': 'application/json; charset=utf-8',
    Accept: 'application/json',
    'Saferpay-ApiVersion': '1.14',
    'Saferpay-RequestId': 'r-1',
  }
  const QUERY = { StartDate: '2026-06-23', EndDate: '2026-06-23T23:59' }

  async function statusOf(
    change: {
      headers?: Readonly<Record<string, string>>
      query?: Readonly<Record<string, string>>
    },
    customer = '245294',
  ): Promise<number> {
    const { simulator } = await start()
    const query = new URLSearchParams({ ...QUERY, ...change.query }).toString()
    const url = `${simulator.url}/api/rest/customers/${customer}/transactions?${query}`
    const response = await fetch(url, { headers: { ...HEADERS, ...change.headers } })
    return response.status
  }

  test('a right question is answered', async () => {
    expect(await statusOf({})).toBe(200)
  })

  test.each([
    ['no version', { headers: { 'Saferpay-ApiVersion': '' } }, 400],
    ['a RequestId of wrong letters', { headers: { 'Saferpay-RequestId': 'a b' } }, 400],
    ['a wrong password', { headers: { Authorization: 'Basic abc' } }, 401],
    ['another Accept', { headers: { Accept: 'text/html' } }, 406],
    ['today', { query: { EndDate: '2026-06-24' } }, 400],
    ['no end', { query: { EndDate: '' } }, 400],
    ['a state of its own', { query: { TransactionState: 'PAID' } }, 400],
    ['pages in words', { query: { PageNumber: 'one' } }, 400],
  ])('%s is refused', async (_, change, status) => {
    expect(await statusOf(change)).toBe(status)
  })

  test('another customer’s list is not ours to see', async () => {
    expect(await statusOf({}, '1')).toBe(403)
  })
})
