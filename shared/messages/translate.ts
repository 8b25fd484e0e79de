import { en } from './en.ts'
import type { Locale, MessageKey, MessageParams, Messages } from './keys.ts'
import { zhCN } from './zh-CN.ts'

export type { Locale, MessageKey, MessageParams } from './keys.ts'

const CATALOGUES: Readonly<Record<Locale, Messages>> = { 'zh-CN': zhCN, en }

/**
 * The text of that key in that language. A key that takes parameters does not compile without them;
 * a word that this version does not know yet, as of a newer server, gives the text for its kind.
 */
export function translate<K extends MessageKey>(
  locale: Locale,
  key: K,
  ...[params]: K extends keyof MessageParams ? [MessageParams[K]] : []
): string {
  const messages: Readonly<Partial<Record<string, string>>> = CATALOGUES[locale]
  const text = messages[key] ?? messages[fallbackOf(key)] ?? key
  const values: Readonly<Partial<Record<string, string>>> = { ...params }
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap)
}

/** `zh-CN` for every kind of Chinese, `en` for all else: from `navigator.language` or WeChat's own. */
export function localeOf(language: string): Locale {
  return /^zh\b/i.test(language.replace('_', '-')) ? 'zh-CN' : 'en'
}

function fallbackOf(key: string): MessageKey {
  if (key.startsWith('problem.')) return 'problem.internal'
  if (key.startsWith('surfaceReason.')) return 'surfaceReason.unknown'
  return key.startsWith('reason.') ? 'verdict.failed' : 'verdict.pending'
}
