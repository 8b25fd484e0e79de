/**
 * The part of the page that only WeChat's own browser needs: its cashier, login by round trip, and
 * the signs of a Mini Program around it.
 */
import type { Clock } from '../../../shared/browser.ts'
import { bridgeReady } from '../../../shared/official-account.ts'

export { createWeixinJSBridge } from '../../../shared/official-account.ts'

/** Before WeChat's bridge is there, nobody can tell a web-view from a page. */
const BRIDGE_MS = 2_000
const ENV_MS = 1_000

/**
 * Waits for the bridge, which brings `__wxjs_environment` along, and asks the JS-SDK where the page
 * has loaded one. Resolves in any case, with what the JS-SDK says.
 */
export async function askWhetherInMiniProgram(clock: Clock): Promise<boolean> {
  if (!window.WeixinJSBridge) await bridgeReady({ document, clock, readyMs: BRIDGE_MS })
  const program = window.wx?.miniProgram
  if (!program) return false
  return new Promise((resolve) => {
    const cancel = clock.setTimer(ENV_MS, () => resolve(false))
    program.getEnv(({ miniprogram }) => {
      cancel()
      resolve(miniprogram)
    })
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
  // By navigation, never by the history API: iOS checks a payment against the page that was loaded.
  window.location.replace(`/v1/login/officialAccount?returnTo=${returnTo}`)
  return true
}

export function forgetLogin(orderRef: string): void {
  window.sessionStorage.removeItem(`wechat-pay-login:${orderRef}`)
}

/** WeChat 7.0.3 and newer tell a web-view when its Mini Program shows it again. */
export function onShownAgain(listener: () => void): void {
  window.WeixinJSBridge?.on?.('onPageStateChange', ({ active }) => {
    if (active === true || active === 'true') listener()
  })
}
