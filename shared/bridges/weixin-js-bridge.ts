import type { Bridge } from '../client/types.ts'
import type { Clock } from '../clock.ts'
import { bridgeByAction } from './by-action.ts'
import { outcomeOf } from './outcome.ts'
import { unavailable } from './unavailable.ts'

interface BridgeAnswer {
  readonly err_msg?: string
  readonly err_desc?: string
}

/** `window.WeixinJSBridge`, as far as it is used. */
export interface WeixinJSBridge {
  invoke(
    name: string,
    params: Readonly<Record<string, string>>,
    callback: (answer: BridgeAnswer) => void,
  ): void
}

export interface WeixinJSBridgeOptions {
  /** The page's `window`. */
  readonly window: { readonly WeixinJSBridge?: WeixinJSBridge | undefined }
  /** The page's `document`, which tells when the bridge is ready. */
  readonly document: {
    addEventListener(type: string, listener: () => void): void
    removeEventListener(type: string, listener: () => void): void
  }
  readonly clock: Clock
  /** How long the bridge may take to get ready. Default 5 000. */
  readonly readyMs?: number
}

/** The cashier of a page inside WeChat. Needs no `wx.config`, so no signature of the page's address. */
export function createWeixinJSBridge(options: WeixinJSBridgeOptions): Bridge {
  const { window } = options
  return bridgeByAction({
    wechatPay: {
      async invoke({ payParams }) {
        if (!window.WeixinJSBridge) await bridgeReady(options)
        const bridge = window.WeixinJSBridge
        if (!bridge) return unavailable('bridgeMissing')
        return new Promise((resolve) => {
          bridge.invoke('getBrandWCPayRequest', payParams, resolve)
        }).then(outcomeOf, outcomeOf)
      },
    },
  })
}

/** When WeChat says that its bridge is there, or after so long: it may be there without a word. */
export function bridgeReady({
  document,
  clock,
  readyMs = 5_000,
}: Omit<WeixinJSBridgeOptions, 'window'>): Promise<void> {
  const event = 'WeixinJSBridgeReady'
  return new Promise((resolve) => {
    const settle = () => {
      cancel()
      document.removeEventListener(event, settle)
      resolve()
    }
    const cancel = clock.setTimer(readyMs, settle)
    document.addEventListener(event, settle)
  })
}
