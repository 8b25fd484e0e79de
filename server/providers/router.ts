import type { Money } from '../../shared/money.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { Provider } from './provider.ts'

/** One configured account: its provider, and the apps its payments are paid in. */
export interface ProviderAccount {
  readonly provider: Provider
  readonly appIds: { readonly miniProgram?: string; readonly officialAccount?: string }
}

export interface RouteWish {
  readonly scene: Scene
  readonly amount: Money
  /** A named account is the only candidate. */
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
  | { readonly ok: true; readonly account: ProviderAccount }
  | {
      readonly ok: false
      readonly code: RouteProblem
      /** The accounts that could serve this scene, in configured order. */
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
 * Chooses the account for a payment: the named one, else the first in configured order that can
 * serve it. Where none can, the code is the problem of the account that came closest. Pure.
 */
export function routePayment(accounts: readonly ProviderAccount[], wish: RouteWish): Route {
  const candidates =
    wish.accountId === undefined
      ? accounts
      : accounts.filter(({ provider }) => provider.accountId === wish.accountId)
  const refusals = candidates.map((account) => ({ account, problem: problemOf(account, wish) }))
  const chosen = refusals.find(({ problem }) => problem === null)
  if (chosen) return { ok: true, account: chosen.account }
  const closest = PROBLEM_ORDER.findLast((code) => refusals.some(({ problem }) => problem === code))
  const nothingNamed = wish.accountId !== undefined && candidates.length === 0
  return {
    ok: false,
    code: nothingNamed ? 'accountNotFound' : (closest ?? 'sceneUnsupported'),
    accounts: accounts
      .filter(({ provider }) => provider.capabilities.scenes.includes(wish.scene))
      .map(({ provider }) => provider.accountId),
  }
}

function problemOf(account: ProviderAccount, wish: RouteWish): RouteProblem | null {
  const { scenes, currencies, amount } = account.provider.capabilities
  if (!scenes.includes(wish.scene)) return 'sceneUnsupported'
  const payerProblem = payerProblemOf(account, wish)
  if (payerProblem) return payerProblem
  if (currencies !== 'any' && !currencies.includes(wish.amount.currency)) {
    return 'currencyUnsupported'
  }
  const { value } = wish.amount
  return value < amount.minMinor || value > amount.maxMinor ? 'amountUnsupported' : null
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
  return appIds[scene] === payerAppId ? null : 'payerMismatch'
}
