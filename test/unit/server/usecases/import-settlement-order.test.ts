import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SettlementRow } from '../../../../server/domain/settlement.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { importSettlement } from '../../../../server/usecases/import-settlement.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { anotherRow, aPaymentRow, aRefundRow } from '../../../support/settlement.ts'
import { aPaidPayment, createWorld, refusalOf, type World } from '../../../support/world.ts'

/**
 * The books of one day reach us as files that overlap, in any order, their rows in any order, some of
 * them twice. The books themselves are one: so must be what we make of them. The world is built
 * anew for every arrangement and is the same each time, down to its numbers.
 */
const READS = { ...KEYED, settlement: ['file'] } as const
const ORDERS = ['paid', 'open', 'lost', 'wrong'] as const

async function arrange() {
  const world = await createWorld({ capabilities: READS })
  await aPaidPayment(world, 'paid')
  const refundEnds = { paymentId: await idOf(world, 'paid'), reason: null }
  world.provider.refundEndsAs = 'processing'
  for (const value of [500, 300]) {
    const amount = { value, currency: 'CNY' }
    if (value === 300) {
      world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    }
    await requestRefund(world, { ...refundEnds, amount, idempotencyKey: `refund of ${value}` })
  }
  for (const orderRef of ['open', 'lost', 'wrong']) {
    await world.anOrder(orderRef)
    if (orderRef === 'lost') {
      world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
      world.provider.fail({ on: 'create', when: 'before', outcome: 'unknown' })
    }
    const wish = world.wish({ orderRef, idempotencyKey: `key-of-${orderRef}` })
    if (orderRef === 'lost') await refusalOf(createPayment(world, wish))
    else await createPayment(world, wish)
  }
  return { world, rows: await booksOf(world) }
}

async function idOf(world: World, orderRef: string): Promise<string> {
  return (await paymentOf(world, orderRef)).paymentId
}

async function paymentOf(world: World, orderRef: string) {
  const [payment] = await world.store.paymentsOfOrder(orderRef)
  if (!payment) throw new Error(`there is no payment for ${orderRef}`)
  return payment
}

/** Everything a provider writes: amounts here, settled sums there, now our numbers and now its own. */
async function booksOf(world: World): Promise<readonly SettlementRow[]> {
  const [paid, open, lost, wrong] = await Promise.all(ORDERS.map((name) => paymentOf(world, name)))
  if (!paid || !open || !lost || !wrong) throw new Error('a payment is missing')
  const theirs = world.provider.payments.get(lost.outTradeNo)?.providerPaymentId ?? null
  const refunds = await world.store.refundsOfPayment(paid.paymentId)
  const [one, two] = refunds.map(({ outRefundNo }) => outRefundNo)
  const usd = (value: number) => ({ value, currency: 'USD' })
  const cny = (value: number) => ({ value, currency: 'CNY' })
  const byTheirs = { outTradeNo: null, providerPaymentId: theirs }
  const ofPaid = { outRefundNo: null, providerPaymentId: paid.providerPaymentId }
  const rows: readonly SettlementRow[] = [
    aPaymentRow({ rowId: 'paid', outTradeNo: paid.outTradeNo }),
    aPaymentRow({ rowId: 'paid settled', ...numberOf(paid), amount: null, settled: usd(310) }),
    aPaymentRow({ rowId: 'open', outTradeNo: open.outTradeNo, rate: '6.448' }),
    aPaymentRow({ rowId: 'open settled', ...numberOf(open), amount: null, settled: usd(310) }),
    // Only this row tells whose number the provider's is; three others know nothing else.
    aPaymentRow({ rowId: 'lost', ...byTheirs, outTradeNo: lost.outTradeNo }),
    aPaymentRow({ rowId: 'lost settled', ...byTheirs, amount: null, settled: usd(310) }),
    anotherRow('fee', { rowId: 'lost fee', ...byTheirs, fee: cny(-12) }),
    aPaymentRow({ rowId: 'wrong', outTradeNo: wrong.outTradeNo, amount: cny(1998) }),
    aPaymentRow({ rowId: 'stranger', outTradeNo: 'somebody' }),
    aRefundRow({ rowId: 'one', outRefundNo: one ?? null }),
    aRefundRow({
      rowId: 'one settled',
      ...ofPaid,
      providerRefundId: `R-${one}`,
      settled: usd(-78),
      amount: null,
    }),
    aRefundRow({
      rowId: 'two',
      outRefundNo: two ?? null,
      providerRefundId: `R-${two}`,
      amount: cny(-300),
    }),
    aRefundRow({
      rowId: 'two settled',
      ...ofPaid,
      providerRefundId: `R-${two}`,
      settled: usd(-47),
      amount: null,
    }),
    aRefundRow({ rowId: 'foreign', ...ofPaid, outRefundNo: 'console', providerRefundId: 'R-9' }),
    anotherRow('total'),
  ]
  return rows.map((row) => ({ ...row, accountId: 'scripted' }))
}

