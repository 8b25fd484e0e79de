import type { SandboxClock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type { Notifier } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import type { WalletPay } from '../../simulator.ts'
import type { TimerGroup } from '../../timer-group.ts'
import type { WechatPlatform } from '../../wechat/platform.ts'
import type { Accounts } from './accounts.ts'
import type { BillShelf } from './bills.ts'
import type { WechatKeys } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Limits } from './limits.ts'
import type { Notices } from './notices.ts'
import type { WechatPayBehaviour } from './options.ts'

/** Everything that the parts of this simulator share. */
export interface World {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay: WalletPay | undefined
  readonly accounts: Accounts
  readonly keys: WechatKeys
  readonly behaviour: () => WechatPayBehaviour
  /** WeChat Pay's own idea of the time. */
  readonly nowMs: () => number
  readonly faults: Faults
  readonly notifier: Notifier
  readonly notices: Notices
  readonly timers: TimerGroup
  readonly ledger: Ledger
  readonly limits: Limits
  readonly bills: BillShelf
  /** How many of the next answers carry a SIGNTEST signature. */
  readonly takeAnswerProbe: () => boolean
}
