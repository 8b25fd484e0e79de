import { describe, expect, test } from 'vitest'
import { detectEnvironment, type EnvironmentSignals } from '../../../shared/environment.ts'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15'
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1; wv) AppleWebKit/537.36'
const IPAD = 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'
const CHROME = '(KHTML, like Gecko) Chrome/126.0.0.0'
const WECHAT = 'MicroMessenger/8.0.50(0x18003234) NetType/WIFI Language/zh_CN'
const ANDROID_WECHAT =
  `${ANDROID} ${CHROME} Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MMWEBID/2101 ` +
  'MicroMessenger/8.0.50.2701(0x2800323E) WeChat/arm64 Weixin NetType/5G Language/zh_CN ABI/arm64'
const WINDOWS_WECHAT =
  `${WINDOWS} ${CHROME} Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) ` +
  'WindowsWechat(0x63090a13) XWEB/9129 Flue'
const WECOM = 'wxwork/4.1.28 MicroMessenger/7.0.1 Language/zh'

interface Row {
  who: string
  is: EnvironmentSignals
  place: ReturnType<typeof detectEnvironment>['place']
}

const ROWS: readonly Row[] = [
  {
    who: 'iPhone WeChat',
    is: { userAgent: `${IPHONE} Mobile/15E148 ${WECHAT}` },
    place: 'officialAccount',
  },
  { who: 'Android WeChat', is: { userAgent: ANDROID_WECHAT }, place: 'officialAccount' },
  {
    who: 'iPad WeChat',
    is: { userAgent: `${IPAD} Mobile/15E148 ${WECHAT}` },
    place: 'officialAccount',
  },
  {
    who: 'iPad WeChat that asks for desktop pages',
    is: { userAgent: `${MAC} ${WECHAT}`, maxTouchPoints: 5 },
    place: 'officialAccount',
  },
  {
    who: 'HarmonyOS WeChat',
    is: {
      userAgent: `Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 ${CHROME} Mobile ${WECHAT}`,
    },
    place: 'officialAccount',
  },
  {
    who: 'a WeChat whose user agent says nothing, but whose bridge is there',
    is: { userAgent: `${ANDROID} ${CHROME} Mobile Safari/537.36`, hasWeixinJSBridge: true },
    place: 'officialAccount',
  },
  { who: 'Windows WeChat', is: { userAgent: WINDOWS_WECHAT }, place: 'desktopWeChat' },
  {
    who: 'Windows WeChat 4 on a touch screen',
    is: {
      userAgent: `${WINDOWS} ${CHROME} ${WECHAT} UnifiedPCWindowsWechat(0xf2541022) XWEB/16467`,
      maxTouchPoints: 10,
      coarsePointer: true,
    },
    place: 'desktopWeChat',
  },
  {
    who: 'Mac WeChat',
    is: { userAgent: `${MAC} ${CHROME} ${WECHAT} MacWechat/3.8.7(0x13080710) XWEB/1227` },
    place: 'desktopWeChat',
  },
  {
    who: 'HarmonyOS WeChat on a computer',
    is: { userAgent: `Mozilla/5.0 (PC; OpenHarmony 5.1) AppleWebKit/537.36 ${CHROME} ${WECHAT}` },
    place: 'desktopWeChat',
  },
  {
    who: 'iPhone WeCom',
    is: { userAgent: `${IPHONE} Mobile/15E148 ${WECOM}` },
    place: 'weComPhone',
  },
  {
    who: 'Windows WeCom',
    is: { userAgent: `${WINDOWS} ${CHROME} Safari/537.36 ${WECOM} WindowsWechat` },
    place: 'weComDesktop',
  },
  {
    who: 'Android web-view of a Mini Program',
    is: { userAgent: `${ANDROID_WECHAT} MiniProgramEnv/android miniProgram/wx1234567890abcdef` },
    place: 'webView',
  },
  {
    who: 'iPhone web-view whose user agent says nothing, by the JS environment',
    is: { userAgent: `${IPHONE} Mobile/15E148 ${WECHAT}`, wxjsEnvironment: 'miniprogram' },
    place: 'webView',
  },
  {
    who: 'iPhone web-view whose user agent says nothing, by the JS-SDK',
    is: { userAgent: `${IPHONE} Mobile/15E148 ${WECHAT}`, inMiniProgram: true },
    place: 'webView',
  },
  {
    who: 'web-view with a payment function of the JS-SDK in reach',
    is: { userAgent: ANDROID_WECHAT, inMiniProgram: true, hasWxRequestPayment: true },
    place: 'webView',
  },
  {
    who: 'a Mini Program’s own code',
    is: { userAgent: '', hasWxRequestPayment: true },
    place: 'miniProgram',
  },
  {
    who: 'an OA page outside a Mini Program, by the JS environment',
    is: { userAgent: ANDROID_WECHAT, wxjsEnvironment: 'browser', inMiniProgram: false },
    place: 'officialAccount',
  },
  {
    who: 'iPhone Safari',
    is: { userAgent: `${IPHONE} (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1` },
    place: 'phone',
  },
  {
    who: 'Android Chrome',
    is: { userAgent: `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 ${CHROME} Mobile` },
    place: 'phone',
  },
  {
    who: 'Android Chrome that asks for desktop pages, by client hints',
    is: { userAgent: `${LINUX} ${CHROME} Safari/537.36`, uaMobile: true },
    place: 'phone',
  },
  {
    who: 'Android tablet that asks for desktop pages',
    is: { userAgent: `${LINUX} ${CHROME}`, maxTouchPoints: 5, coarsePointer: true },
    place: 'phone',
  },
  {
    who: 'iPad Safari, which claims to be a Mac',
    is: { userAgent: `${MAC} Version/17.5 Safari/605.1.15`, maxTouchPoints: 5 },
    place: 'phone',
  },
  {
    who: 'Mac Safari',
    is: { userAgent: `${MAC} Version/17.5 Safari/605.1.15`, maxTouchPoints: 0 },
    place: 'desktop',
  },
  {
    who: 'Windows Chrome',
    is: { userAgent: `${WINDOWS} ${CHROME} Safari/537.36` },
    place: 'desktop',
  },
  {
    who: 'Windows laptop with a touch screen',
    is: { userAgent: `${WINDOWS} ${CHROME}`, maxTouchPoints: 10, coarsePointer: true },
    place: 'desktop',
  },
  {
    who: 'Linux laptop with a touch screen',
    is: { userAgent: `${LINUX} ${CHROME}`, maxTouchPoints: 10, coarsePointer: false },
    place: 'desktop',
  },
  {
    who: 'Linux Firefox',
    is: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' },
    place: 'desktop',
  },
  { who: 'nothing known', is: { userAgent: '' }, place: 'desktop' },
]

describe('where the payer stands', () => {
  test.each(ROWS)('$who → $place', ({ is, place }) => {
    expect(detectEnvironment(is).place).toBe(place)
  })
})

describe('the scene to ask for', () => {
  const at = (place: Row['place']) => {
    const row = ROWS.find((each) => each.place === place)
    return row && detectEnvironment(row.is)
  }

  test.each([
    ['officialAccount', 'officialAccount'],
    ['miniProgram', 'miniProgram'],
    ['desktopWeChat', 'desktopQr'],
    ['weComDesktop', 'desktopQr'],
    ['desktop', 'desktopQr'],
    ['phone', 'mobileWeb'],
  ] as const)('%s pays as %s', (place, scene) => {
    expect(at(place)).toEqual({ place, scene })
  })

  test.each([
    ['webView', 'relay'],
    ['weComPhone', 'openInWeChat'],
  ] as const)('%s cannot pay, and says what to do: %s', (place, advice) => {
    expect(at(place)).toEqual({ place, scene: null, advice })
  })
})
