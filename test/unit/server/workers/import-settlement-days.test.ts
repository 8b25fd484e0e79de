import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import type { Deps } from '../../../../server/usecases/deps.ts'
import { importSettlementOnRequest } from '../../../../server/usecases/import-settlement.ts'
import {
  fetchSettlementDay,
  settlementDayAt,
  settlementReadyAtMs,
} from '../../../../server/usecases/settlement-days.ts'
import { importSettlementDays } from '../../../../server/workers/import-settlement-days.ts'
import { KEYED, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { anotherRow, aPaymentRow } from '../../../support/settlement.ts'
import { createWorld, START_MS, type World } from '../../../support/world.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const BY_DAY = { ...KEYED, settlement: ['day', 'file'] } as const

/** It is 10:00 in Beijing on 24 June when the world begins; its clock is set by hand here. */
let world: World
let nowMs: number
let deps: Deps
beforeEach(async () => {
  world = await createWorld({ capabilities: BY_DAY, others: { filesOnly: LOOKED_UP } })
  nowMs = START_MS
  deps = { ...world, clock: { nowMs: () => nowMs, setTimer: () => () => {} } }
})
afterEach(() => world.close())

/** One process that does this work, woken whenever `work` is called. */
function startProcess() {
  const kind = importSettlementDays(deps)
  const work = async (): Promise<void> => {
    await kind.plan?.(nowMs)
    const works = await kind.claim({ nowMs, leaseMs: 30_000, limit: 32 })
    await Promise.allSettled(works.map((each) => each()))
    if (works.length > 0) await work()
  }
  return { work }
}

const days = async (accountId = 'scripted') =>
  (await world.store.settlementDays(accountId, 100)).map(({ day, state }) => `${day} ${state}`)
const first = () => world.store.settlementDay('scripted', '2026-06-24')
const reads = () => world.provider.calls.filter((call) => call === 'readSettlement').length

describe('a day in Beijing', () => {
  test.each([
    ['2026-06-23T15:59:59.999Z', '2026-06-23'],
    ['2026-06-23T16:00:00.000Z', '2026-06-24'],
  ])('%s is in %s', (instant, day) => {
    expect(settlementDayAt(Date.parse(instant))).toBe(day)
  })

  test('can be read from 10:30 of the next one on', () => {
    const readyAt = new Date(settlementReadyAtMs('2026-06-24')).toISOString()
    expect(readyAt).toBe('2026-06-25T02:30:00.000Z')
  })
})

describe('the bill of a day', () => {
  test('is read by itself on the next, once, and counts', async () => {
    await world.anOrder()
    const payment = await createPayment(world, world.wish())
    const row = aPaymentRow({ accountId: 'scripted', outTradeNo: payment.outTradeNo })
    world.provider.books = { rows: [row], problems: [] }
    const { work } = startProcess()
    await work()
    expect(await days()).toEqual(['2026-06-24 waiting'])
    nowMs += DAY_MS + HOUR_MS / 2 - 1
    await work()
    expect(reads()).toBe(0)
    nowMs += 1
    await work()
    await work()
    expect(reads()).toBe(1)
    expect(await days()).toEqual(['2026-06-25 waiting', '2026-06-24 imported'])
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'paid' })
    nowMs += DAY_MS
    await work()
    expect(reads()).toBe(2)
  })

  test('is read by one of several processes', async () => {
    const processes = [startProcess(), startProcess(), startProcess()]
    await Promise.all(processes.map(({ work }) => work()))
    nowMs += DAY_MS + HOUR_MS
    await Promise.all(processes.map(({ work }) => work()))
    expect(reads()).toBe(1)
  })

  test('is not planned for an account that has none', async () => {
    await startProcess().work()
    expect(await days('filesOnly')).toEqual([])
  })

  test('wakes whoever sleeps when it is ready', async () => {
    await startProcess().work()
    const { settlementDays } = await world.store.nextDue()
    expect(settlementDays).toBe(settlementReadyAtMs('2026-06-24'))
  })

  test('says how many problems there were in it', async () => {
    const total = anotherRow('total', { accountId: 'scripted' })
    const damaged = { source: 'bill', line: 3, message: 'cannot be read' }
    world.provider.books = { rows: [total], problems: [damaged] }
    const { work } = startProcess()
    await work()
    nowMs += DAY_MS + HOUR_MS
    await work()
    expect(await first()).toMatchObject({ state: 'imported', reason: 'read; problems: 1' })
  })

  test('is made up for after days without a server, two weeks of them at most', async () => {
    await startProcess().work()
    nowMs += 3 * DAY_MS + HOUR_MS
    await startProcess().work()
    expect(await days()).toEqual([
      '2026-06-27 waiting',
      '2026-06-26 imported',
      '2026-06-25 imported',
      '2026-06-24 imported',
    ])
    nowMs += 30 * DAY_MS
    await startProcess().work()
    // 27 June, which was waiting, and two weeks up to yesterday.
    expect(reads()).toBe(3 + 1 + 14)
    expect(await days()).toContain('2026-07-13 imported')
    expect(await days()).not.toContain('2026-07-12 imported')
  })
})

