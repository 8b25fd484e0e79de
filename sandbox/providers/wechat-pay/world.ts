import type { CommonWorld } from '../common.ts'
import type { Accounts } from './accounts.ts'
import type { BillShelf } from './bills.ts'
import type { WechatKeys } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Limits } from './limits.ts'
import type { Notices } from './notices.ts'
import type { WechatPayBehaviour } from './options.ts'

/** Everything that the parts of this simulator share. */
export interface World extends CommonWorld<WechatPayBehaviour> {
  readonly accounts: Accounts
  readonly keys: WechatKeys
  readonly notices: Notices
  readonly ledger: Ledger
  readonly limits: Limits
  readonly bills: BillShelf
  /** How many of the next answers carry a SIGNTEST signature. */
  readonly takeAnswerProbe: () => boolean
}
