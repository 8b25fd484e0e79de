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

const authorization = `Bearer ${SANDBOX_API_KEY}`

async function importOf(path: string, contentType: string, body: string) {
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
  // No further: calls that began at that moment would take as long as the clock then jumps.
  await stack.clock.advance(settlementReadyAtMs(lastDay) - stack.clock.nowMs())
  await stack.toolkit.workers.idle()

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
    for (const day of new Set([firstDay, lastDay])) {
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

test('the files that PPRO delivers agree with what it answered, to the last unit', async () => {
  const { store } = stack.toolkit.deps
  const cases = allCases(stack).filter(
    ({ provider, path }) => provider === 'ppro' && path === 'refunded',
  )
  const dayNow = () => new Date(stack.clock.nowMs()).toISOString().slice(0, 10)
  const days = new Set([dayNow()])
  for (const [index, wish] of cases.entries()) {
    expect((await play(stack, wish, 500 + index)).ok, JSON.stringify(wish)).toBe(true)
  }
  days.add(dayNow())
  const files = [...days].flatMap((day) => stack.sandbox.ppro.files(day))
  expect(files.length).toBeGreaterThan(7)
  for (const { name, text } of files) {
    const report = await importOf(`ppro?name=${name}`, 'text/csv', text)
    expect(report, name).toMatchObject({ applied: 0, unmatched: 0, quarantined: 0, problems: [] })
  }
  for (const index of cases.keys()) {
    const [payment] = await store.paymentsOfOrder(`demo-${500 + index}`)
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
}, 60_000)
