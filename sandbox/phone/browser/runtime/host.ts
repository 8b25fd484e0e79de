import type { CompiledProgram } from '../../program.ts'

/** What the phone lends to a running Mini Program: everything that outlives it. */
export interface PhoneHost {
  state(): PhoneState
  /** A login code for whoever holds the phone. */
  login(appId: string): Promise<string>
  /** Opens the cashier. Never settles when the callback is lost. */
  requestPayment(appId: string, params: Readonly<Record<string, unknown>>): Promise<WxAnswer>
  network(appId: string, request: NetworkRequest): Promise<NetworkAnswer>
  readonly storage: Storage
  /** What ext.json would hold: one code base, deployed for several merchants. */
  readonly extConfig: Readonly<Record<string, unknown>>
  /** Where WeChat's browser shows that page of the merchant. Throws Error for any other. */
  webAddress(url: string): string
  readClipboard(): string
  writeClipboard(text: string): void
  /** The ◎ of the capsule: back to WeChat, the program lives on in the background. */
  leave(): void
  /** From the capsule's menu: end the program and start it afresh. */
  restart(): void
}

export interface PhoneState {
  readonly language: 'zh_CN' | 'zh_TW' | 'en'
  readonly platform: 'ios' | 'android'
  readonly theme: 'light' | 'dark'
  readonly client: WechatClient
  readonly online: boolean
  readonly statusBarHeight: number
  readonly safeAreaBottom: number
}

/**
 * Which WeChat it is: today's; one whose base library is too old; the single page that Moments
 * opens; and DevTools, which cannot pay. `payBanned`: WeChat took the ability to pay away.
 */
export const WECHAT_CLIENTS = [
  'current',
  'outdated',
  'singlePage',
  'devtools',
  'payBanned',
] as const
export type WechatClient = (typeof WECHAT_CLIENTS)[number]

export interface WxAnswer {
  readonly errMsg: string
  readonly [key: string]: unknown
}

/** The options of `wx.request`, as the network takes them; it writes the body and reads the answer. */
export interface NetworkRequest {
  readonly url: string
  readonly method: string
  readonly header: Readonly<Record<string, string>>
  readonly data: unknown
  readonly dataType: string
  readonly timeout: number
}

export type NetworkAnswer =
  | {
      readonly statusCode: number
      readonly header: Readonly<Record<string, string>>
      readonly cookies: readonly string[]
      readonly data: unknown
    }
  | { readonly errMsg: string; readonly errno: number }

/** Where the payer came from, as `wx.getLaunchOptionsSync` tells it. */
export interface LaunchOptions {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly scene: number
}

/** A Mini Program that runs; the phone tells it what happens around it. */
export interface RunningProgram {
  /** Back to the foreground; with a path, WeChat opens that page afresh. */
  show(page?: string): void
  hide(): void
  /** Language, network or theme changed. */
  phoneChanged(): void
  /** Whether it follows the phone into the dark, and the phone is dark. */
  isDark(): boolean
  /** The page in front, such as `pages/index/index`, for the phone's own use. */
  currentPage(): string | null
}

declare global {
  interface Window {
    /** Set by the compiled Mini Program. */
    miniProgram?: CompiledProgram
    /** Set by the runtime; `page` is where to start, such as `pages/order/order?id=1`. */
    startMiniProgram?: (host: PhoneHost, page: string | null) => RunningProgram
  }
}
