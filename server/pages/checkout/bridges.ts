/** Every way to open a cashier from a page; the page says what happens around it. */
import {
  type Bridge,
  bridgeByAction,
  type Clock,
  createQrBridge,
  createRedirectBridge,
  type QrCode,
} from '../../../shared/browser.ts'
import type { Parts } from './parts.ts'
import type { Work } from './state.ts'

export interface PageBridgeOptions {
  readonly clock: Clock
  readonly showCode: (code: QrCode | null) => void
  readonly progress: (what: Work) => void
  /** A cashier whose part cannot be fetched rejects, and the payer may try again. */
  readonly parts: Pick<Parts, 'wechat' | 'code'>
}

export function createPageBridge(options: PageBridgeOptions): Bridge {
  const { clock, showCode, progress, parts } = options
  const redirect = createRedirectBridge((url) => window.location.assign(url))
  const code = createQrBridge({ clock, render: showCode })
  return bridgeByAction({
    wechatPay: {
      async invoke(action) {
        const { createWeixinJSBridge } = await parts.wechat.load()
        const result = await createWeixinJSBridge({ window, document, clock }).invoke(action)
        progress('confirming')
        return result
      },
    },
    qrCode: {
      async invoke(action) {
        await parts.code.load()
        return code.invoke(action)
      },
      close: () => code.close?.(),
    },
    redirect: {
      invoke(action) {
        progress('leaving')
        return redirect.invoke(action)
      },
    },
  })
}
