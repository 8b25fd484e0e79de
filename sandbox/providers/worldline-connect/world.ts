import type { CommonWorld } from '../common.ts'
import type { ErrorForms } from './errors.ts'
import type { CheckoutRow } from './hosted-checkouts.ts'
import type { Idempotence } from './idempotence.ts'
import type { Ledger } from './ledger.ts'
import type { WorldlineBehaviour, WorldlineMerchant } from './options.ts'
import type { Webhooks } from './webhooks.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<WorldlineBehaviour> {
  readonly merchants: Map<string, WorldlineMerchant>
  readonly ledger: Ledger
  /** Visits to the hosted pages, by their number. */
  readonly checkouts: Map<string, CheckoutRow>
  readonly webhooks: Webhooks
  readonly errors: ErrorForms
  readonly idempotence: Idempotence
}
