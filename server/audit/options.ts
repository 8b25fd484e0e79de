import type { Clock } from '../../shared/clock.ts'
import type { AuditAsk } from '../../shared/contract/audit.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from '../usecases/deps.ts'

export interface AuditDeps {
  readonly store: Pick<Store, 'snapshot' | 'payment' | 'refundsOfPayment'>
  readonly clock: Clock
  /** Who can be asked; without them only what is stored is compared. */
  readonly accounts: Pick<Accounts, 'all' | 'byId'>
}

export interface AuditOptions {
  /** Orders made from then on, and before then. */
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  /** The only account whose books are compared. */
  readonly accountId?: string | undefined
  readonly ask?: AuditAsk
  /** The most orders, and the most payments that are asked about; all where missing. */
  readonly limit?: number | undefined
  /** The order behind which an audit ended that was limited. */
  readonly after?: string | undefined
  /** How long it may take. */
  readonly timeMs?: number | undefined
  /** Between two questions to providers; none where missing. */
  readonly pauseMs?: number | undefined
}
