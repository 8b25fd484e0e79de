import { describe, expect, test } from 'vitest'
import type { SettlementRow } from '../../../server/domain/settlement.ts'
import { aReference, aWish, type Pair, type Setting, wechatPayPair } from './wechat-pay-world.ts'

/**
 * The adapter reads the bills of its simulator over HTTP. The simulator's clock begins on the
 * afternoon of 2026-06-24 in Beijing; its books are what the rows are compared with.
 */

const HOUR_MS = 3_600_000
const DAY = { kind: 'day', day: '2026-06-24' } as const
const CNY = (value: number) => ({ value, currency: 'CNY' })

async function sell(pair: Pair, outTradeNo: string, amount = 1999): Promise<void> {
  await pair.provider.createPayment(aWish(pair, { outTradeNo, amount: CNY(amount) }))
  await pair.simulator.pay(outTradeNo)
  await pair.clock.advance(60_000)
}

async function giveBack(pair: Pair, number: string, of: string, amount: number): Promise<void> {
  const total = pair.simulator.books().payments.find(({ reference }) => reference === of)
  if (!total) throw new Error(`nobody has sold ${of}`)
  const payment = aReference({ outTradeNo: of, amount: total.amount })
  const wish = { payment, outRefundNo: number, amount: CNY(amount), reason: null }
  await pair.provider.refund?.(wish)
  await pair.clock.advance(60_000)
}

/** Three payments of odd amounts, one unpaid order, two refunds of one payment and one of another. */
async function aDayOfTrade(setting: Setting = {}): Promise<Pair> {
  const pair = await wechatPayPair(setting)
  await sell(pair, 'tea-1001')
  await sell(pair, 'tea-1002', 1)
  await sell(pair, 'tea-1003', 12_345)
  await pair.provider.createPayment(aWish(pair, { outTradeNo: 'tea-1004' }))
  await giveBack(pair, 'rf-1', 'tea-1001', 333)
  await giveBack(pair, 'rf-2', 'tea-1001', 1666)
  await giveBack(pair, 'rf-3', 'tea-1003', 7)
  await pair.clock.advance(18 * HOUR_MS)
  await pair.settle()
  return pair
}

const read = (pair: Pair) =>
  pair.provider.readSettlement?.(DAY) ?? Promise.reject(new Error('none'))
const rowIds = (rows: readonly SettlementRow[]) => rows.map(({ rowId }) => rowId)
const sum = (rows: readonly SettlementRow[], part: 'amount' | 'settled' | 'fee') =>
  rows.reduce((total, row) => total + (row[part]?.value ?? 0), 0)

