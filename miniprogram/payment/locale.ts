/** The languages of the payer's words. */
export type Locale = 'zh-CN' | 'zh-TW' | 'en'

/**
 * From `wx.getAppBaseInfo().language`, such as `zh_CN`: Taiwan, Hong Kong and Macao read Traditional
 * Chinese, everybody else whose WeChat is Chinese reads Simplified, and the rest English.
 */
export function localeOf(language: string): Locale {
  if (/^zh[_-](tw|hk|mo|hant)/i.test(language)) return 'zh-TW'
  return /^zh/i.test(language) ? 'zh-CN' : 'en'
}
