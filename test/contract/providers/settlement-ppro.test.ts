import { describe, expect, test } from 'vitest'
import type { PproFile } from '../../../sandbox/providers/ppro/index.ts'
import type { SettlementRow } from '../../../server/domain/settlement.ts'
import { compareWithAggregate } from '../../../server/providers/ppro/settlement.ts'
import { created, type PproPair, paid, pproPair } from './ppro-world.ts'

/** PPRO's files as its simulator writes them out of its own books, read by the adapter. */

const TODAY = '2026-06-24'

async function start(behaviour: Parameters<typeof pproPair>[0] = {}) {
  const pair = await pproPair(behaviour)
  const read = async ({ name, bytes }: Pick<PproFile, 'name' | 'bytes'>) => {
    const report = await pair.provider.readSettlement?.({ kind: 'file', name, bytes })
    if (!report) throw new Error('PPRO reads no settlement')
    return report
  }
  const named = (part: string, day = TODAY): PproFile => {
    const file = pair.simulator.files(day).find(({ name }) => name.includes(part))
    if (!file) throw new Error(`there is no file ${part}`)
    return file
  }
  return { ...pair, ppro: pair.simulator, read, named }
}

/** Payments in two currencies, one of them refunded in two parts; one open, one declined. */
async function trade(pair: PproPair) {
  const first = await paid(pair, 'p1', { value: 1000, currency: 'CNY' })
  await paid(pair, 'p2', { value: 1999, currency: 'GBP' })
  await paid(pair, 'p3', { value: 4242, currency: 'CNY' })
  for (const [outRefundNo, value] of [
    ['r1', 400],
    ['r2', 600],
  ] as const) {
    const amount = { value, currency: 'CNY' }
    await pair.provider.refund?.({ payment: first, outRefundNo, amount, reason: null })
  }
  await created(pair, 'open')
  await created(pair, 'declined')
  pair.simulator.decline('declined')
  await pair.simulator.notifications.idle()
  return first
}

const idsOf = (rows: readonly SettlementRow[]) => rows.map(({ rowId }) => rowId)