describe("WeChat Pay's bills against its simulator", () => {
  test('every payment and every refund of the books is one row, to the fen', async () => {
    const pair = await aDayOfTrade()
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    const { payments, refunds } = pair.simulator.books()
    const paid = payments
      .filter(({ paidAtMs }) => paidAtMs !== null)
      .map(({ id, reference, amount, paidAtMs }) => [reference, id, amount, paidAtMs])
    const told = rows
      .filter(({ kind, status }) => kind === 'payment' && status === 'paid')
      .map((row) => [row.outTradeNo, row.providerPaymentId, row.amount, row.occurredAtMs])
    expect(told).toEqual(paid)
    expect(told).toHaveLength(3)

    const given = refunds.map(({ id, reference, paymentId, amount }) => ({
      kind: 'refund',
      status: 'succeeded',
      outRefundNo: reference,
      providerRefundId: id,
      providerPaymentId: paymentId,
      amount: CNY(-amount.value),
    }))
    const back = rows.filter(({ kind }) => kind === 'refund')
    expect(back).toHaveLength(3)
    expect(back).toMatchObject(given)
  })

  test('what the account gained and lost is what was paid, refunded and charged', async () => {
    const pair = await aDayOfTrade()
    const { rows } = await read(pair)
    const trade = rows.filter(({ source }) => source === 'tradebill 2026-06-24')
    const flow = rows.filter(({ source }) => source === 'fundflowbill 2026-06-24')
    expect(sum(trade, 'settled')).toBe(sum(trade, 'amount'))
    const movements = flow.filter(({ kind }) => kind === 'payout')
    expect(sum(movements, 'settled')).toBe(sum(trade, 'amount'))
    const charged = trade.filter(({ kind }) => kind === 'payment')
    expect(sum(flow, 'fee')).toBe(sum(charged, 'fee'))
    expect(sum(flow, 'fee')).toBe(-86)
  })

  test('no row is two, in one bill or in both, and a second reading gives the same', async () => {
    const pair = await aDayOfTrade()
    const first = await read(pair)
    expect(new Set(rowIds(first.rows)).size).toBe(first.rows.length)
    await pair.clock.advance(48 * HOUR_MS)
    expect(await read(pair)).toEqual(first)
  })

  test('a day without trade is empty', async () => {
    const pair = await aDayOfTrade()
    const before = await pair.provider.readSettlement?.({ kind: 'day', day: '2026-06-23' })
    expect(before).toEqual({ rows: [], problems: [] })
  })

  test('a bill is there from ten in the morning after the day', async () => {
    const pair = await wechatPayPair()
    await sell(pair, 'tea-1001')
    const until = Date.UTC(2026, 5, 25, 2) - pair.clock.nowMs()
    await pair.clock.advance(until - 1)
    await expect(read(pair)).rejects.toMatchObject({ outcome: 'notSent', retryAfterMs: 1 })
    await pair.clock.advance(1)
    expect((await read(pair)).rows.map(({ kind }) => kind)).toEqual(['payment', 'payout', 'fee'])
  })

  test('and not even then where WeChat Pay is late: it is asked again in half an hour', async () => {
    const pair = await wechatPayPair({ behaviour: { clockSkewMs: -60_000 } })
    await sell(pair, 'tea-1001')
    await pair.clock.advance(Date.UTC(2026, 5, 25, 2) - pair.clock.nowMs())
    await expect(read(pair)).rejects.toMatchObject({
      outcome: 'notSent',
      retryAfterMs: HOUR_MS / 2,
      providerCode: 'STATEMENT_CREATING',
    })
    await pair.clock.advance(HOUR_MS / 2)
    expect((await read(pair)).rows).not.toEqual([])
  })

  test('a day of last winter is refused', async () => {
    const pair = await wechatPayPair()
    const request = { kind: 'day', day: '2026-02-01' } as const
    await expect(pair.provider.readSettlement?.(request)).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'PARAM_ERROR',
    })
  })

  test.each(['changed', 'cut'] as const)('a bill that arrives %s is not believed', async (how) => {
    const pair = await aDayOfTrade({ behaviour: { billsArrive: how } })
    await expect(read(pair)).rejects.toMatchObject({ outcome: 'unverifiable' })
    pair.simulator.configure({ billsArrive: 'whole' })
    expect((await read(pair)).problems).toEqual([])
  })

  test('words that nobody knows are kept, and say nothing about the money', async () => {
    const behaviour = { tradeStateWord: 'BARTER', refundStatusWord: 'LIMBO' }
    const pair = await aDayOfTrade()
    pair.simulator.configure(behaviour)
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    const trade = rows.filter(({ kind }) => kind === 'payment' || kind === 'refund')
    expect(trade).toHaveLength(6)
    for (const row of trade) {
      expect(row).toMatchObject({
        unknownStatus: true,
        status: row.kind === 'payment' ? 'pending' : 'processing',
      })
    }
  })

  test.each([
    ['ABNORMAL', 'needsAction'],
    ['CLOSED', 'failed'],
  ] as const)('a refund that ended %s %s', async (refundEndsAs, status) => {
    const pair = await wechatPayPair({ behaviour: { refundEndsAs } })
    await sell(pair, 'tea-1001')
    await giveBack(pair, 'rf-1', 'tea-1001', 333)
    await pair.clock.advance(18 * HOUR_MS)
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    expect(rows.filter(({ kind }) => kind === 'refund')).toMatchObject([{ status }])
  })

  test('a payment by code that was taken back was not paid', async () => {
    const pair = await wechatPayPair({
      behaviour: { codepay: true },
      config: { paymentCode: true, store: { id: '1' } },
    })
    const wish = aWish(pair, { scene: 'paymentCode', paymentCode: '130061098828009406' })
    const { fact } = await pair.provider.createPayment(wish)
    expect(fact.status).toBe('paid')
    // The payer is quicker than the till: it looks, and reverses what was paid meanwhile.
    pair.simulator.configure({ tradeStateWord: 'USERPAYING' })
    await pair.provider.closePayment?.(aReference({ scene: 'paymentCode' }))
    pair.simulator.configure({ tradeStateWord: null })
    await pair.clock.advance(18 * HOUR_MS)
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      { kind: 'payment', status: 'cancelled', amount: CNY(1999), providerStatus: 'SUCCESS' },
      { kind: 'payment', status: 'cancelled', amount: CNY(-1999), providerStatus: 'REVOKED' },
    ])
  })

  test('a service provider reads the trade of one sub-merchant, and of no other', async () => {
    const subMchId = '1900000003'
    const pair = await wechatPayPair({
      merchant: { subMerchants: [{ mchId: subMchId }, { mchId: '1900000008' }] },
      config: { partner: { subMchId } },
    })
    await sell(pair, 'tea-1001')
    await giveBack(pair, 'rf-1', 'tea-1001', 333)
    await pair.clock.advance(18 * HOUR_MS)
    const { rows, problems } = await read(pair)
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      { kind: 'payment', outTradeNo: 'tea-1001', amount: CNY(1999), appId: null },
      { kind: 'refund', outRefundNo: 'rf-1', amount: CNY(-333), appId: null },
    ])
  })
})
