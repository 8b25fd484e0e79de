import { appendFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { afterAll, expect } from 'vitest'
import { createRandom, type Random } from '../../../sandbox/random.ts'

/** The same in every run unless `FUZZ_SEED` says otherwise: CI must not fail by the weather. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_130)
/** How hard to try: random cases per target, and what whole sweeps are scaled by. */
export const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60)
/** Of the processor's time: the clock on the wall says how busy a machine is with other things. */
const MOST_WORK_MS = 2_000
const MOST_REMEMBERED = 8

/** What is attacked: counts the cases, and remembers what went wrong with the bytes that did it. */
export interface Target {
  readonly random: Random
  /** One case; `attack` answers what is wrong with its outcome, or null. What it throws is a crash. */
  hit(label: string, attack: () => string | null): void
  /** The same where the attack goes over the wire, which has a patience of its own. */
  send(label: string, attack: () => Promise<string | null>): Promise<void>
  /** Fails with the first of them unless all cases since the last check were held off. */
  check(atLeast?: number): void
}

/** A target of the test file that asks; after its tests the counts are printed and reported. */
export function fuzzTarget(name: string): Target {
  const count = { cases: 0, accepted: 0, crashes: 0, slowestMs: 0 }
  const failures: string[] = []
  let checked = 0
  afterAll(() => report({ name, seed: SEED, ...count, slowestMs: Math.ceil(count.slowestMs) }))

  const note = (kind: 'accepted' | 'crashes', label: string, what: string): void => {
    count[kind] += 1
    if (failures.length < MOST_REMEMBERED) failures.push(`${label}: ${what}`)
  }
  const ended = (startMs: number): void => {
    const ms = performance.now() - startMs
    count.cases += 1
    count.slowestMs = Math.max(count.slowestMs, ms)
  }
  const crashed = (label: string, error: unknown): void =>
    note('crashes', label, error instanceof Error ? (error.stack ?? error.message) : String(error))

  return {
    random: createRandom(SEED).fork(name),
    hit(label, attack) {
      const startMs = performance.now()
      const before = process.cpuUsage()
      try {
        const wrong = attack()
        if (wrong !== null) note('accepted', label, wrong)
      } catch (error) {
        crashed(label, error)
      }
      ended(startMs)
      const workMs = process.cpuUsage(before).user / 1_000
      if (workMs > MOST_WORK_MS) note('crashes', label, `took ${Math.round(workMs)} ms of work`)
    },
    async send(label, attack) {
      const startMs = performance.now()
      try {
        const wrong = await attack()
        if (wrong !== null) note('accepted', label, wrong)
      } catch (error) {
        crashed(label, error)
      }
      ended(startMs)
    },
    check(atLeast = 1) {
      const sinceLast = count.cases - checked
      checked = count.cases
      expect(failures.splice(0), `FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`).toEqual([])
      expect(sinceLast).toBeGreaterThanOrEqual(atLeast)
    },
  }
}

/** A line for people, and one for `npm run fuzz`, which makes a table of them. */
function report(line: Readonly<Record<string, string | number>>): void {
  const file = process.env['FUZZ_REPORT']
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`)
  else process.stdout.write(`fuzz ${JSON.stringify(line)}\n`)
}
