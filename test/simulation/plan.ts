import { PROVIDER_KEYS, type ProviderKey } from '../../sandbox/providers/index.ts'
import { createRandom, type Random } from '../../sandbox/random.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { ROUTES, STORM_KINDS, type Storm } from './weather.ts'

/**
 * Everything that will be done to the world, drawn from a seed before it begins: data, so that a
 * failing plan can be made smaller piece by piece and played again. Times count from the start.
 */
export interface Plan {
  readonly seed: string
  /** After this our process dies no more, and everything has time to come to rest. */
  readonly troubleMs: number
  readonly orders: readonly OrderPlan[]
  readonly storms: readonly Storm[]
  readonly deaths: readonly Death[]
  readonly incidents: readonly Incident[]
  /** How far each provider's clock is off. */
  readonly skews: Readonly<Partial<Record<ProviderKey, number>>>
}

export interface OrderPlan {
  readonly orderRef: string
  readonly atMs: number
  readonly amountMinor: number
  readonly currency: string
  /** How long it can be paid; null: as long as usual. */
  readonly livesMs: number | null
  readonly visits: readonly Visit[]
  readonly deeds: readonly MerchantDeed[]
}

/** One view of the checkout: a tab, or a Mini Program page. */
export interface Visit {
  /** After the order was made. */
  readonly afterMs: number
  readonly scene: Scene
  /** Null: whatever the toolkit chooses. */
  readonly accountId: ProviderKey | null
  readonly key: string
  /** Two taps at once under the same key. */
  readonly doubleTap: boolean
  /** `payAndGo`: pays, and never comes back to the shop. */
  readonly deed: 'pay' | 'payAndGo' | 'cancel' | 'failThenPay' | 'leave'
  readonly deedAfterMs: number
  /** Looks for the verdict, or closes the page. */
  readonly watches: boolean
}

export type MerchantDeed =
  | { readonly kind: 'close'; readonly afterMs: number }
  | {
      readonly kind: 'refund'
      readonly afterMs: number
      /** Each part under a key of its own, all at the same moment; null: all that is left. */
      readonly parts: readonly (number | null)[]
      /** The same request so many times at once. */
      readonly copies: number
    }

/** Our process dies: at a time, or at the so-many-eth statement or call after it. */
export interface Death {
  readonly atMs: number
  readonly crossings: number | null
  readonly downMs: number
}

/** What strangers and providers do besides. */
export interface Incident {
  readonly atMs: number
  readonly kind: 'forgePaid' | 'forgedNotifications' | 'rotateCertificate' | 'declineOpen'
  readonly provider: ProviderKey
}

const TROUBLE_MS = 30 * 60_000

const LINES: readonly { accountId: ProviderKey; scenes: readonly Scene[]; currency: string }[] = [
  {
    accountId: 'worldline',
    scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb'],
    currency: 'CNY',
  },
  {
    accountId: 'wechatPay',
    scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb'],
    currency: 'CNY',
  },
  { accountId: 'ppro', scenes: ['desktopQr', 'mobileWeb'], currency: 'CNY' },
  { accountId: 'wooshpay', scenes: ['officialAccount', 'desktopQr', 'mobileWeb'], currency: 'CNY' },
  { accountId: 'saferpay', scenes: ['desktopQr', 'mobileWeb'], currency: 'CNY' },
  { accountId: 'payabl', scenes: ['desktopQr', 'mobileWeb'], currency: 'EUR' },
]

/** The plan of a seed: the same one every time. */
export function drawPlan(seed: string): Plan {
  const random = createRandom(`plan ${seed}`)
  const calm = random.chance(0.1)
  return {
    seed,
    troubleMs: TROUBLE_MS,
    orders: list(1 + random.int(5), (index) => drawOrder(random.fork(`order ${index}`), index)),
    storms: calm ? [] : list(random.int(5), (index) => drawStorm(random.fork(`storm ${index}`))),
    deaths: calm ? [] : list(random.int(4), (index) => drawDeath(random.fork(`death ${index}`))),
    incidents: list(random.int(3), (index) => drawIncident(random.fork(`incident ${index}`))),
    skews: random.chance(0.3) ? drawSkews(random.fork('skews')) : {},
  }
}

