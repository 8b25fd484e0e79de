/** What only WeChat's own browser has: login by round trip, and the Mini Program around a web-view. */

import { detectEnvironment, type Environment } from '../../../shared/environment.ts'
import type { WeixinJSBridge } from '../../../shared/official-account.ts'

declare global {
  interface Window {
    readonly WeixinJSBridge?: WeixinJSBridge
    readonly __wxjs_environment?: string
  }
  interface Navigator {
    readonly userAgentData?: { readonly mobile: boolean }
  }
}

export function readEnvironment(): Environment {
  return detectEnvironment({
    userAgent: navigator.userAgent,
    wxjsEnvironment: window['__wxjs_environment'],
    hasWeixinJSBridge: window.WeixinJSBridge !== undefined,
    maxTouchPoints: navigator.maxTouchPoints,
    coarsePointer: window.matchMedia('(pointer: coarse)').matches,
    uaMobile: navigator.userAgentData?.mobile,
  })
}

/**
 * Leaves for WeChat's login, once per visit: false where this tab has just come from there and is
 * still nobody, as when cookies are refused.
 */
export function logInOnce(orderRef: string): boolean {
  const key = `wechat-pay-login:${orderRef}`
  if (window.sessionStorage.getItem(key) !== null) {
    window.sessionStorage.removeItem(key)
    return false
  }
  window.sessionStorage.setItem(key, '1')
  const returnTo = encodeURIComponent(window.location.pathname)
  window.location.replace(`/v1/login/officialAccount?returnTo=${returnTo}`)
  return true
}

export function forgetLogin(orderRef: string): void {
  window.sessionStorage.removeItem(`wechat-pay-login:${orderRef}`)
}

/**
 * The way from a web-view to the native cashier of the Mini Program around it, as WeChat's JS-SDK
 * 1.6 calls it. Only the order's number goes along: the Mini Program logs its payer in itself.
 */
export function relayTo(orderRef: string): (() => void) | null {
  const bridge = window.WeixinJSBridge
  if (!bridge) return null
  return () => {
    const url = `/pages/cashier/cashier?orderRef=${encodeURIComponent(orderRef)}`
    const call = { name: 'navigateTo', arg: JSON.stringify({ url }) }
    bridge.invoke('invokeMiniProgramAPI', call, () => undefined)
  }
}
