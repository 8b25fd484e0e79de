import type { CommonWorld } from '../common.ts'
import type { Ledger } from './ledger.ts'
import type { PproBehaviour, PproContract } from './options.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<PproBehaviour> {
  readonly contracts: Map<string, PproContract>
  readonly ledger: Ledger
  /** Where payers reach the hosted pages. */
  readonly publicUrl: () => string
}
