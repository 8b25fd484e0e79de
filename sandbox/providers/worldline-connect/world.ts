import type { SandboxClock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type { Notifier } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import type { WalletPay } from '../../simulator.ts'
import type { TimerGroup } from '../../timer-group.ts'
import type { WechatPlatform } from '../../wechat/platform.ts'
import type { ErrorForms } from './errors.ts'
import type { CheckoutRow } from './hosted-checkouts.ts'
import type { Idempotence } from './idempotence.ts'
import type { Ledger } from './ledger.ts'
import type { WorldlineBehaviour, WorldlineMerchant } from './options.ts'
import type { Webhooks } from './webhooks.ts'

/** Everything that the parts of this simulator share. */
export interface World {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay: WalletPay | undefined
  readonly merchants: Map<string, WorldlineMerchant>
  readonly behaviour: () => WorldlineBehaviour
  /** The platform's own idea of the time. */
  readonly nowMs: () => number
  readonly faults: Faults
  readonly notifier: Notifier
  readonly timers: TimerGroup
  readonly ledger: Ledger
  /** Visits to the hosted pages, by their number. */
  readonly checkouts: Map<string, CheckoutRow>
  readonly webhooks: Webhooks
  readonly errors: ErrorForms
  readonly idempotence: Idempotence
}
