import type { Locale } from '../payment/locale'
import { en } from './en'
import type { Texts } from './texts'
import { zhCn } from './zh-cn'
import { zhTw } from './zh-tw'

export function textsFor(locale: Locale): Texts {
  if (locale === 'zh-TW') return zhTw
  return locale === 'en' ? en : zhCn
}
