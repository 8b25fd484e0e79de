import type { SandboxClock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type { Notifier } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import type { WalletPay } from '../../simulator.ts'
import type { TimerGroup } from '../../timer-group.ts'
import type { WechatPlatform } from '../../wechat/platform.ts'
import type { Endpoints } from './endpoints.ts'
import type { Idempotency } from './idempotency.ts'
import type { Ledger } from './ledger.ts'
import type { WooshpayAccount, WooshpayBehaviour } from './options.ts'
import type { Webhooks } from './webhooks.ts'

/** Everything that the parts of this simulator share. */
export interface World {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay: WalletPay | undefined
  /** By name. */
  readonly accounts: Map<string, WooshpayAccount>
  readonly behaviour: () => WooshpayBehaviour
  /** WooshPay's own idea of the time. */
  readonly nowMs: () => number
  readonly faults: Faults
  readonly notifier: Notifier
  readonly timers: TimerGroup
  readonly ledger: Ledger
  readonly endpoints: Endpoints
  readonly webhooks: Webhooks
  readonly idempotency: Idempotency
}
