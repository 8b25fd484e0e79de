import { describe, expect, test } from 'vitest'
import { crashRun } from '../crash/run.ts'

/**
 * The short form of `npm run crash`: a few kills of each kind on each database, while a few customers
 * are in the shop. `docs/crashes.md` has the figures of the long one.
 */
const SEED = process.env['CRASH_SEED'] ?? '20260624'

describe.each([
  { database: 'sqlite', servers: 1 },
  { database: 'postgres', servers: 2 },
] as const)('servers on $database, killed at random moments', ({ database, servers }) => {
  test('lose nothing, double nothing, and stand by what they said', async () => {
    const report = await crashRun({ database, servers, kills: 8, customers: 8, seed: SEED })
    expect(report.violations, `seed ${SEED}`).toEqual([])
    expect(report.kills).toBeGreaterThanOrEqual(8)
    expect(report.databaseKills).toBe(database === 'postgres' ? 1 : 0)
    expect(report.payments).toBeGreaterThan(0)
    expect(report.acknowledged).toBeGreaterThan(0)
  }, 180_000)
})
