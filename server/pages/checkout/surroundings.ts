/** What the browser shows of where the page is, before anybody is asked. */
import { detectEnvironment, type Environment } from '../../../shared/environment.ts'
import type { WeixinJSBridge } from '../../../shared/official-account.ts'

/** The bridge, as far as the pages use it beside paying. */
interface PageBridge extends WeixinJSBridge {
  on?(event: string, listener: (state: { readonly active?: boolean | string }) => void): void
}

/** `wx` of WeChat's JS-SDK 1.3.2 or newer, as far as a web-view needs it. */
export interface JsSdk {
  readonly miniProgram?: {
    getEnv(callback: (answer: { readonly miniprogram: boolean }) => void): void
    navigateTo(option: { url: string; success?: () => void; fail?: () => void }): void
  }
}

declare global {
  interface Window {
    readonly WeixinJSBridge?: PageBridge
    readonly __wxjs_environment?: string
    readonly wx?: JsSdk
  }
  interface Navigator {
    readonly userAgentData?: { readonly mobile: boolean }
  }
}

/** By its name or by its bridge: old versions of WeChat hide one, and add the other late. */
export function looksLikeWeChat(): boolean {
  return /MicroMessenger/i.test(navigator.userAgent) || window.WeixinJSBridge !== undefined
}

/** `inMiniProgram` as WeChat's JS-SDK told it, where that was asked. */
export function environmentNow(inMiniProgram = false): Environment {
  return detectEnvironment({
    userAgent: navigator.userAgent,
    wxjsEnvironment: window['__wxjs_environment'],
    inMiniProgram,
    hasWeixinJSBridge: window.WeixinJSBridge !== undefined,
    maxTouchPoints: navigator.maxTouchPoints,
    coarsePointer: window.matchMedia('(pointer: coarse)').matches,
    uaMobile: navigator.userAgentData?.mobile,
  })
}
