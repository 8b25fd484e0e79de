import type { CancelTimer, Clock } from '../shared/clock.ts'
import { createTimerQueue, type TimerQueue } from './timer-queue.ts'

/** A clock that a test or the control API can move forward. */
export interface SandboxClock extends Clock {
  /** Moves the time forward and runs, in time order, every timer that becomes due on the way. */
  advance(ms: number): Promise<void>
  /** Like `advance`, to a point in time; refuses to go back. */
  advanceTo(atMs: number): Promise<void>
  /** Work that a timer has begun and that should come to rest before the next timer runs. */
  busy(work: Promise<unknown>): void
  /** Forgets all timers. */
  close(): void
}

/**
 * How long, in real milliseconds, `advance` waits for work that does not come to rest. It ends at all
 * only because such work may itself wait for this clock, and would otherwise stop it for ever.
 */
const DEFAULT_PATIENCE_MS = 2_000

/** Turns of the event loop granted between two timers to work that nobody announced as busy. */
const QUIET_TURNS = 8

export interface ClockOptions {
  /** How long, in real time, `advance` waits for announced work; 0 where all work waits for it. */
  readonly patienceMs?: number
  /** Turns of the event loop between two timers; fewer do where nothing leaves the process. */
  readonly quietTurns?: number
}

/** Settles announced work; shared by both clocks. */
class Settling {
  readonly #work = new Set<Promise<void>>()
  readonly #patienceMs: number
  readonly #quietTurns: number

  constructor({ patienceMs = DEFAULT_PATIENCE_MS, quietTurns = QUIET_TURNS }: ClockOptions) {
    this.#patienceMs = patienceMs
    this.#quietTurns = quietTurns
  }

  add(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(
      () => this.#done(settled),
      () => this.#done(settled),
    )
    this.#work.add(settled)
  }

  #done(work: Promise<void>): void {
    this.#work.delete(work)
  }

  async settle(): Promise<void> {
    await turns(this.#quietTurns)
    if (this.#patienceMs === 0) return
    const giveUp = timeout(this.#patienceMs)
    while (this.#work.size > 0 && !giveUp.over()) {
      await Promise.race([Promise.all(this.#work), giveUp.elapsed])
      await turns(this.#quietTurns)
    }
    giveUp.cancel()
  }
}

/**
 * Time that moves only when told to. `advance` rejects with what a timer's task throws; the clock then
 * stands at that timer's time.
 */
export class VirtualClock implements SandboxClock {
  readonly #timers: TimerQueue = createTimerQueue()
  readonly #settling: Settling
  #nowMs: number
  #moving: Promise<void> = Promise.resolve()

  constructor(startMs: number, options: ClockOptions = {}) {
    this.#nowMs = startMs
    this.#settling = new Settling(options)
  }

  nowMs(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, task: () => void): CancelTimer {
    return this.#timers.add(this.#nowMs + Math.max(0, delayMs), task)
  }

  busy(work: Promise<unknown>): void {
    this.#settling.add(work)
  }

  advance(ms: number): Promise<void> {
    assertForward(ms)
    return this.#after(() => this.#run(this.#nowMs + ms))
  }

  advanceTo(atMs: number): Promise<void> {
    return this.#after(() => {
      assertForward(atMs - this.#nowMs)
      return this.#run(atMs)
    })
  }

  close(): void {
    this.#timers.clear()
  }

  /** Two overlapping calls move the clock one after the other. */
  #after(move: () => Promise<void>): Promise<void> {
    const moved = this.#moving.then(move)
    this.#moving = moved.catch(() => undefined)
    return moved
  }

  async #run(untilMs: number): Promise<void> {
    await this.#settling.settle()
    for (let due = this.#timers.takeDue(untilMs); due; due = this.#timers.takeDue(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.task()
      await this.#settling.settle()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }
}

/** Node's longest timer; a longer wait is armed again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Real time plus an offset that only grows: timers fire by themselves, and at once when jumped over. */
export function createAdjustableClock(options: ClockOptions = {}): SandboxClock {
  const timers = createTimerQueue()
  const settling = new Settling(options)
  let offsetMs = 0
  let armed: NodeJS.Timeout | undefined
  let moving: Promise<void> = Promise.resolve()
  const nowMs = () => Date.now() + offsetMs

  const arm = () => {
    clearTimeout(armed)
    const next = timers.nextAtMs()
    if (next === null) return
    const waitMs = Math.min(Math.max(0, next - nowMs()), LONGEST_TIMER_MS)
    armed = setTimeout(runDue, waitMs)
  }
  const runDue = () => {
    const due = timers.takeDue(nowMs())
    arm()
    due?.task()
  }
  const jump = async (ms: number) => {
    assertForward(ms)
    await settling.settle()
    const targetMs = nowMs() + ms
    try {
      for (let next = timers.nextAtMs(); isDueBy(next, targetMs); next = timers.nextAtMs()) {
        offsetMs += Math.max(0, next - nowMs())
        timers.takeDue(nowMs())?.task()
        await settling.settle()
      }
      offsetMs += Math.max(0, targetMs - nowMs())
    } finally {
      arm()
    }
  }
  const after = (move: () => Promise<void>) => {
    const moved = moving.then(move)
    moving = moved.catch(() => undefined)
    return moved
  }

  return {
    nowMs,
    setTimer(delayMs, task) {
      const cancel = timers.add(nowMs() + Math.max(0, delayMs), task)
      arm()
      return () => {
        cancel()
        arm()
      }
    },
    busy: (work) => settling.add(work),
    advance: (ms) => after(() => jump(ms)),
    advanceTo: (atMs) => after(() => jump(atMs - nowMs())),
    close() {
      timers.clear()
      clearTimeout(armed)
    },
  }
}

function isDueBy(atMs: number | null, targetMs: number): atMs is number {
  return atMs !== null && atMs <= targetMs
}

function assertForward(ms: number): void {
  if (!Number.isFinite(ms) || ms < 0)
    throw new RangeError(`time runs forward only, not by ${ms} ms`)
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function timeout(ms: number) {
  let over = false
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      over = true
      resolve()
    }, ms)
  })
  return { elapsed, over: () => over, cancel: () => clearTimeout(timer) }
}
