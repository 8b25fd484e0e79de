import type { Locale } from '../locale.ts'
import { en } from './en.ts'
import type { MessageKey, MessageParams, Messages } from './keys.ts'
import { translatorOf } from './translator.ts'
import { zhCN } from './zh-CN.ts'
import { zhTW } from './zh-TW.ts'

const CATALOGUES: Readonly<Record<Locale, Messages>> = { 'zh-CN': zhCN, 'zh-TW': zhTW, en }

/** The text of that key in that language; `translatorOf` carries one language only. */
export function translate<K extends MessageKey>(
  locale: Locale,
  key: K,
  ...params: K extends keyof MessageParams ? [MessageParams[K]] : []
): string {
  return translatorOf(CATALOGUES[locale])(key, ...params)
}
