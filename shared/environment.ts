/** What a page can see of its surroundings, as plain data. */
export interface EnvironmentSignals {
  /** `navigator.userAgent`. */
  readonly userAgent: string
  /** `typeof wx === 'object' && typeof wx.requestPayment === 'function'`: a Mini Program's own code. */
  readonly hasWxRequestPayment?: boolean
  /** `window.__wxjs_environment`, after `WeixinJSBridgeReady`. */
  readonly wxjsEnvironment?: string | undefined
  /** What `wx.miniProgram.getEnv` answered, where the JS-SDK is loaded. */
  readonly inMiniProgram?: boolean
  /** `'WeixinJSBridge' in window`. */
  readonly hasWeixinJSBridge?: boolean
  /** `navigator.maxTouchPoints`. */
  readonly maxTouchPoints?: number
  /** `matchMedia('(pointer: coarse)').matches`: the finger is the first pointer. */
  readonly coarsePointer?: boolean
  /** `navigator.userAgentData?.mobile`. */
  readonly uaMobile?: boolean | undefined
}

export type Environment =
  | { readonly place: 'miniProgram'; readonly scene: 'miniProgram' }
  | { readonly place: 'officialAccount'; readonly scene: 'officialAccount' }
  | { readonly place: 'desktopWeChat' | 'weComDesktop' | 'desktop'; readonly scene: 'desktopQr' }
  | { readonly place: 'phone'; readonly scene: 'mobileWeb' }
  /** Neither page nor redirect can pay here: `wx.miniProgram.navigateTo` a native page, which can. */
  | { readonly place: 'webView'; readonly scene: null; readonly advice: 'relay' }
  /** WeCom on a phone is not WeChat: the payer opens the link there. */
  | { readonly place: 'weComPhone'; readonly scene: null; readonly advice: 'openInWeChat' }

const WEB_VIEW: Environment = { place: 'webView', scene: null, advice: 'relay' }

/**
 * Where the payer stands, and the scene to ask for there. What the surroundings can do counts before
 * what the user agent claims; a web-view inside a Mini Program is found by any of its three signs.
 */
export function detectEnvironment(signals: EnvironmentSignals): Environment {
  const { userAgent } = signals
  if (signals.wxjsEnvironment === 'miniprogram' || signals.inMiniProgram) return WEB_VIEW
  if (signals.hasWxRequestPayment) return { place: 'miniProgram', scene: 'miniProgram' }
  const weCom = /\bwxwork\//i.test(userAgent)
  const weChat = weCom || signals.hasWeixinJSBridge || /MicroMessenger/i.test(userAgent)
  const hand = isHandheld(signals)
  if (!weChat) {
    return hand ? { place: 'phone', scene: 'mobileWeb' } : { place: 'desktop', scene: 'desktopQr' }
  }
  if (/miniProgram/i.test(userAgent)) return WEB_VIEW
  if (weCom) {
    return hand
      ? { place: 'weComPhone', scene: null, advice: 'openInWeChat' }
      : { place: 'weComDesktop', scene: 'desktopQr' }
  }
  return hand
    ? { place: 'officialAccount', scene: 'officialAccount' }
    : { place: 'desktopWeChat', scene: 'desktopQr' }
}

/** Phones and tablets, those that ask for desktop pages included. */
function isHandheld(signals: EnvironmentSignals): boolean {
  const { userAgent, maxTouchPoints = 0, coarsePointer, uaMobile } = signals
  if (/UnifiedPC|WindowsWechat|MacWechat|Windows NT|\(PC;/i.test(userAgent)) return false
  if (uaMobile || /Android|iPhone|iPad|iPod|HarmonyOS|OpenHarmony|Mobile/i.test(userAgent)) {
    return true
  }
  // No Mac has a touch screen; a Linux laptop may, but its first pointer is fine.
  if (/Macintosh/.test(userAgent)) return maxTouchPoints > 1
  return /Linux/.test(userAgent) && maxTouchPoints > 1 && coarsePointer === true
}