describe('settlement files', () => {
  test('every paid payment is one row, with what reaches the bank for it', async () => {
    const world = await start()
    await trade(world)
    const { rows, problems } = await world.read(world.named('volume-per-transaction'))
    expect(problems).toEqual([])
    const collected = world.ppro.books().payments.filter(({ state }) => state === 'paid')
    expect(
      rows.map((row) => [row.kind, row.status, row.outTradeNo, row.providerPaymentId]),
    ).toEqual(collected.map(({ reference, id }) => ['payment', 'paid', reference, id]))
    expect(rows.map(({ settled, amount }) => [settled, amount])).toEqual([
      [{ value: 160, currency: 'USD' }, null],
      [
        { value: 1999, currency: 'GBP' },
        { value: 1999, currency: 'GBP' },
      ],
      [{ value: 660, currency: 'USD' }, null],
    ])
  })

  test('what a file settles is what the answer about the payment said', async () => {
    const world = await start()
    const first = await trade(world)
    const fact = await world.provider.queryPayment(first)
    const { rows } = await world.read(world.named('volume-per-transaction'))
    expect(fact?.settlement).toMatchObject({ settled: rows[0]?.settled, rate: '6.44145000' })
  })

  test('every refund is one row, and both parts together take back the whole', async () => {
    const world = await start()
    const first = await trade(world)
    const { rows, problems } = await world.read(world.named('volume-per-refund'))
    expect(problems).toEqual([])
    const { refunds } = world.ppro.books()
    expect(
      rows.map((row) => [
        row.kind,
        row.status,
        row.outTradeNo,
        row.outRefundNo,
        row.providerRefundId,
        row.providerPaymentId,
      ]),
    ).toEqual(
      refunds.map(({ id }) => ['refund', 'succeeded', 'p1', null, id, first.providerPaymentId]),
    )
    expect(rows.reduce((sum, { settled }) => sum + (settled?.value ?? 0), 0)).toBe(-160)
  })

  test('a refund is told by the number of its payment, or by its own where a switch says so', async () => {
    const world = await start()
    await trade(world)
    const begin = async () => {
      const reports = ['volume-per-refund', 'fee-per-refund'].map((part) =>
        world.read(world.named(part)),
      )
      const rows = (await Promise.all(reports)).flatMap((report) => report.rows)
      expect(rows.every(({ outRefundNo }) => outRefundNo === null)).toBe(true)
      return new Set(rows.map(({ outTradeNo }) => outTradeNo))
    }
    expect(await begin()).toEqual(new Set(['p1']))
    world.ppro.configure({ refundMerchantTxId: 'refund' })
    expect(await begin()).toEqual(new Set(['r1', 'r2']))
  })

  test('all seven files of a settlement agree with each other', async () => {
    const world = await start()
    await trade(world)
    world.ppro.chargeBack('p3')
    const files = world.ppro
      .files(TODAY)
      .filter(({ name }) => name.startsWith('1-999-7-D-2026-175-'))
    expect(files).toHaveLength(7)
    const reports = await Promise.all(files.map(world.read))
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    const rows = reports.flatMap((report) => report.rows)
    expect(new Set(idsOf(rows)).size).toBe(rows.length)
    const totals = rows.filter(({ kind }) => kind === 'total')
    const details = rows.filter(({ kind }) => kind !== 'total')
    expect(details.filter(({ kind }) => kind === 'chargeback')).toHaveLength(1)
    expect(details.filter(({ kind }) => kind === 'fee')).toHaveLength(12)
    expect(compareWithAggregate(details, totals)).toEqual([])
    expect(compareWithAggregate(details.slice(1), totals)).not.toEqual([])
  })

  test.each([
    { fileDelimiter: ';', countColumn: 'EVENT_COUNT' },
    { fileDelimiter: '\t', filesPacked: true },
  ] as const)('are read alike in another spelling: %j', async (behaviour) => {
    const world = await start()
    await trade(world)
    const plain = await Promise.all(world.ppro.files(TODAY).map(world.read))
    world.ppro.configure(behaviour)
    expect(await Promise.all(world.ppro.files(TODAY).map(world.read))).toEqual(plain)
  })

  test('the same file twice is the same rows', async () => {
    const world = await start()
    await trade(world)
    const file = world.named('volume-per-transaction')
    expect(await world.read(file)).toEqual(await world.read(file))
  })

  test('a day without turnover is empty and no problem', async () => {
    const world = await start()
    await trade(world)
    const reports = await Promise.all(world.ppro.files('2026-06-23').map(world.read))
    expect(reports).toHaveLength(18)
    expect(reports.every(({ rows, problems }) => rows.length + problems.length === 0)).toBe(true)
  })

  test('a file from which a payment was taken is unverifiable', async () => {
    const world = await start()
    await trade(world)
    const { name, text } = world.named('volume-per-transaction')
    const bytes = Buffer.from(text.split('\r\n').toSpliced(2, 1).join('\r\n'))
    await expect(world.read({ name, bytes })).rejects.toMatchObject({ outcome: 'unverifiable' })
  })

  test('a word that nobody knows is kept, reported, and pays nothing', async () => {
    const world = await start({ strangeWord: 'TELEPORTED' })
    await trade(world)
    const { rows } = await world.read(world.named('volume-per-transaction'))
    expect(rows).toHaveLength(3)
    expect(rows.every((row) => row.status === 'pending' && row.unknownStatus)).toBe(true)
  })

  test('another contract’s payments in the same file are not ours', async () => {
    const world = await start()
    await trade(world)
    const { name, text } = world.named('volume-per-transaction')
    const bytes = Buffer.from(text.replaceAll('TESTCONTRACT', 'OTHERCONTRACT'))
    const { rows, problems } = await world.read({ name, bytes })
    expect(rows).toEqual([])
    expect(problems).toHaveLength(1)
  })

  test('books are files here: a day cannot be asked for', async () => {
    const world = await start()
    expect(world.provider.capabilities.settlement).toEqual(['file'])
    const asked = world.provider.readSettlement?.({ kind: 'day', day: TODAY })
    await expect(asked).rejects.toMatchObject({ outcome: 'rejected' })
  })
})

