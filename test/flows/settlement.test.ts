import { afterAll, beforeAll, expect, test } from 'vitest'
import { allCases, play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { settlementDayAt, settlementReadyAtMs } from '../../server/usecases/settlement-days.ts'
import { settlementReportSchema } from '../../shared/contract/settlements.ts'

/**
 * Goal: what the providers' own books say of a day's trade agrees with ours. Method: payments and
 * partial refunds at every account whose books can be read by day; the night goes by; then the server
 * has fetched the bills by itself, and a merchant who asks again hears that nothing is new.
 */
let stack: Stack
beforeAll(async () => {
  stack = await startStack({ sandbox: { seed: 'settlement' }, config: { logLevel: 'silent' } })
})
afterAll(() => stack.close())

const DAY_MS = 24 * 60 * 60 * 1_000
const authorization = `Bearer ${SANDBOX_API_KEY}`

async function importOf(path: string, contentType: string, body: BodyInit) {
  const response = await fetch(`${stack.url}/v1/settlements/${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body,
  })
  return settlementReportSchema.parse(await response.json())
}

const importDay = (accountId: string, day: string) =>
  importOf(accountId, 'application/json', JSON.stringify({ day }))

test('a night later every payment and refund is in the bills, and none is in doubt', async () => {
  const { store, accounts } = stack.toolkit.deps
  const byDay = accounts
    .all()
    .filter(({ provider }) => provider.capabilities.settlement.includes('day'))
    .map(({ provider }) => provider.accountId)
  expect(byDay.length).toBeGreaterThanOrEqual(3)
  const cases = allCases(stack).filter(
    ({ provider, path }) =>
      byDay.includes(provider) && (path === 'notified' || path === 'refunded'),
  )
  const firstDay = settlementDayAt(stack.clock.nowMs())
  for (const [index, wish] of cases.entries()) {
    expect((await play(stack, wish, index + 1)).ok, JSON.stringify(wish)).toBe(true)
  }
  const lastDay = settlementDayAt(stack.clock.nowMs())
  const bothDays = [...new Set([firstDay, lastDay])]
  for (const day of bothDays) {
    // No further: calls that began at that moment would take as long as the clock then jumps.
    await stack.clock.advance(Math.max(0, settlementReadyAtMs(day) - stack.clock.nowMs()))
    await stack.toolkit.workers.idle()
  }

  for (const [index, { provider, path }] of cases.entries()) {
    const attempts = await store.paymentsOfOrder(`demo-${index + 1}`)
    const payment = attempts.find(({ status }) => status === 'paid')
    if (!payment) throw new Error(`there is no payment of case ${index + 1}`)
    const entries = await store.settlementOfPayment(payment.paymentId)
    const told = entries.filter(({ row }) => row.kind === 'payment' || row.kind === 'refund')
    const where = `${provider} ${path}`
    expect(
      told.map(({ state, problem }) => ({ state, problem })),
      where,
    ).toEqual(told.map(() => ({ state: 'matched', problem: null })))
    const paid = told.filter(({ row }) => row.kind === 'payment' && row.status === 'paid')
    expect(
      paid.map(({ row }) => row.amount),
      where,
    ).toEqual([payment.amount])
    const refunds = await store.refundsOfPayment(payment.paymentId)
    const given = refunds.filter(({ status }) => status === 'succeeded')
    const back = told.filter(({ row }) => row.kind === 'refund' && row.status === 'succeeded')
    expect(new Set(back.map(({ refundId }) => refundId)), where).toEqual(
      new Set(given.map(({ refundId }) => refundId)),
    )
  }
  for (const accountId of byDay) {
    for (const day of bothDays) {
      const fetched = { state: 'imported', reason: null }
      expect(await store.settlementDay(accountId, day), accountId).toMatchObject(fetched)
      expect(await importDay(accountId, day), accountId).toMatchObject({
        new: 0,
        applied: 0,
        quarantined: 0,
        problems: [],
      })
    }
  }
  expect(await store.quarantined(10)).toEqual([])
}, 120_000)

const dayNow = () => new Date(stack.clock.nowMs()).toISOString().slice(0, 10)

/** Plays every case of an account in which refunds are made; answers the days that it took. */
async function refundedAt(accountId: string, firstNumber: number) {
  const cases = allCases(stack).filter(
    ({ provider, path }) => provider === accountId && path === 'refunded',
  )
  const days = new Set([dayNow()])
  for (const [index, wish] of cases.entries()) {
    const { ok } = await play(stack, wish, firstNumber + index)
    expect(ok, JSON.stringify(wish)).toBe(true)
    days.add(dayNow())
  }
  return { days: [...days], orderRefs: cases.map((_, index) => `demo-${firstNumber + index}`) }
}

test.each([
  ['payment', 500],
  ['refund', 520],
] as const)(
  'the files that PPRO delivers agree with what it answered, to the last unit (by the number of the %s)',
  async (refundMerchantTxId, firstNumber) => {
    const { store } = stack.toolkit.deps
    stack.sandbox.ppro.configure({ refundMerchantTxId })
    const { days, orderRefs } = await refundedAt('ppro', firstNumber)
    const files = days.flatMap((day) => stack.sandbox.ppro.files(day))
    expect(files.length).toBeGreaterThan(7)
    for (const { name, text } of files) {
      const report = await importOf(`ppro?name=${name}`, 'text/csv', text)
      expect(report, name).toMatchObject({ applied: 0, unmatched: 0, quarantined: 0, problems: [] })
    }
    for (const orderRef of orderRefs) {
      const [payment] = await store.paymentsOfOrder(orderRef)
      const entries = await store.settlementOfPayment(payment?.paymentId ?? '')
      const settled = entries.flatMap(({ row }) => (row.fee ? [] : (row.settled ?? [])))
      const refunds = await store.refundsOfPayment(payment?.paymentId ?? '')
      const given = refunds.map(({ settlement }) => -(settlement?.settled?.value ?? 0))
      const expected = [payment?.settlement?.settled?.value ?? 0, ...given]
      const sorted = (values: readonly number[]) => values.toSorted((left, right) => left - right)
      expect(sorted(settled.map(({ value }) => value))).toEqual(sorted(expected))
      expect(expected).toHaveLength(3)
      expect(new Set(settled.map(({ currency }) => currency))).toEqual(new Set(['USD']))
    }
  },
  60_000,
)

test.each([
  ['payment', 600],
  ['own', 650],
] as const)(
  'the WX files of Worldline have every payment and refund, by the reference of the %s',
  async (wxRefundReference, firstNumber) => {
    const { store } = stack.toolkit.deps
    stack.sandbox.worldline.configure({ wxRefundReference })
    const { days, orderRefs } = await refundedAt('worldline', firstNumber)
    // What came in is booked about a day after it was taken.
    await stack.clock.advance(DAY_MS)
    const all = new Set([...days, dayNow()])
    for (const { name, bytes } of [...all].flatMap((day) => stack.sandbox.worldline.files(day))) {
      const send = () =>
        importOf(`worldline?name=${name}`, 'application/octet-stream', new Uint8Array(bytes))
      const clean = { applied: 0, unmatched: 0, quarantined: 0, problems: [] }
      expect(await send(), name).toMatchObject(clean)
      expect(await send(), name).toMatchObject({ ...clean, new: 0 })
    }
    for (const orderRef of orderRefs) {
      const [payment] = await store.paymentsOfOrder(orderRef)
      const entries = await store.settlementOfPayment(payment?.paymentId ?? '')
      const paid = entries.filter(({ row }) => row.kind === 'payment' && row.status === 'paid')
      expect(paid.map(({ row }) => row.amount)).toEqual([payment?.amount])
      const refunds = await store.refundsOfPayment(payment?.paymentId ?? '')
      const back = entries.filter(({ row }) => row.kind === 'refund' && row.status === 'succeeded')
      const sorted = (words: readonly string[]) => words.toSorted()
      expect(sorted(back.map(({ refundId, row }) => `${refundId} ${row.amount?.value}`))).toEqual(
        sorted(refunds.map(({ refundId, amount }) => `${refundId} ${-amount.value}`)),
      )
      expect(refunds).toHaveLength(2)
    }
  },
  60_000,
)

test('a WX file of which a record is missing is refused, and changes nothing', async () => {
  const days = [0, DAY_MS].map((ms) => new Date(stack.clock.nowMs() - ms).toISOString())
  const file = days
    .flatMap((day) => stack.sandbox.worldline.files(day.slice(0, 10)))
    .find(({ text }) => text.includes('<tns:DataRecord>'))
  const text = file?.text.replace(/<tns:DataRecord>[\s\S]*?<\/tns:DataRecord>/, '') ?? ''
  expect(text).not.toBe(file?.text)
  const response = await fetch(`${stack.url}/v1/settlements/worldline?name=${file?.name}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/octet-stream' },
    body: text,
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'settlementUnreadable' })
})

test('what payabl. settles is kept where a signed notification tells it, and nowhere else', async () => {
  const settled = async (scene: 'mobileWeb' | 'desktopQr', number: number) => {
    const { verdict } = await play(stack, { provider: 'payabl', scene, path: 'notified' }, number)
    expect(verdict).toBe('paid')
    const [payment] = await stack.toolkit.deps.store.paymentsOfOrder(`demo-${number}`)
    return payment?.settlement
  }
  expect(await settled('mobileWeb', 700)).toMatchObject({
    source: { currency: 'CNY' },
    settled: { value: 1999, currency: 'EUR' },
    rate: '8.466900',
  })
  expect(await settled('desktopQr', 701)).toBeNull()
})
