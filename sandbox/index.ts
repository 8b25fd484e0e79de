import { randomBytes } from 'node:crypto'
import { createAdjustableClock, type SandboxClock } from './clock.ts'
import { createControl } from './control/index.ts'
import type { Network, SandboxServer } from './http.ts'
import type { Transport } from './notifier.ts'
import {
  PROVIDER_KEYS,
  type ProviderKey,
  type ProviderOptions,
  type Providers,
  recordOf,
  startProviders,
} from './providers/index.ts'
import { createRandom } from './random.ts'
import type { ProviderSimulator } from './simulator.ts'
import { createWechat, type Wechat, type WechatOptions } from './wechat/index.ts'

type Port = ProviderKey | 'wechat' | 'browser' | 'control'

export interface SandboxOptions extends ProviderOptions {
  /** Decides every number and word; a fresh one where missing, so that runs do not repeat ids. */
  readonly seed?: string | number
  /** Real time that can be advanced, where missing. A clock of yours stays yours to close. */
  readonly clock?: SandboxClock
  /** Free ports where missing. */
  readonly ports?: Partial<Record<Port, number>>
  readonly wechat?: Omit<WechatOptions, 'clock' | 'random' | 'port' | 'browserPort'>
  /** How notifications travel; real HTTP where missing. */
  readonly transport?: Transport
  /** How counterparties are reached; real HTTP on loopback where missing. */
  readonly network?: Network
}

export interface Sandbox extends Providers {
  readonly urls: Readonly<Record<Port | 'phone', string>>
  readonly seed: string
  readonly clock: SandboxClock
  readonly providers: readonly ProviderSimulator[]
  readonly wechat: Wechat
  /** Forgets everything but accounts and apps. */
  reset(): void
  close(): Promise<void>
}

/**
 * Starts all counterparties on loopback, each on its own port. Rejects, with nothing left running,
 * when one of them cannot start.
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = String(options.seed ?? randomBytes(8).toString('hex'))
  const clock = options.clock ?? createAdjustableClock()
  const running: { close(): void | Promise<void> }[] = options.clock ? [] : [clock]
  const started = async <T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const ready = await part
    running.push(ready)
    return ready
  }
  const close = async () => {
    await Promise.all(running.splice(0).map(async (part) => part.close()))
  }
  try {
    return { ...(await start({ options, seed, clock, started })), seed, clock, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface StartInput {
  readonly options: SandboxOptions
  readonly seed: string
  readonly clock: SandboxClock
  readonly started: <T extends { close(): Promise<void> }>(part: Promise<T>) => Promise<T>
}

async function start(input: StartInput): Promise<Omit<Sandbox, 'seed' | 'clock' | 'close'>> {
  const { options, seed, clock, started } = input
  const random = createRandom(seed)
  const port = (of: Port) => options.ports?.[of] ?? 0
  const { network } = options
  const reached = network ? { network } : {}
  const served = network ? { serve: network.serve } : {}
  const wechat = await started(
    createWechat({
      ...options.wechat,
      ...reached,
      clock,
      random: random.fork('wechat'),
      port: port('wechat'),
      browserPort: port('browser'),
    }),
  )
  const shared = {
    clock,
    random,
    wechat: wechat.platform,
    walletPay: (prepayId: string, person?: string) => void wechat.payAs(prepayId, person),
    ...(options.transport ? { transport: options.transport } : {}),
    ...served,
  }
  const named = await startProviders(options, {
    shared,
    started,
    ports: recordOf(port),
  })
  const providers: readonly ProviderSimulator[] = PROVIDER_KEYS.map((key) => named[key])
  const reset = () => {
    for (const part of [wechat, ...providers]) part.reset()
  }
  const control: SandboxServer = await started(
    createControl({ clock, seed, providers, reset, port: port('control'), ...served }),
  )
  const urls = {
    ...recordOf((key) => named[key].url),
    wechat: wechat.url,
    browser: wechat.browserUrl,
    phone: `${wechat.url}/phone`,
    control: `${control.url}/control`,
  }
  return { urls, ...named, providers, wechat, reset }
}
