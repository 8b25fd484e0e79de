import { describe, expect, test } from 'vitest'
import type { SettlementReport } from '../../../server/domain/settlement.ts'
import { created, type PayablPair, paid, payablPair, type Setting } from './payabl-world.ts'

/** payabl.'s lists of a day as its simulator gives them, read by the adapter over HTTP. */

const TODAY = '2026-06-24'
const DAY_MS = 24 * 60 * 60 * 1_000

async function read({ provider }: PayablPair, day = TODAY): Promise<SettlementReport> {
  const report = await provider.readSettlement?.({ kind: 'day', day })
  if (!report) throw new Error('payabl. reads no settlement')
  return report
}

/** Two payments, one refunded in two equal parts; one page open, one left by its payer. */
async function trade(setting: Setting = {}): Promise<PayablPair> {
  const pair = await payablPair(setting)
  const { ref } = await paid(pair, pair.wish({ outTradeNo: 'p1' }))
  await paid(pair, pair.wish({ outTradeNo: 'p2', amount: { value: 5, currency: 'USD' } }))
  for (const outRefundNo of ['r1', 'r2']) {
    const amount = { value: 500, currency: 'EUR' }
    await pair.provider.refund?.({ payment: ref, outRefundNo, amount, reason: null })
  }
  await created(pair, pair.wish({ outTradeNo: 'open' }))
  await created(pair, pair.wish({ outTradeNo: 'left' }))
  pair.simulator.leave('left')
  await pair.simulator.notifications.idle()
  return pair
}

const STATES = { paid: 'paid', open: 'pending', closed: 'failed', failed: 'failed' } as const

describe('the lists of a day', () => {
  test('every payment of the books is one row with its state and its exact amount', async () => {
    const pair = await trade()
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    const told = rows
      .filter(({ kind }) => kind === 'payment')
      .map((row) => [row.outTradeNo, row.status, row.amount])
    const booked = pair.simulator
      .books()
      .payments.map(({ reference, state, amount }) => [reference, STATES[state], amount])
    expect(told).toHaveLength(booked.length)
    expect(told).toEqual(expect.arrayContaining(booked))
  })

  test('every refund is one row, with its own number and away from the merchant', async () => {
    const pair = await trade({ behaviour: { listsExternalId: true } })
    const { rows } = await read(pair)
    const { refunds } = pair.simulator.books()
    const told = rows.filter(({ kind }) => kind === 'refund')
    expect(
      told.map((row) => [row.providerRefundId, row.outRefundNo, row.outTradeNo, row.status]),
    ).toEqual(refunds.map(({ id, reference }) => [id, reference, 'p1', 'succeeded']))
    expect(told.map(({ amount }) => amount)).toEqual([
      { value: -500, currency: 'EUR' },
      { value: -500, currency: 'EUR' },
    ])
  })

  test('a refund that is pending stands in two lists and is one row, and another once it is done', async () => {
    const pair = await trade({ behaviour: { refundEndsAs: '2000' } })
    const open = await read(pair)
    const refunds = open.rows.filter(({ kind }) => kind === 'refund')
    expect(refunds.map(({ status }) => status)).toEqual(['processing', 'processing'])
    expect(open.rows.filter(({ status }) => status === 'pending')).toHaveLength(1)
    await pair.clock.advance(11 * 60_000)
    const done = (await read(pair)).rows.filter(({ kind }) => kind === 'refund')
    expect(done.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    const ids = [...refunds, ...done].map(({ rowId }) => rowId)
    expect(new Set(ids).size).toBe(4)
  })

  test('two equal refunds stay two rows where the list names them by their payment', async () => {
    const pair = await trade({ behaviour: { refundNumbers: 'payment' } })
    const { rows } = await read(pair)
    const refunds = rows.filter(({ kind }) => kind === 'refund')
    const payment = pair.simulator.books().payments[0]?.id
    expect(refunds.map((row) => [row.providerRefundId, row.providerPaymentId])).toEqual([
      [null, payment],
      [null, payment],
    ])
    expect(new Set(refunds.map(({ rowId }) => rowId)).size).toBe(2)
  })

  test('captures with numbers of their own are still the payments of our orders', async () => {
    const pair = await trade({ behaviour: { captureNumbers: 'own' } })
    const { rows } = await read(pair)
    const taken = rows.filter(({ status }) => status === 'paid')
    expect(taken.map((row) => [row.outTradeNo, row.providerPaymentId])).toEqual([
      ['p1', null],
      ['p2', null],
    ])
  })

  test('a chargeback is kept and is no fact', async () => {
    const pair = await trade()
    pair.simulator.chargeBack('p1')
    const { rows } = await read(pair)
    expect(rows.filter(({ kind }) => kind === 'chargeback')).toMatchObject([
      { status: null, outTradeNo: 'p1', amount: { value: -1999, currency: 'EUR' } },
    ])
  })

  test('reading twice gives the same rows, and the next day is another', async () => {
    const pair = await trade()
    const first = await read(pair)
    expect(await read(pair)).toEqual(first)
    await pair.clock.advance(DAY_MS)
    await paid(pair, pair.wish({ outTradeNo: 'p3' }))
    const next = await read(pair, '2026-06-25')
    expect(next.rows.map(({ outTradeNo }) => outTradeNo)).toEqual(['p3'])
    const ids = [...first.rows, ...next.rows].map(({ rowId }) => rowId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('a day without turnover is empty and no problem', async () => {
    const pair = await trade()
    expect(await read(pair, '2026-06-23')).toEqual({ rows: [], problems: [] })
  })

  test('a sum that differs from the payment’s is told as it stands in the list', async () => {
    const pair = await trade({ behaviour: { sumsOffByMinor: 1 } })
    const { rows } = await read(pair)
    expect(rows[0]?.amount).toEqual({ value: 2000, currency: 'EUR' })
  })
})

describe('what is refused', () => {
  test.each(['2026-6-24', '2026-02-30', ''])('%s is no day', async (day) => {
    const pair = await payablPair()
    await expect(read(pair, day)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('a file, as payabl. has none', async () => {
    const { provider } = await payablPair()
    expect(provider.capabilities.settlement).toEqual(['day'])
    const asked = provider.readSettlement?.({ kind: 'file', name: 'a.csv', bytes: Buffer.from('') })
    await expect(asked).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('with another secret there are no lists, and not an empty day', async () => {
    const pair = await payablPair({ config: { secret: 'another-secret' } })
    await expect(read(pair)).rejects.toMatchObject({ outcome: 'unknown' })
  })

  test.each(['fail5xx', 'timeoutAfterSuccess'] as const)(
    'a list that does not come (%s) fails the day instead of shortening it',
    async (fault) => {
      const pair = await trade()
      pair.simulator.faults.set({ calls: [{ operation: 'list', fault }] })
      await expect(read(pair)).rejects.toMatchObject({ outcome: 'unknown' })
      expect((await read(pair)).rows).toHaveLength(6)
    },
  )
})
