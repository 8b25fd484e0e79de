import type { CancelTimer, Clock } from '../../shared/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Change, Claim, NextDue, Store } from '../store/store.ts'

/** One kind of work that lives in rows: how to claim some, and what to do with one of them. */
export interface WorkKind {
  readonly name: string
  /** Writes the rows that time alone brings, such as a new day's; asked at least once a minute. */
  plan?(nowMs: number): Promise<void>
  /** Claims at most `claim.limit` due rows and answers with what is to be done for each. */
  claim(claim: Claim): Promise<readonly Work[]>
  /** When its next row wants to be claimed; null: never. */
  nextAtMs(due: NextDue): number | null | Promise<number | null>
}

export type Work = () => Promise<void>

/** Work in hand at one time in this process; more waits in its rows. */
const MOST_AT_ONCE = 32
const LEASE_MS = 30_000
/** The loop sleeps until the next row is due or a change wakes it; this is only the safety net. */
const LONGEST_SLEEP_MS = 60_000
const SHORTEST_SLEEP_MS = 5
const AFTER_FAILURE_MS = 1_000

/**
 * Works on due rows of all kinds, many at a time. A row that throws keeps its lease and comes back
 * when that is over, so nothing is lost with an error, nor with the process.
 */
export class WorkLoop {
  readonly #store: Pick<Store, 'onChange' | 'nextDue'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #kinds: readonly WorkKind[]
  readonly #inHand = new Set<Promise<void>>()
  #running = false
  #healthy = true
  #round: Promise<void> | null = null
  #again = false
  #cancelSleep: CancelTimer = () => {}
  #wakesAtMs = 0
  #unlisten: () => void = () => {}

  constructor(options: {
    store: Pick<Store, 'onChange' | 'nextDue'>
    clock: Clock
    logger: Logger
    kinds: readonly WorkKind[]
  }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#logger = options.logger
    this.#kinds = options.kinds
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#unlisten = this.#store.onChange((change) => this.#hear(change))
    this.#wake()
  }

  /** Takes no new work, and resolves once the work in hand is finished. */
  async stop(): Promise<void> {
    this.#running = false
    this.#unlisten()
    this.#cancelSleep()
    await this.#round
    await Promise.all(this.#inHand)
  }

  /** Resolves once nothing is due at the present time of the clock, and nothing is in hand. */
  async idle(): Promise<void> {
    do {
      this.#wake()
      while (this.#round) await this.#round
      await Promise.all(this.#inHand)
    } while (this.#round !== null || this.#inHand.size > 0)
  }

  /** False while the store cannot be reached. */
  healthy(): boolean {
    return this.#healthy
  }

  #hear(change: Change): void {
    if (change.kind !== 'due') return
    const nowMs = this.#clock.nowMs()
    if (change.atMs <= nowMs || this.#round) this.#wake()
    else if (change.atMs < this.#wakesAtMs) this.#sleepAtMost(change.atMs - nowMs)
  }

  #wake(): void {
    if (!this.#running) return
    this.#cancelSleep()
    this.#again = true
    this.#round ??= this.#run()
  }

  async #run(): Promise<void> {
    try {
      let nextAtMs: number | null = null
      while (this.#again && this.#running) {
        this.#again = false
        for (const kind of this.#kinds) await kind.plan?.(this.#clock.nowMs())
        nextAtMs = await this.#takeWhatIsDue()
      }
      this.#sleepUntil(nextAtMs)
      this.#healthy = true
    } catch (error) {
      this.#healthy = false
      this.#logger.error('worker.failed', { error })
      this.#sleepAtMost(AFTER_FAILURE_MS)
    } finally {
      this.#round = null
    }
    // Something may have become due while we looked for the next time.
    if (this.#again) this.#wake()
  }

  /** Answers when the next row is due. One cheap look tells which kinds have anything to claim. */
  async #takeWhatIsDue(): Promise<number | null> {
    const next = await this.#nextOfEach()
    const nowMs = this.#clock.nowMs()
    const due = next.filter(({ atMs }) => atMs <= nowMs)
    if (due.length === 0 || this.#isFull()) return earliest(next)
    for (const { kind } of due) await this.#take(kind)
    return earliest(await this.#nextOfEach())
  }

  async #take(kind: WorkKind): Promise<void> {
    while (this.#running) {
      const limit = MOST_AT_ONCE - this.#inHand.size
      if (limit <= 0) return
      const nowMs = this.#clock.nowMs()
      const works = await kind.claim({ nowMs, leaseMs: LEASE_MS, limit })
      for (const work of works) this.#perform(kind, work)
      if (works.length < limit) return
    }
  }

  #perform(kind: WorkKind, work: Work): void {
    const performing = work()
      .catch((error: unknown) =>
        this.#logger.error('worker.rowFailed', { reason: kind.name, error }),
      )
      .finally(() => {
        this.#inHand.delete(performing)
        this.#wake()
      })
    this.#inHand.add(performing)
  }

  #sleepUntil(nextAtMs: number | null): void {
    // Read after the wait: a clock may have been set, or jumped, meanwhile.
    const nowMs = this.#clock.nowMs()
    // A full house wakes us by itself when the first one leaves.
    this.#sleepAtMost(nextAtMs === null || this.#isFull() ? LONGEST_SLEEP_MS : nextAtMs - nowMs)
  }

  #isFull(): boolean {
    return this.#inHand.size >= MOST_AT_ONCE
  }

  async #nextOfEach(): Promise<readonly Next[]> {
    const due = await this.#store.nextDue()
    const next: Next[] = []
    for (const kind of this.#kinds) {
      const atMs = await kind.nextAtMs(due)
      if (atMs !== null) next.push({ kind, atMs })
    }
    return next
  }

  #sleepAtMost(delayMs: number): void {
    if (!this.#running) return
    this.#cancelSleep()
    const boundedMs = Math.min(Math.max(delayMs, SHORTEST_SLEEP_MS), LONGEST_SLEEP_MS)
    this.#wakesAtMs = this.#clock.nowMs() + boundedMs
    this.#cancelSleep = this.#clock.setTimer(boundedMs, () => this.#wake())
  }
}

interface Next {
  readonly kind: WorkKind
  readonly atMs: number
}

function earliest(next: readonly Next[]): number | null {
  return next.length === 0 ? null : Math.min(...next.map(({ atMs }) => atMs))
}
