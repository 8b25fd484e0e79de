import type { Outcome } from './outcome'
import type { WxPlatform } from './wx'

/**
 * The oldest base library that the components run on (`virtualHost`: developers.weixin.qq.com,
 * component-framework/virtual-host, read 2026-12-01). WeChat updates it by itself, so few phones are older.
 */
const OLDEST_LIBRARY = '2.11.2'

/** Opened from Moments as a single page: nothing there can log in or pay (WeChat's scene list). */
const SINGLE_PAGE_SCENE = 1154

/** Why nobody can pay here at all, to be shown before a tap; null where nothing speaks against it. */
export function whyNotHere(wx: WxPlatform): Outcome | null {
  const { SDKVersion } = wx.getSystemInfoSync()
  const outdated = isOlder(SDKVersion, OLDEST_LIBRARY) || wx.canIUse?.('requestPayment') === false
  if (outdated) return { kind: 'refused', why: 'outdated' }
  const scene = wx.getLaunchOptionsSync?.().scene
  return scene === SINGLE_PAGE_SCENE ? { kind: 'refused', why: 'singlePage' } : null
}

/** By numbers, because as text 2.9.0 comes after 2.11.0. What is no version counts as new. */
function isOlder(version: string, oldest: string): boolean {
  if (!/^\d+(\.\d+)*$/.test(version)) return false
  const wanted = oldest.split('.').map(Number)
  const found = version.split('.').map(Number)
  const at = wanted.findIndex((part, index) => part !== (found[index] ?? 0))
  return at >= 0 && (found[at] ?? 0) < (wanted[at] ?? 0)
}
