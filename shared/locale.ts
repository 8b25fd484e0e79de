/** The languages of everything that a payer reads: simplified and traditional Chinese, English. */
export const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** Chinese as written in Taiwan, Hong Kong and Macau, whatever its tag says besides. */
const TRADITIONAL = /^zh\b.*-(hant|tw|hk|mo)\b/i
const SIMPLIFIED_BY_NAME = /^zh\b.*-hans\b/i

/**
 * The nearest of our languages: from `navigator.language`, WeChat's own (`zh_CN`), or one entry of
 * `Accept-Language`. Other kinds of Chinese read simplified Chinese, everybody else English.
 */
export function localeOf(language: string): Locale {
  const tag = language.replaceAll('_', '-')
  if (!/^zh\b/i.test(tag)) return 'en'
  return TRADITIONAL.test(tag) && !SIMPLIFIED_BY_NAME.test(tag) ? 'zh-TW' : 'zh-CN'
}

/**
 * The first of our languages that a browser asks for, in its order of preference. One that would take
 * any (`*`, or no header at all) reads simplified Chinese; one that names only others, English.
 */
export function localeOfAccepted(languages: readonly string[]): Locale {
  const known = languages.find((language) => /^(zh|en)\b|^\*$/i.test(language))
  return localeOf(known === '*' ? 'zh-CN' : (known ?? 'en'))
}
