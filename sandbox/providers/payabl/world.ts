import type { CommonWorld } from '../common.ts'
import type { Ledger } from './ledger.ts'
import type { PayablBehaviour, PayablMerchant } from './options.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<PayablBehaviour> {
  readonly merchants: Map<string, PayablMerchant>
  readonly ledger: Ledger
  /** Where payers reach the hosted pages. */
  readonly publicUrl: () => string
}
