import type { Random } from '../../sandbox/random.ts'
import type { Clock } from '../../shared/clock.ts'

export const ROUTES = ['client', 'notification', 'provider', 'webhook'] as const
/** Who talks to whom: payers and merchant to us, providers to us, us to providers, us to the merchant. */
export type Route = (typeof ROUTES)[number]

export const STORM_KINDS = [
  'refuse',
  'lose',
  'loseAnswer',
  'fail5xx',
  'duplicate',
  'truncateRequest',
  'truncateAnswer',
  'slow',
] as const
export type StormKind = (typeof STORM_KINDS)[number]

/** Trouble on one route, for a while; each message is struck with the given chance. */
export interface Storm {
  readonly route: Route
  readonly kind: StormKind
  readonly chance: number
  readonly fromMs: number
  readonly toMs: number
  /** For `slow`: up to so much later. */
  readonly slowMs: number
}

export interface Fate {
  readonly kind: Exclude<StormKind, 'slow'> | 'arrives'
  readonly delayMs: number
}

/** What becomes of messages, by the plan's storms; each storm draws from a stream of its own. */
export class Weather {
  readonly #clock: Clock
  readonly #startMs: number
  readonly #storms: readonly (Storm & { readonly random: Random })[]
  readonly #faulty: (url: URL) => boolean
  /** Messages struck so far, by kind. */
  readonly struck: Record<StormKind, number> = {
    refuse: 0,
    lose: 0,
    loseAnswer: 0,
    fail5xx: 0,
    duplicate: 0,
    truncateRequest: 0,
    truncateAnswer: 0,
    slow: 0,
  }

  constructor(options: {
    clock: Clock
    random: Random
    storms: readonly Storm[]
    /** Whether messages to that address can be struck at all: those within a phone cannot. */
    faulty: (url: URL) => boolean
  }) {
    this.#clock = options.clock
    this.#startMs = options.clock.nowMs()
    this.#faulty = options.faulty
    this.#storms = options.storms.map((storm) => ({
      ...storm,
      random: options.random.fork(JSON.stringify(storm)),
    }))
  }

  forMessage(route: Route, url: URL): Fate {
    const atMs = this.#clock.nowMs() - this.#startMs
    let fate: Fate = { kind: 'arrives', delayMs: 0 }
    if (!this.#faulty(url)) return fate
    for (const storm of this.#storms) {
      if (storm.route !== route || atMs < storm.fromMs || atMs >= storm.toMs) continue
      if (!storm.random.chance(storm.chance)) continue
      this.struck[storm.kind] += 1
      if (storm.kind !== 'slow') fate = { ...fate, kind: storm.kind }
      else fate = { ...fate, delayMs: fate.delayMs + storm.random.int(storm.slowMs) }
    }
    return fate
  }
}
