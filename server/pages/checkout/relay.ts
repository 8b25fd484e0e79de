/** From a web-view, which cannot pay, to the native cashier of the Mini Program around it. */
import type { Clock } from '../../../shared/browser.ts'
import type { JsSdk } from './surroundings.ts'

/**
 * WeChat's own file, and no copy of it: what it can do depends on the WeChat around it. Loaded in
 * web-views only; the policy of the page allows this host and no other. Source:
 * developers.weixin.qq.com, "web-view", 2026.
 */
export const JS_SDK_URL = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js'
/** Longer than any line that could still carry a payment. */
const LOAD_MS = 5_000

/** Only the order's number and its token go along: the Mini Program logs its payer in itself. */
export function cashierPath({ orderRef, link }: { orderRef: string; link: string | null }): string {
  const token = link === null ? null : new URL(link).searchParams.get('t')
  const order = `orderRef=${encodeURIComponent(orderRef)}`
  const proof = token === null ? '' : `&t=${encodeURIComponent(token)}`
  return `/pages/cashier/cashier?${order}${proof}`
}

/**
 * Opens that page of the Mini Program: by WeChat's JS-SDK, else by the call that it makes itself.
 * False where neither is there or WeChat refuses.
 */
export async function navigateTo(url: string, clock: Clock): Promise<boolean> {
  const program = (window.wx ?? (await loadJsSdk(clock)))?.miniProgram
  if (program) {
    return new Promise((resolve) => {
      // Old versions answer nothing at all; a page that opened hides this one, and nobody waits.
      program.navigateTo({ url, success: () => resolve(true), fail: () => resolve(false) })
    })
  }
  const bridge = window.WeixinJSBridge
  if (!bridge) return false
  const call = { name: 'navigateTo', arg: JSON.stringify({ url }) }
  return new Promise((resolve) => {
    bridge.invoke('invokeMiniProgramAPI', call, ({ err_msg: answer = '' }) =>
      resolve(!/not_exist|denied|fail/.test(answer)),
    )
  })
}

function loadJsSdk(clock: Clock): Promise<JsSdk | null> {
  return new Promise((resolve) => {
    const settle = () => {
      cancel()
      resolve(window.wx ?? null)
    }
    const cancel = clock.setTimer(LOAD_MS, settle)
    const script = document.createElement('script')
    script.src = JS_SDK_URL
    script.addEventListener('load', settle)
    script.addEventListener('error', settle)
    document.head.append(script)
  })
}
