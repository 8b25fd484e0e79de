import type { Clock } from '../../shared/clock.ts'
import type { Money } from '../../shared/money.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { Ids } from '../platform/ids.ts'
import type { Logger } from '../platform/logger.ts'
import type { Provider } from '../providers/provider.ts'
import type { Store } from '../store/store.ts'

/** All that a use case may touch; every one of them a port. */
export interface Deps {
  readonly store: Store
  readonly accounts: Accounts
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  /** From 0 up to, not including, 1: spreads repeats over time, and guards nothing. */
  readonly random: () => number
  /** Where the world reaches us, without a slash at the end. */
  readonly publicUrl: string
}

export interface Accounts {
  byId(accountId: string): Account | undefined
  /** In configured order. */
  all(): readonly Account[]
  /** The accounts that may serve this wish, in the order in which to ask them; a named account is
   * the only one. Throws UseCaseError, naming those that could serve the scene. */
  route(wish: RouteWish): Candidates
}

export interface Account {
  readonly provider: Provider
  /** The apps this account can be paid in. */
  readonly appIds: {
    readonly miniProgram?: readonly string[]
    readonly officialAccount?: readonly string[]
  }
}

/** At least one account. */
export type Candidates = readonly [Account, ...Account[]]

export interface RouteWish {
  readonly scene: Scene
  readonly amount: Money
  readonly accountId: string | undefined
  /** The app the payer logged in to; the account must be paid in the same one. */
  readonly payerAppId: string | null
}
