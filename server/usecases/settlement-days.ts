import { ProviderError } from '../providers/errors.ts'
import type { SettlementDay } from '../store/store.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { importSettlement } from './import-settlement.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const BEIJING_OFFSET_MS = 8 * HOUR_MS
/**
 * WeChat Pay's bills are ready after 10:00 in Beijing. By then the day before is over in every zone
 * that a provider of ours counts its days in, and has been for hours in Europe.
 */
const READY_AFTER_MS = DAY_MS + 10.5 * HOUR_MS
/** Longest time without a running server that is made up for by itself. */
const MOST_DAYS_BACK = 14
/** A day that cannot be had for so long is left to people. */
const GIVE_UP_MS = 5 * DAY_MS
const FIRST_RETRY_MS = HOUR_MS / 4
const LONGEST_RETRY_MS = 6 * HOUR_MS
/** Longer than any honest import: nobody else reads the same day meanwhile. */
const IMPORT_LEASE_MS = HOUR_MS / 2

/** The date in Beijing, `YYYY-MM-DD`. */
export function settlementDayAt(atMs: number): string {
  return new Date(atMs + BEIJING_OFFSET_MS).toISOString().slice(0, 10)
}

/** From when on the books of that day can be fetched. */
export function settlementReadyAtMs(day: string): number {
  return startOf(day) + READY_AFTER_MS
}

function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - BEIJING_OFFSET_MS
}

/**
 * Writes down which days are to be fetched: for every account that has a bill by day, each day up to
 * the present one, from the last one known on. An account that is new begins with the present day.
 */
export async function planSettlementDays(deps: Deps): Promise<void> {
  const today = settlementDayAt(deps.clock.nowMs())
  for (const { provider } of deps.accounts.all()) {
    if (!provider.capabilities.settlement.includes('day')) continue
    const { accountId } = provider
    const [latest] = await deps.store.settlementDays(accountId, 1)
    const days = daysAfter(latest?.day ?? null, today)
    if (days.length === 0) continue
    await deps.store.transaction(async (tx) => {
      for (const day of days) {
        const dueAtMs = settlementReadyAtMs(day)
        const wanted = { accountId, day, dueAtMs, reason: null, attempts: 0 }
        await tx.insertSettlementDay({ ...wanted, state: 'waiting' })
      }
    })
  }
}

function daysAfter(latest: string | null, today: string): readonly string[] {
  const endMs = startOf(today)
  const earliestMs = endMs - MOST_DAYS_BACK * DAY_MS
  const firstMs = latest === null ? endMs : Math.max(startOf(latest) + DAY_MS, earliestMs)
  const count = Math.max(0, Math.round((endMs - firstMs) / DAY_MS) + 1)
  return Array.from({ length: count }, (_, index) => settlementDayAt(firstMs + index * DAY_MS))
}

/**
 * Fetches one day that is due. What cannot be had is tried again at growing gaps for some days, and
 * is then left as `failed` with the provider's reason. Lets storage faults through: the day is held,
 * and comes back when that is over.
 */
export async function fetchSettlementDay(deps: Deps, claimed: SettlementDay): Promise<void> {
  const { accountId, day } = claimed
  const held = { ...claimed, dueAtMs: deps.clock.nowMs() + IMPORT_LEASE_MS }
  await write(deps, held)
  try {
    const { problems } = await importSettlement(deps, accountId, { kind: 'day', day })
    const reason = problems.length === 0 ? null : `read; problems: ${problems.length}`
    await write(deps, { ...held, state: 'imported', reason, dueAtMs: null })
  } catch (error) {
    if (error instanceof UseCaseError) return fail(deps, held, error.message)
    if (!(error instanceof ProviderError)) throw error
    const nowMs = deps.clock.nowMs()
    if (nowMs - settlementReadyAtMs(day) > GIVE_UP_MS) return fail(deps, held, error.message)
    const gapMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(held.attempts, 10), LONGEST_RETRY_MS)
    const dueAtMs = nowMs + Math.max(gapMs, error.retryAfterMs ?? 0)
    await write(deps, { ...held, reason: error.message, dueAtMs })
    deps.logger.warn('settlement.notReady', { accountId, outcome: error.outcome })
  }
}

async function fail(deps: Deps, day: SettlementDay, reason: string): Promise<void> {
  await write(deps, { ...day, state: 'failed', reason, dueAtMs: null })
  deps.logger.error('settlement.dayFailed', { accountId: day.accountId, reason: day.day })
}

function write(deps: Deps, day: SettlementDay): Promise<void> {
  return deps.store.transaction((tx) => tx.updateSettlementDay(day))
}
