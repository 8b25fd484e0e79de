import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { requestRefund } from '../../../../../server/usecases/request-refund.ts'
import { refundSchema } from '../../../../../shared/contract/refunds.ts'
import {
  settlementDaysSchema,
  settlementRowsSchema,
} from '../../../../../shared/contract/settlements.ts'
import { aPaymentRow, aRefundRow } from '../../../../support/settlement.ts'
import { aPaidPayment } from '../../../../support/world.ts'
import { problemOf } from '../harness.ts'
import { KEY, openSettlementWorld, type SettlementWorld } from './settlement-world.ts'

let world: SettlementWorld
beforeEach(async () => {
  world = await openSettlementWorld()
})
afterEach(() => world.close())

describe('the rows', () => {
  const at = (day: number) => Date.UTC(2026, 5, day)
  const named = (rowId: string, day: number) =>
    aPaymentRow({ rowId, outTradeNo: `other ${rowId}`, occurredAtMs: at(day) })
  async function namesAt(path: string) {
    const page = settlementRowsSchema.parse(await (await world.get(`scripted/rows?${path}`)).json())
    return { names: page.data.map(({ rowId }) => rowId), next: page.nextCursor }
  }

  test('come with all that the provider said, signs included', async () => {
    world.books(
      aRefundRow({
        occurredAtMs: at(24),
        outRefundNo: 'x',
        settled: { value: -78, currency: 'USD' },
        fee: { value: 3, currency: 'CNY' },
        rate: '6.44145000',
      }),
    )
    await world.importDay()
    const { data } = settlementRowsSchema.parse(await (await world.get('scripted/rows')).json())
    expect(data).toEqual([
      {
        rowId: 'refund 1',
        kind: 'refund',
        status: 'succeeded',
        state: 'unmatched',
        problem: null,
        source: 'bill 2026-06-24',
        line: 2,
        paymentId: null,
        refundId: null,
        outTradeNo: null,
        providerPaymentId: null,
        outRefundNo: 'x',
        providerRefundId: null,
        amount: { value: -500, currency: 'CNY' },
        settled: { value: -78, currency: 'USD' },
        fee: { value: 3, currency: 'CNY' },
        rate: '6.44145000',
        providerStatus: 'REFUND',
        occurredAt: '2026-06-24T00:00:00.000Z',
        importedAt: '2026-06-24T02:00:00.000Z',
      },
    ])
  })

  test('are read in pages, within a span, and only those unmatched', async () => {
    const payment = await aPaidPayment(world)
    const ours = { ...named('ours', 24), outTradeNo: payment.outTradeNo }
    world.books(named('c', 25), ours, named('a 账单', 24), named('b', 24))
    await world.importDay()
    const first = await namesAt('limit=2')
    const second = await namesAt(`limit=2&cursor=${first.next}`)
    expect([...first.names, ...second.names]).toEqual(['a 账单', 'b', 'ours', 'c'])
    expect(await namesAt(`limit=2&cursor=${second.next}`)).toEqual({ names: [], next: null })
    const inChina = encodeURIComponent('2026-06-24T08:00:00.001+08:00')
    expect((await namesAt(`from=${inChina}`)).names).toEqual(['c'])
    expect((await namesAt('to=2026-06-25T00:00:00Z&unmatched=true')).names).toEqual(['a 账单', 'b'])
  })

  test.each([
    'limit=0',
    'limit=501',
    'from=yesterday',
    'unmatched=yes',
    'cursor=nonsense',
    `cursor=${Buffer.from('1 \0').toString('base64url')}`,
    'page=2',
  ])('are refused for %s', async (query) => {
    const problem = await problemOf(await world.get(`scripted/rows?${query}`))
    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
  })

  test('of an account that is none are not there', async () => {
    expect(await problemOf(await world.get('nobody/rows'))).toMatchObject({ status: 404 })
  })
})

test('days that were fetched by themselves are listed, with what went wrong', async () => {
  await world.store.transaction((tx) =>
    tx.insertSettlementDay({
      accountId: 'scripted',
      day: '2026-06-24',
      state: 'failed',
      reason: 'no bill',
      dueAtMs: null,
      attempts: 9,
    }),
  )
  const { data } = settlementDaysSchema.parse(await (await world.get('scripted/days')).json())
  expect(data).toEqual([
    { day: '2026-06-24', state: 'failed', reason: 'no bill', attempts: 9, dueAt: null },
  ])
  expect(await problemOf(await world.get('nobody/days'))).toMatchObject({ status: 404 })
})

test('a refund shows what it cost at the bank', async () => {
  const { paymentId } = await aPaidPayment(world)
  const wish = { paymentId, amount: null, reason: null, idempotencyKey: 'refund-key-1' }
  const { refundId, outRefundNo } = await requestRefund(world, wish)
  const show = async () => {
    const response = await fetch(`${world.address}/v1/refunds/${refundId}`, { headers: KEY })
    return refundSchema.parse(await response.json()).settlement
  }
  expect(await show()).toBeNull()
  const amount = { value: -1999, currency: 'CNY' }
  world.books(
    aRefundRow({ outRefundNo, amount, settled: { value: -310, currency: 'USD' }, rate: '6.448' }),
  )
  await world.importDay()
  expect(await show()).toEqual({
    source: null,
    settled: { value: 310, currency: 'USD' },
    rate: '6.448',
  })
})
