import type { z } from 'zod'
import type { SandboxClock } from '../clock.ts'
import { createFaults, type Faults } from '../faults.ts'
import { type Serve, serve } from '../http.ts'
import { createNotifier, type Notifier, type NotifierOptions, type Transport } from '../notifier.ts'
import type { Random } from '../random.ts'
import type { ProviderSimulator, WalletPay } from '../simulator.ts'
import { createTimerGroup, type TimerGroup } from '../timer-group.ts'
import type { WechatPlatform } from '../wechat/platform.ts'

/** What every provider simulator is made with; each adds its accounts, its switches and its port. */
export interface SimulatorOptions {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  /** Missing where the platform has no wallets: then the provider is told directly. */
  readonly walletPay?: WalletPay
  /** How notifications travel; real HTTP where missing. */
  readonly transport?: Transport
  /** How it is reached; real HTTP on loopback where missing. */
  readonly serve?: Serve
}

/** What the parts of every simulator share; each adds its accounts and its ledger. */
export interface CommonWorld<Behaviour> {
  readonly clock: SandboxClock
  /** The provider's own stream. */
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay: WalletPay | undefined
  readonly behaviour: () => Behaviour
  /** The provider's own idea of the time. */
  readonly nowMs: () => number
  readonly faults: Faults
  readonly notifier: Notifier
  readonly timers: TimerGroup
}

interface Own<Behaviour, Input> {
  readonly name: string
  readonly behaviourSchema: z.ZodType<Behaviour, Input>
  /** Pauses after the first, second, … failed notification, as they are at that moment. */
  readonly retryDelaysMs: (behaviour: Behaviour) => readonly number[]
  readonly onAttempt?: NotifierOptions['onAttempt']
}

export interface Common<Behaviour, Input> {
  readonly world: CommonWorld<Behaviour>
  /** What a simulator shows of it, and lets be changed. */
  readonly controls: Pick<ProviderSimulator, 'name' | 'faults' | 'notifications'> & {
    behaviour(): Behaviour
    configure(changes: Partial<Input>): void
  }
  readonly serve: Serve
  /** Back to the first switches, without notifications, faults or timers. */
  reset(): void
  /** Nothing more happens by itself; for the end. */
  stop(): void
}

/** What the six simulators have in common, beneath their wire protocols. Throws ZodError. */
export function createCommon<Behaviour extends { readonly clockSkewMs: number }, Input>(
  options: SimulatorOptions & { readonly behaviour?: NoInfer<Input> },
  own: Own<Behaviour, Input>,
): Common<Behaviour, Input> {
  const { clock, wechat, walletPay, transport } = options
  const { name, behaviourSchema, retryDelaysMs, onAttempt } = own
  const initial = behaviourSchema.parse(options.behaviour ?? {})
  let current = initial
  const behaviour = () => current
  const random = options.random.fork(name)
  const faults = createFaults({ clock, random: random.fork('faults') })
  const timers = createTimerGroup(clock)
  const notifier = createNotifier({
    clock,
    faults,
    retryDelaysMs: () => retryDelaysMs(current),
    ...(onAttempt ? { onAttempt } : {}),
    ...(transport ? { transport } : {}),
  })
  const nowMs = () => clock.nowMs() + current.clockSkewMs
  const stop = () => {
    timers.cancelAll()
    notifier.reset()
  }
  return {
    world: { clock, random, wechat, walletPay, behaviour, nowMs, faults, notifier, timers },
    controls: {
      name,
      faults,
      notifications: notifier,
      behaviour,
      configure(changes) {
        current = behaviourSchema.parse({ ...current, ...changes })
      },
    },
    serve: options.serve ?? serve,
    reset() {
      stop()
      faults.reset()
      current = initial
    },
    stop,
  }
}