function numberOf({ providerPaymentId }: { providerPaymentId: string | null }) {
  return { outTradeNo: null, providerPaymentId }
}

async function importFiles(world: World, files: readonly (readonly SettlementRow[])[]) {
  for (const rows of files) {
    world.provider.books = { rows, problems: [] }
    await importSettlement(world, 'scripted', {
      kind: 'file',
      name: 'bill.csv',
      bytes: new Uint8Array(),
    })
  }
}

/** What a merchant can see of it all; when and how often somebody looked is no part of that. */
async function endState(world: World) {
  const payments = await Promise.all(ORDERS.map((name) => paymentOf(world, name)))
  const seen = payments.map(async ({ paymentId, status, late, providerPaymentId, settlement }) => ({
    payment: { paymentId, status, late, providerPaymentId, settlement },
    refunds: (await world.store.refundsOfPayment(paymentId)).map((refund) => ({
      status: refund.status,
      providerRefundId: refund.providerRefundId,
      settlement: refund.settlement,
    })),
    rows: (await world.store.settlementOfPayment(paymentId)).map(
      ({ row, state, problem, refundId }) => ({
        rowId: row.rowId,
        state,
        problem,
        refundId,
      }),
    ),
  }))
  const events = await world.store.events({ afterSeq: 0, limit: 1_000 })
  return {
    payments: await Promise.all(seen),
    // How it ended; whether it was asked about on the way depends on what was read first.
    events: events
      .filter(({ type }) => !/\.(pending|processing)$/.test(type))
      .map(({ type, paymentId }) => `${type} ${paymentId}`)
      .toSorted(),
    quarantine: (await world.store.quarantined(100)).map(({ reason }) => reason).toSorted(),
  }
}

async function outcomeOf(
  files: (rows: readonly SettlementRow[]) => readonly (readonly SettlementRow[])[],
) {
  const { world, rows } = await arrange()
  try {
    await importFiles(world, files(rows))
    return await endState(world)
  } finally {
    await world.close()
  }
}

/** Files of some of the rows each, twice at times, and at last one with those that stand in none. */
const arrangement = fc.array(
  fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 20 }),
  { maxLength: 5 },
)

test('the end is the same, however the rows of the books reach us', async () => {
  const expected = await outcomeOf((rows) => [rows])
  expect(expected.payments.map(({ payment }) => payment.status)).toEqual([
    'paid',
    'paid',
    'paid',
    'pending',
  ])
  expect(expected.payments[2]?.rows).toHaveLength(3)
  expect(expected.payments[0]?.refunds.map(({ status }) => status)).toEqual([
    'succeeded',
    'succeeded',
  ])
  expect(expected.quarantine).toEqual(['amountMismatch', 'foreignRefund'])

  await fc.assert(
    fc.asyncProperty(arrangement, fc.integer(), async (parts, seed) => {
      const outcome = await outcomeOf((rows) => {
        const files = parts.map((part) => part.flatMap((index) => rows[index] ?? []))
        const used = new Set(files.flat())
        const rest = rows.filter((row) => !used.has(row))
        return [...files, seed % 2 === 0 ? rest : rest.toReversed()]
      })
      expect(outcome).toEqual(expected)
    }),
    { numRuns: 40 },
  )
}, 60_000)