describe('a bill that is not there yet', () => {
  async function untilReady(count: number, outcome: 'notSent' | 'rejected' = 'notSent') {
    world.provider.fail({ on: 'readSettlement', when: 'before', outcome }, count)
    const { work } = startProcess()
    await work()
    nowMs = settlementReadyAtMs('2026-06-24')
    await work()
    return work
  }

  test('is asked for again after half an hour, and then at growing gaps', async () => {
    const work = await untilReady(2)
    expect(await first()).toMatchObject({ state: 'waiting', reason: 'readSettlement went wrong' })
    nowMs += HOUR_MS / 2 - 1
    await work()
    expect(reads()).toBe(1)
    nowMs += 1
    await work()
    expect(reads()).toBe(2)
    nowMs += HOUR_MS - 1
    await work()
    expect(reads()).toBe(2)
    nowMs += 1
    await work()
    expect(await first()).toMatchObject({ state: 'imported', reason: null })
  })

  test('is given up after some days, and left to be seen', async () => {
    const work = await untilReady(1_000, 'rejected')
    for (let step = 0; step < 4 * 5; step += 1) {
      nowMs += 6 * HOUR_MS
      await work()
      expect(await first()).toMatchObject({ state: 'waiting' })
    }
    nowMs += 6 * HOUR_MS
    await work()
    const failed = { state: 'failed', dueAtMs: null, reason: 'readSettlement went wrong' }
    expect(await first()).toMatchObject(failed)
  })

  test('is not failed any more once the merchant had it read', async () => {
    const work = await untilReady(1_000, 'rejected')
    nowMs += 6 * DAY_MS
    await work()
    expect(await first()).toMatchObject({ state: 'failed' })
    world.provider.forgive()
    await importSettlementOnRequest(deps, 'scripted', { kind: 'day', day: '2026-06-24' })
    expect(await first()).toMatchObject({ state: 'imported', reason: null })
  })

  test('is left to be seen where its account is gone', async () => {
    const work = await untilReady(1)
    const gone = { ...deps.accounts, byId: () => undefined }
    nowMs += HOUR_MS
    const [claimed] = await world.store.claimDueSettlementDays({ nowMs, leaseMs: 1, limit: 1 })
    if (!claimed) throw new Error('nothing is due')
    await fetchSettlementDay({ ...deps, accounts: gone }, claimed)
    await work()
    expect(await first()).toMatchObject({ state: 'failed' })
  })

  test('comes back after a fault of ours, when whoever held it must be dead', async () => {
    const broken = aPaymentRow({ accountId: 'scripted', amount: { value: 0.5, currency: 'CNY' } })
    world.provider.books = { rows: [broken], problems: [] }
    const work = await untilReady(0)
    expect(reads()).toBe(1)
    world.provider.books = { rows: [], problems: [] }
    nowMs += HOUR_MS / 2 - 1
    await work()
    expect(await first()).toMatchObject({ state: 'waiting' })
    nowMs += 1
    await work()
    expect(await first()).toMatchObject({ state: 'imported' })
  })
})
