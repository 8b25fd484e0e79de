import { randomBytes } from 'node:crypto'
import { createAdjustableClock, type SandboxClock } from './clock.ts'
import { createControl } from './control/index.ts'
import { demoPproContract, demoWorldlineMerchant } from './demo-accounts.ts'
import type { SandboxServer } from './http.ts'
import type { Transport } from './notifier.ts'
import { createPpro, type PproOptions, type PproSimulator } from './providers/ppro/index.ts'
import {
  createWorldlineConnect,
  type WorldlineOptions,
  type WorldlineSimulator,
} from './providers/worldline-connect/index.ts'
import { createRandom } from './random.ts'
import type { ProviderSimulator } from './simulator.ts'
import { createWechat, type Wechat, type WechatOptions } from './wechat/index.ts'

export interface SandboxOptions {
  /** Decides every number and word; a fresh one where missing, so that runs do not repeat ids. */
  readonly seed?: string | number
  /** Real time that can be advanced, where missing. A clock of yours stays yours to close. */
  readonly clock?: SandboxClock
  /** Free ports where missing. */
  readonly ports?: Partial<Record<'worldline' | 'ppro' | 'wechat' | 'browser' | 'control', number>>
  /** The tea shop's accounts where missing. */
  readonly worldline?: Partial<Pick<WorldlineOptions, 'merchants' | 'behaviour'>>
  readonly ppro?: Partial<Pick<PproOptions, 'contracts' | 'behaviour'>>
  readonly wechat?: Omit<WechatOptions, 'clock' | 'random' | 'port' | 'browserPort'>
  /** How notifications travel; real HTTP where missing. */
  readonly transport?: Transport
}

export interface Sandbox {
  readonly urls: Readonly<
    Record<'worldline' | 'ppro' | 'wechat' | 'browser' | 'phone' | 'control', string>
  >
  readonly seed: string
  readonly clock: SandboxClock
  readonly worldline: WorldlineSimulator
  readonly ppro: PproSimulator
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
  const ports = { worldline: 0, ppro: 0, wechat: 0, browser: 0, control: 0, ...options.ports }
  const wechat = await started(
    createWechat({
      ...options.wechat,
      clock,
      random: random.fork('wechat'),
      port: ports.wechat,
      browserPort: ports.browser,
    }),
  )
  const shared = {
    clock,
    random,
    wechat: wechat.platform,
    walletPay: (prepayId: string, person?: string) => void wechat.payAs(prepayId, person),
    ...(options.transport ? { transport: options.transport } : {}),
  }
  const worldline = await started(
    createWorldlineConnect({
      merchants: [demoWorldlineMerchant()],
      ...options.worldline,
      ...shared,
      port: ports.worldline,
    }),
  )
  const ppro = await started(
    createPpro({
      contracts: [demoPproContract()],
      ...options.ppro,
      ...shared,
      port: ports.ppro,
    }),
  )
  const providers = [worldline, ppro]
  const reset = () => {
    for (const part of [wechat, ...providers]) part.reset()
  }
  const control: SandboxServer = await started(
    createControl({ clock, seed, providers, reset, port: ports.control }),
  )
  const urls = {
    worldline: worldline.url,
    ppro: ppro.url,
    wechat: wechat.url,
    browser: wechat.browserUrl,
    phone: `${wechat.url}/phone`,
    control: `${control.url}/control`,
  }
  return { urls, worldline, ppro, providers, wechat, reset }
}
