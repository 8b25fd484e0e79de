import type { Money } from '../../shared/money.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { AmountLimits, Provider } from './provider.ts'

/** One configured account: its provider, the apps its payments are paid in, and its rules. */
export interface ProviderAccount {
  readonly provider: Provider
  readonly appIds: {
    readonly miniProgram?: readonly string[]
    readonly officialAccount?: readonly string[]
  }
  /** Without rules the account is chosen for all that it can serve. */
  readonly routing?: RoutingRules
}

/** What an account is chosen for where nobody names it; narrows what it can do, never widens it. */
export interface RoutingRules {
  /** Asked in rising order, 1 first; accounts of equal priority in configured order. */
  readonly priority: number
  readonly scenes?: readonly Scene[] | undefined
  readonly currencies?: readonly string[] | undefined
  /** By currency, in minor units; a currency that is not named here has no limits of its own. */
  readonly amounts?: Readonly<Record<string, AmountRule>> | undefined
}

interface AmountRule {
  readonly minMinor?: number | undefined
  readonly maxMinor?: number | undefined
}

/** Of an account whose configuration says nothing; leaves room before and behind it. */
export const DEFAULT_PRIORITY = 100

export interface RouteWish {
  readonly scene: Scene
  readonly amount: Money
  /** A named account is the only candidate, whatever its rules say. */
  readonly accountId?: string | undefined
  /** The app that the payer logged in to; null or missing outside WeChat. */
  readonly payerAppId?: string | null | undefined
}

/** Why no account serves a wish, as problem codes of the HTTP surface. */
type RouteProblem =
  | 'accountNotFound'
  | 'sceneUnsupported'
  | 'payerRequired'
  | 'payerMismatch'
  | 'currencyUnsupported'
  | 'amountUnsupported'

export type Route =
  | {
      readonly ok: true
      /** In the order in which they shall be asked. */
      readonly candidates: readonly [ProviderAccount, ...ProviderAccount[]]
    }
  | {
      readonly ok: false
      readonly code: RouteProblem
      /** The accounts that could serve this scene, in configured order; naming one overrides rules. */
      readonly accounts: readonly string[]
    }

/** In the order in which a wish is examined: the later the problem, the closer the account came. */
const PROBLEM_ORDER: readonly RouteProblem[] = [
  'sceneUnsupported',
  'payerRequired',
  'payerMismatch',
  'currencyUnsupported',
  'amountUnsupported',
]

/**
 * The accounts for a payment, in the order in which to ask them: the named one, else all that can
 * serve it and whose rules let them, by priority and then in configured order. Where none can, the
 * code is the problem of the account that came closest. Pure.
 */
export function routePayment(accounts: readonly ProviderAccount[], wish: RouteWish): Route {
  const named = wish.accountId !== undefined
  const considered = named
    ? accounts.filter(({ provider }) => provider.accountId === wish.accountId)
    : accounts
  const examined = considered.map((account) => ({
    account,
    problem: problemOf(account, wish) ?? (named ? null : ruleAgainst(account, wish)),
  }))
  const [first, ...others] = examined
    .filter(({ problem }) => problem === null)
    .map(({ account }) => account)
    .toSorted((left, right) => priorityOf(left) - priorityOf(right))
  if (first) return { ok: true, candidates: [first, ...others] }
  const closest = PROBLEM_ORDER.findLast((code) => examined.some(({ problem }) => problem === code))
  return {
    ok: false,
    code: named && considered.length === 0 ? 'accountNotFound' : (closest ?? 'sceneUnsupported'),
    accounts: accounts
      .filter(({ provider }) => provider.capabilities.scenes.includes(wish.scene))
      .map(({ provider }) => provider.accountId),
  }
}

function priorityOf({ routing }: ProviderAccount): number {
  return routing?.priority ?? DEFAULT_PRIORITY
}

