import type { CommonWorld } from '../common.ts'
import type { Ledger } from './ledger.ts'
import type { SaferpayBehaviour, SaferpayTerminal } from './options.ts'
import type { Answer } from './wire.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<SaferpayBehaviour> {
  /** By terminalId. */
  readonly terminals: Map<string, SaferpayTerminal>
  readonly ledger: Ledger
  /** First answers by customer, call and RequestId. */
  readonly answered: Map<string, Answer>
  /** Where payers reach the Payment Page. */
  readonly publicUrl: () => string
}