describe('processing files', () => {
  test('every payment of the books is one row in the file of its state, with its own amount', async () => {
    const world = await start()
    await trade(world)
    const states = ['succeeded', 'failed', 'pending']
    const reports = await Promise.all(
      states.map((state) => world.read(world.named(`_transaction_${state}.`))),
    )
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    const rows = reports.flatMap((report) => report.rows)
    const told = rows.map((row) => [row.providerPaymentId, row.outTradeNo, row.status, row.amount])
    const OPEN_AS = { paid: 'paid', open: 'pending', failed: 'failed', closed: 'expired' } as const
    const booked = world.ppro
      .books()
      .payments.map(({ id, reference, state, amount }) => [id, reference, OPEN_AS[state], amount])
    expect(told).toHaveLength(booked.length)
    expect(told).toEqual(expect.arrayContaining(booked))
  })

  test('every refund is one row, away from the merchant, in the currency of the payment', async () => {
    const world = await start()
    await trade(world)
    const { rows } = await world.read(world.named('_refund_succeeded.'))
    const { refunds } = world.ppro.books()
    expect(rows.map((row) => [row.outRefundNo, row.providerRefundId, row.amount])).toEqual(
      refunds.map(({ reference, id, amount }) => [
        reference,
        id,
        { value: -amount.value, currency: amount.currency },
      ]),
    )
  })

  test('a payment that was open and is paid is two rows, one for each state', async () => {
    const world = await start()
    const { providerPaymentId } = await created(world, 'late')
    const open = await world.read(world.named('_transaction_pending.'))
    await world.ppro.pay(providerPaymentId ?? '')
    const done = await world.read(world.named('_transaction_succeeded.'))
    expect(open.rows).toMatchObject([{ status: 'pending', outTradeNo: 'late' }])
    expect(done.rows).toMatchObject([{ status: 'paid', outTradeNo: 'late' }])
    expect(idsOf(open.rows)).not.toEqual(idsOf(done.rows))
  })

  test('money that arrives a day later is told in that day’s file, of the same payment', async () => {
    const world = await start()
    await trade(world)
    const next = await world.read(world.named('_transaction_fundsreceived.', '2026-06-25'))
    expect(next.rows.map(({ outTradeNo, status }) => [outTradeNo, status])).toEqual([
      ['p1', 'paid'],
      ['p2', 'paid'],
      ['p3', 'paid'],
    ])
  })
})

test('the simulator writes the published examples: columns in order, sums, counts and signs', async () => {
  const world = await start()
  const payment = await paid(world, '202106151', { value: 1000, currency: 'CNY' })
  const amount = payment.amount
  await world.provider.refund?.({ payment, outRefundNo: '202106152', amount, reason: null })
  const linesOf = (part: string) => world.named(part).text.split('\r\n')
  const head =
    'PAYMENT_REFERENCE,EVENT_TYPE,EVENT_TIMESTAMP,MERCHANT_ID,PAYMENT_METHOD,AMOUNT,CURRENCY,COUNTRY'
  const volume = linesOf('volume-per-transaction')
  expect(volume[0]).toBe(`MERCHANT_TX_ID,TX_ID,${head}`)
  expect(volume[1]).toMatch(
    /^202106151,\d+,\w+,SUCCEEDED,2026-06-24T10:15:00Z,TESTCONTRACT,WeChatPay,1\.60,USD,CN$/,
  )
  const refunds = linesOf('volume-per-refund')
  expect(refunds[0]).toBe(`MERCHANT_TX_ID,RF_ID,${head},REFERENCE_TX_ID`)
  expect(refunds[1]).toMatch(
    new RegExp(`^202106151,.*TESTCONTRACT,WeChatPay,-1\\.60,USD,CN,${payment.providerPaymentId}$`),
  )
  expect(linesOf('aggregate').slice(0, 5)).toEqual([
    'MERCHANT_ID,PAYMENT_METHOD,EVENT_TYPE,EVENT-COUNT,AGGREGATE_AMOUNT,CURRENCY',
    'TESTCONTRACT,WeChatPay,TRANSACTION,1,1.60,USD',
    'TESTCONTRACT,WeChatPay,ACQUIRING_FEE,2,-0.20,USD',
    'TESTCONTRACT,WeChatPay,SUCCEEDED_FEE,2,-0.20,USD',
    'TESTCONTRACT,WeChatPay,REFUND,1,-1.60,USD',
  ])
})
