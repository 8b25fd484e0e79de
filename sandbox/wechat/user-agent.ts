const ANDROID =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240805.005; wv) AppleWebKit/537.36 ' +
  '(KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260117 ' +
  'MMWEBSDK/20240802 MMWEBID/2247 MicroMessenger/8.0.53.2740(0x28003533) WeChat/arm64 Weixin ' +
  'NetType/WIFI Language/zh_CN ABI/arm64'

/** WeChat's in-app browser on Android. */
export const WECHAT_USER_AGENT = ANDROID

const IOS =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Mobile/15E148 MicroMessenger/8.0.53(0x18003531) NetType/WIFI Language/zh_CN'

/** WeChat's in-app browser on an iPhone. */
export const IOS_USER_AGENT = IOS

/** Inside a Mini Program's web-view, which names itself and its host. */
export function webViewUserAgent(appId: string): string {
  return `${ANDROID} miniProgram/${appId}`
}

/** What `wx.request` sends. */
export const MINI_PROGRAM_USER_AGENT = `${ANDROID} MiniProgramEnv/android`
