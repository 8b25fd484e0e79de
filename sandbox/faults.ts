import { type Clock, sleep } from '../shared/clock.ts'
import {
  type CallFault,
  type Dose,
  type FaultPlan,
  type FaultPlanInput,
  faultPlanSchema,
} from './fault-plan.ts'
import { NO_REPLY, type Reply } from './http.ts'
import type { Random } from './random.ts'

type NotificationFault = keyof FaultPlan['notifications']

/** What happened so far; calls are counted per operation. */
export interface FaultCounters {
  readonly notifications: Readonly<Record<NotificationFault, number>>
  readonly calls: Readonly<Record<string, Readonly<Record<CallFault['fault'] | 'calls', number>>>>
}

export interface NotificationVerdict {
  readonly delayMs: number
  readonly duplicate: boolean
  readonly reorder: boolean
  readonly forge: boolean
}

/** One provider's fault plan and the count of everything it did. */
export interface Faults {
  /** Replaces the plan. Throws ZodError on a plan that makes no sense. */
  set(plan: FaultPlanInput): void
  clear(): void
  plan(): FaultPlan
  counters(): FaultCounters
  /** Clears plan and counters. */
  reset(): void
  /** How the next notification is to be mistreated; asked once per notification. */
  forNotification(): NotificationVerdict
  /** Whether this attempt is lost on the way; asked once per attempt. */
  dropsAttempt(): boolean
  /** Runs a call under the plan; `failure` shapes a 5xx answer as the provider would. */
  around(
    operation: string,
    call: () => Reply | Promise<Reply>,
    failure: (status: number) => Reply,
  ): Promise<Reply>
}

export function createFaults(options: { clock: Clock; random: Random }): Faults {
  return new PlannedFaults(options)
}

class PlannedFaults implements Faults {
  readonly #clock: Clock
  readonly #random: Random
  #plan: FaultPlan = faultPlanSchema.parse({})
  /** Portions taken so far; the key tells the doses of one plan apart. */
  #taken = new Map<object | string, number>()
  #counters = emptyCounters()

  constructor(options: { clock: Clock; random: Random }) {
    this.#clock = options.clock
    this.#random = options.random
  }

  set(plan: FaultPlanInput): void {
    this.#plan = faultPlanSchema.parse(plan)
    this.#taken = new Map()
  }

  clear(): void {
    this.set({})
  }

  plan(): FaultPlan {
    return this.#plan
  }

  counters(): FaultCounters {
    const calls = [...this.#counters.calls].map(([name, count]) => [name, { ...count }] as const)
    return {
      notifications: { ...this.#counters.notifications },
      calls: Object.fromEntries(calls),
    }
  }

  reset(): void {
    this.clear()
    this.#counters = emptyCounters()
  }

  forNotification(): NotificationVerdict {
    return {
      delayMs: this.#delayMs(),
      duplicate: this.#notification('duplicate'),
      reorder: this.#notification('reorder'),
      forge: this.#notification('forge'),
    }
  }

  dropsAttempt(): boolean {
    return this.#notification('drop')
  }

  async around(
    operation: string,
    call: () => Reply | Promise<Reply>,
    failure: (status: number) => Reply,
  ): Promise<Reply> {
    const struck = this.#callFaults(operation)
    const slow = struck.get('slow')
    if (slow) await sleep(this.#clock, slow.slowMs)
    if (struck.has('timeoutBefore')) return NO_REPLY
    const fail = struck.get('fail5xx')
    if (fail) return failure(fail.status)
    const reply = await call()
    return struck.has('timeoutAfterSuccess') ? NO_REPLY : reply
  }

  #strikes(dose: Dose | undefined, key: object | string): boolean {
    if (dose === undefined) return false
    if (dose === 'all') return true
    if (typeof dose === 'object') return this.#random.chance(dose.chance)
    const taken = this.#taken.get(key) ?? 0
    this.#taken.set(key, taken + 1)
    return taken < dose
  }

  #notification(fault: Exclude<NotificationFault, 'delay'>): boolean {
    const struck = this.#strikes(this.#plan.notifications[fault], fault)
    if (struck) this.#counters.notifications[fault] += 1
    return struck
  }

  #delayMs(): number {
    const { delay } = this.#plan.notifications
    if (!delay || !this.#strikes(delay.dose, 'delay')) return 0
    this.#counters.notifications.delay += 1
    return delay.ms
  }

  #callFaults(operation: string): Map<CallFault['fault'], CallFault> {
    const count = this.#counters.calls.get(operation) ?? emptyCallCounters()
    this.#counters.calls.set(operation, count)
    count.calls += 1
    const struck = new Map<CallFault['fault'], CallFault>()
    for (const fault of this.#plan.calls) {
      const concerns = fault.operation === '*' || fault.operation === operation
      if (!concerns || struck.has(fault.fault) || !this.#strikes(fault.dose, fault)) continue
      struck.set(fault.fault, fault)
      count[fault.fault] += 1
    }
    return struck
  }
}

function emptyCounters() {
  return {
    notifications: { drop: 0, delay: 0, duplicate: 0, reorder: 0, forge: 0 },
    calls: new Map<string, ReturnType<typeof emptyCallCounters>>(),
  }
}

function emptyCallCounters() {
  return { calls: 0, fail5xx: 0, timeoutBefore: 0, timeoutAfterSuccess: 0, slow: 0 }
}
