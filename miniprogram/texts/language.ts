import { en } from './en'
import type { Texts } from './texts'
import { zhCn } from './zh-cn'

export type Locale = 'zh-CN' | 'en'

/** WeChat's own language: Chinese in any script reads Chinese, everybody else English. */
export function readLocale(): Locale {
  return wx.getSystemInfoSync().language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export function textsFor(locale: Locale): Texts {
  return locale === 'en' ? en : zhCn
}
