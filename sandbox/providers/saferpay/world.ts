import type { SandboxClock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type { Notifier } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import type { WalletPay } from '../../simulator.ts'
import type { TimerGroup } from '../../timer-group.ts'
import type { WechatPlatform } from '../../wechat/platform.ts'
import type { Ledger } from './ledger.ts'
import type { SaferpayBehaviour, SaferpayTerminal } from './options.ts'
import type { Answer } from './wire.ts'

/** Everything that the parts of this simulator share. */
export interface World {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay: WalletPay | undefined
  /** By terminalId. */
  readonly terminals: Map<string, SaferpayTerminal>
  readonly behaviour: () => SaferpayBehaviour
  /** Saferpay's own idea of the time. */
  readonly nowMs: () => number
  readonly faults: Faults
  readonly notifier: Notifier
  readonly timers: TimerGroup
  readonly ledger: Ledger
  /** First answers by customer, call and RequestId. */
  readonly answered: Map<string, Answer>
  /** Where payers reach the Payment Page. */
  readonly publicUrl: () => string
}