/** What the account cannot do. */
function problemOf(account: ProviderAccount, wish: RouteWish): RouteProblem | null {
  const { scenes, currencies } = account.provider.capabilities
  const { currency, value } = wish.amount
  if (!scenes.includes(wish.scene)) return 'sceneUnsupported'
  const payerProblem = payerProblemOf(account, wish)
  if (payerProblem) return payerProblem
  if (currencies !== 'any' && !currencies.includes(currency)) return 'currencyUnsupported'
  return isWithin(value, limitsOf(account, currency)) ? null : 'amountUnsupported'
}

/** What the account could do, and shall not be chosen for. */
function ruleAgainst(
  { routing }: ProviderAccount,
  { scene, amount: { currency, value } }: RouteWish,
): RouteProblem | null {
  if (routing?.scenes && !routing.scenes.includes(scene)) return 'sceneUnsupported'
  if (routing?.currencies && !routing.currencies.includes(currency)) return 'currencyUnsupported'
  const rule = routing?.amounts?.[currency]
  return rule && !isWithin(value, rule) ? 'amountUnsupported' : null
}

function limitsOf({ provider }: ProviderAccount, currency: string): AmountLimits {
  const { amount } = provider.capabilities
  return amount.byCurrency?.[currency] ?? amount
}

function isWithin(value: number, { minMinor, maxMinor }: AmountRule): boolean {
  return value >= (minMinor ?? 0) && value <= (maxMinor ?? Number.MAX_SAFE_INTEGER)
}

/** Inside WeChat a payment belongs to one app: the payer's openid means nothing in another. */
function payerProblemOf(
  { provider, appIds }: ProviderAccount,
  { scene, payerAppId }: RouteWish,
): RouteProblem | null {
  if (scene !== 'miniProgram' && scene !== 'officialAccount') return null
  if (!payerAppId) {
    return provider.capabilities.needsOpenid.includes(scene) ? 'payerRequired' : null
  }
  return appIds[scene]?.includes(payerAppId) ? null : 'payerMismatch'
}

/**
 * What is wrong with the rules of an account: a rule that it can never keep would silently turn
 * payments away. One sentence per fault, naming account and field; empty where all is well. Pure.
 */
export function faultsOfRules(account: ProviderAccount): readonly string[] {
  const { accountId } = account.provider
  const told = [...sceneFaults(account), ...currencyFaults(account), ...amountFaults(account)]
  return told.map((fault) => `provider account "${accountId}": routing.${fault}`)
}

function* sceneFaults({ provider, appIds, routing }: ProviderAccount): Generator<string> {
  const { scenes, needsOpenid } = provider.capabilities
  for (const scene of routing?.scenes ?? []) {
    if (!scenes.includes(scene)) {
      yield `scenes: it cannot serve ${scene}, only ${scenes.join(', ')}`
    } else if (scene === 'miniProgram' || scene === 'officialAccount') {
      if (needsOpenid.includes(scene) && !appIds[scene]) {
        yield `scenes: ${scene} needs appIds.${scene}, so that payers can log in`
      }
    }
  }
}

function* currencyFaults({ provider, routing }: ProviderAccount): Generator<string> {
  const { currencies } = provider.capabilities
  if (currencies === 'any') return
  for (const currency of routing?.currencies ?? []) {
    if (!currencies.includes(currency)) {
      yield `currencies: it does not take ${currency}, only ${currencies.join(', ')}`
    }
  }
}

function* amountFaults(account: ProviderAccount): Generator<string> {
  const { routing, provider } = account
  const { currencies } = provider.capabilities
  for (const [currency, { minMinor = 0, maxMinor }] of Object.entries(routing?.amounts ?? {})) {
    const limits = limitsOf(account, currency)
    const taken = currencies === 'any' || currencies.includes(currency)
    if (!taken || routing?.currencies?.includes(currency) === false) {
      yield `amounts.${currency}: the account is never chosen for ${currency}`
    } else if (maxMinor !== undefined && minMinor > maxMinor) {
      yield `amounts.${currency}: minMinor ${minMinor} is more than maxMinor ${maxMinor}`
    } else if (minMinor > limits.maxMinor || (maxMinor ?? limits.maxMinor) < limits.minMinor) {
      yield `amounts.${currency}: the account takes ${limits.minMinor} to ${limits.maxMinor} only`
    }
  }
}
