import {
  demoPayablMerchant,
  demoPproContract,
  demoSaferpayTerminal,
  demoWechatPayMerchant,
  demoWooshpayAccount,
  demoWorldlineMerchant,
} from '../demo-accounts.ts'
import type { SimulatorOptions } from './common.ts'
import { createPayabl, type PayablOptions, type PayablSimulator } from './payabl/index.ts'
import { createPpro, type PproOptions, type PproSimulator } from './ppro/index.ts'
import { createSaferpay, type SaferpayOptions, type SaferpaySimulator } from './saferpay/index.ts'
import {
  createWechatPay,
  type WechatPayOptions,
  type WechatPaySimulator,
} from './wechat-pay/index.ts'
import { createWooshpay, type WooshpayOptions, type WooshpaySimulator } from './wooshpay/index.ts'
import {
  createWorldlineConnect,
  type WorldlineOptions,
  type WorldlineSimulator,
} from './worldline-connect/index.ts'

/** The tea shop's accounts and the documented behaviour, where missing. */
export interface ProviderOptions {
  readonly worldline?: Partial<Pick<WorldlineOptions, 'merchants' | 'behaviour'>>
  readonly wechatPay?: Partial<Pick<WechatPayOptions, 'merchants' | 'behaviour' | 'newKeyPair'>>
  readonly ppro?: Partial<Pick<PproOptions, 'contracts' | 'behaviour'>>
  readonly wooshpay?: Partial<Pick<WooshpayOptions, 'accounts' | 'behaviour'>>
  readonly payabl?: Partial<Pick<PayablOptions, 'merchants' | 'behaviour'>>
  readonly saferpay?: Partial<Pick<SaferpayOptions, 'terminals' | 'behaviour'>>
}

export const PROVIDER_KEYS = [
  'worldline',
  'wechatPay',
  'ppro',
  'wooshpay',
  'payabl',
  'saferpay',
] as const
export type ProviderKey = (typeof PROVIDER_KEYS)[number]

export interface Providers {
  readonly worldline: WorldlineSimulator
  readonly wechatPay: WechatPaySimulator
  readonly ppro: PproSimulator
  readonly wooshpay: WooshpaySimulator
  readonly payabl: PayablSimulator
  readonly saferpay: SaferpaySimulator
}

/** One value for each provider. */
export function recordOf<T>(value: (key: ProviderKey) => T): Record<ProviderKey, T> {
  return {
    worldline: value('worldline'),
    wechatPay: value('wechatPay'),
    ppro: value('ppro'),
    wooshpay: value('wooshpay'),
    payabl: value('payabl'),
    saferpay: value('saferpay'),
  }
}

/** Starts the six providers, each on its own port; `started` hears of each as soon as it runs. */
export async function startProviders(
  options: ProviderOptions,
  input: {
    readonly shared: SimulatorOptions
    readonly ports: Readonly<Record<ProviderKey, number>>
    readonly started: <T extends { close(): Promise<void> }>(part: Promise<T>) => Promise<T>
  },
): Promise<Providers> {
  const { shared, ports, started } = input
  // One after the other: whatever runs when one of them fails can then be stopped.
  const worldline = await started(
    createWorldlineConnect({
      merchants: [demoWorldlineMerchant()],
      ...options.worldline,
      ...shared,
      port: ports.worldline,
    }),
  )
  const wechatPay = await started(
    createWechatPay({
      merchants: [demoWechatPayMerchant()],
      behaviour: { codepay: true },
      ...options.wechatPay,
      ...shared,
      ports: { primary: ports.wechatPay },
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
  const wooshpay = await started(
    createWooshpay({
      accounts: [demoWooshpayAccount()],
      ...options.wooshpay,
      ...shared,
      port: ports.wooshpay,
    }),
  )
  const payabl = await started(
    createPayabl({
      merchants: [demoPayablMerchant()],
      ...options.payabl,
      ...shared,
      port: ports.payabl,
    }),
  )
  const saferpay = await started(
    createSaferpay({
      terminals: [demoSaferpayTerminal()],
      ...options.saferpay,
      ...shared,
      port: ports.saferpay,
    }),
  )
  return { worldline, wechatPay, ppro, wooshpay, payabl, saferpay }
}
