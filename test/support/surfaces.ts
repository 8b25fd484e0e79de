import type { BrowserContextOptions } from 'playwright-core'
import { DESKTOP_VIEW, PHONE_VIEW } from './chromium.ts'

/** Where the link of an order is opened, in the words of docs/official-account.md. */
export const SURFACES = ['OA page', 'desktop QR', 'mobile web', 'web-view'] as const
export type SurfaceName = (typeof SURFACES)[number]

/** What can become of a payment there. */
export const BEHAVIOURS = [
  'paid',
  'dismissed',
  'failed',
  'lost callback',
  'closed tab',
  'offline',
  'expired',
  'duplicate tap',
  'two tabs',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const ANDROID =
  'Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko)'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'

/** Browsers as they name themselves. */
export const AGENTS = {
  iosWeChat: `${IPHONE} Mobile/15E148 MicroMessenger/8.0.50(0x18003234) NetType/WIFI Language/zh_CN`,
  androidWeChat: `${ANDROID} Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MicroMessenger/8.0.50.2701(0x2800323E) WeChat/arm64 Weixin NetType/5G Language/zh_CN`,
  webView: `${ANDROID} Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260117 MicroMessenger/8.0.50.2701(0x2800323E) WeChat/arm64 Weixin miniProgram/wx1234567890abcdef`,
  desktopWeChat: `${WINDOWS} Chrome/126.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) XWEB/9129`,
  weComPhone: `${IPHONE} Mobile/15E148 wxwork/4.1.28 MicroMessenger/7.0.1 Language/zh`,
  weComDesktop: `${WINDOWS} Chrome/126.0.0.0 Safari/537.36 wxwork/4.1.28 MicroMessenger/7.0.1 WindowsWechat`,
  safari: `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
  androidChrome:
    'Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  chrome: `${WINDOWS} Chrome/126.0.0.0 Safari/537.36`,
} as const
export type Agent = keyof typeof AGENTS

export function viewOf(agent: Agent): BrowserContextOptions {
  const onDesktop = agent === 'chrome' || agent.startsWith('desktop') || agent === 'weComDesktop'
  return { ...(onDesktop ? DESKTOP_VIEW : PHONE_VIEW), userAgent: AGENTS[agent] }
}

/** The browsers in which every behaviour of a surface is tried. */
export const BROWSERS: Readonly<Record<SurfaceName, readonly Agent[]>> = {
  'OA page': ['iosWeChat', 'androidWeChat'],
  'desktop QR': ['chrome', 'desktopWeChat'],
  'mobile web': ['safari', 'androidChrome'],
  'web-view': ['webView'],
}
