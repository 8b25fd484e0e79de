import type { Clock } from '../../../shared/clock.ts'
import { Refused, SUFFIX } from './errors.ts'
import type { Family } from './ledger.ts'

/** Calls per merchant, kind and second, in whole seconds of the clock. */
export interface Limits {
  /** Counts one call. Throws Refused 429 above `perSecond`. */
  take(call: LimitedCall, perSecond: number): void
  /** Counts a call that was refused; asked for again by `check`. */
  note(call: LimitedCall): void
  /** Throws Refused 429 where so many calls are noted within this second already. */
  check(call: LimitedCall, perSecond: number): void
  /** Turns away the next so many calls of any kind. */
  refuseNext(times: number): void
  /** Throws Refused 429 while calls are to be turned away. */
  pass(): void
  reset(): void
}

export interface LimitedCall {
  readonly kind: 'order' | 'refund' | 'erringRefund'
  readonly mchId: string
  readonly family: Family
}

export function createLimits(clock: Clock): Limits {
  let counts = new Map<string, { second: number; calls: number }>()
  let refusals = 0

  const counter = ({ kind, mchId }: LimitedCall) => {
    const second = Math.floor(clock.nowMs() / 1000)
    const name = `${kind} ${mchId}`
    const known = counts.get(name)
    if (known?.second === second) return known
    const fresh = { second, calls: 0 }
    counts.set(name, fresh)
    return fresh
  }
  const check = (call: LimitedCall, perSecond: number) => {
    if (counter(call).calls < perSecond) return
    const code = call.family === 'global' ? 'RATE_LIMITED' : 'FREQUENCY_LIMITED'
    throw new Refused(code, '频率超限，请降低请求接口频率', { suffix: SUFFIX.rate })
  }
  const note = (call: LimitedCall) => {
    counter(call).calls += 1
  }

  return {
    check,
    note,
    take(call, perSecond) {
      check(call, perSecond)
      note(call)
    },
    refuseNext(times) {
      refusals = times
    },
    pass() {
      if (refusals === 0) return
      refusals -= 1
      throw new Refused('RATELIMIT_EXCEEDED', '接口限频', { suffix: SUFFIX.rate })
    },
    reset() {
      counts = new Map()
      refusals = 0
    },
  }
}