function drawOrder(random: Random, index: number): OrderPlan {
  const line = pick(random, LINES)
  const amountMinor = 100 + random.int(9_900)
  const visits = 1 + (random.chance(0.45) ? 1 + random.int(2) : 0)
  return {
    orderRef: `sim-${index}`,
    atMs: random.int(TROUBLE_MS / 3),
    amountMinor,
    currency: line.currency,
    livesMs: random.chance(0.15) ? 60_000 + random.int(10 * 60_000) : null,
    visits: list(visits, (visit) => drawVisit(random.fork(`visit ${visit}`), line.currency, visit)),
    deeds: drawDeeds(random.fork('deeds'), amountMinor),
  }
}

const DEEDS: readonly Visit['deed'][] = [
  ...(['pay', 'pay', 'pay', 'payAndGo', 'payAndGo'] as const),
  ...(['cancel', 'failThenPay', 'leave'] as const),
]

function drawVisit(random: Random, currency: string, number: number): Visit {
  const line = pick(
    random,
    LINES.filter((candidate) => candidate.currency === currency),
  )
  return {
    afterMs: number === 0 ? random.int(5_000) : random.int(4 * 60_000),
    scene: pick(random, line.scenes),
    accountId: random.chance(0.85) ? line.accountId : null,
    key: `view-${number}-${random.word(8)}`,
    doubleTap: random.chance(0.2),
    deed: pick(random, DEEDS),
    deedAfterMs: random.chance(0.15) ? random.int(20 * 60_000) : random.int(30_000),
    watches: random.chance(0.8),
  }
}

function drawDeeds(random: Random, amountMinor: number): MerchantDeed[] {
  const deeds: MerchantDeed[] = []
  if (random.chance(0.2)) deeds.push({ kind: 'close', afterMs: random.int(5 * 60_000) })
  if (random.chance(0.5)) {
    deeds.push({
      kind: 'refund',
      afterMs: 20_000 + random.int(20 * 60_000),
      // Often more in all than was paid: then some of them have to be refused.
      parts: list(1 + random.int(4), () =>
        random.chance(0.15) ? null : 1 + random.int(amountMinor),
      ),
      copies: random.chance(0.3) ? 2 : 1,
    })
  }
  return deeds
}

function drawStorm(random: Random): Storm {
  const fromMs = random.int(TROUBLE_MS / 2)
  const route = pick(random, ROUTES)
  // No library repeats our calls to a provider by itself; everybody else's may be repeated.
  const kinds = STORM_KINDS.filter((kind) => kind !== 'duplicate' || route !== 'provider')
  return {
    route,
    kind: pick(random, kinds),
    chance: random.chance(0.2) ? 1 : 0.1 + random.fraction() * 0.6,
    fromMs,
    toMs: Math.min(TROUBLE_MS, fromMs + 5_000 + random.int(15 * 60_000)),
    slowMs: 500 + random.int(30_000),
  }
}

function drawDeath(random: Random): Death {
  return {
    atMs: random.int(TROUBLE_MS / 2),
    crossings: random.chance(0.85) ? 1 + random.int(120) : null,
    downMs: random.chance(0.3) ? random.int(5 * 60_000) : random.int(5_000),
  }
}

function drawIncident(random: Random): Incident {
  return {
    atMs: random.int(TROUBLE_MS / 2),
    kind: pick(random, [
      'forgePaid',
      'forgePaid',
      'forgedNotifications',
      'rotateCertificate',
      'declineOpen',
    ] as const),
    provider: pick(random, PROVIDER_KEYS),
  }
}

/** Within what both sides of a signature forgive: five minutes. */
function drawSkews(random: Random): Plan['skews'] {
  const skewed = PROVIDER_KEYS.filter(() => random.chance(0.4))
  return Object.fromEntries(skewed.map((key) => [key, random.int(580_000) - 290_000]))
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[random.int(choices.length)]
  if (chosen === undefined) throw new RangeError('nothing to choose from')
  return chosen
}

function list<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index))
}
