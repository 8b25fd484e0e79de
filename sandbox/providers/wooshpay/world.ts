import type { CommonWorld } from '../common.ts'
import type { Endpoints } from './endpoints.ts'
import type { Idempotency } from './idempotency.ts'
import type { Ledger } from './ledger.ts'
import type { WooshpayAccount, WooshpayBehaviour } from './options.ts'
import type { Webhooks } from './webhooks.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<WooshpayBehaviour> {
  /** By name. */
  readonly accounts: Map<string, WooshpayAccount>
  readonly ledger: Ledger
  readonly endpoints: Endpoints
  readonly webhooks: Webhooks
  readonly idempotency: Idempotency
}
