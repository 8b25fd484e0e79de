import type { MessageKey, MessageParams, Messages } from './keys.ts'

/** A key that takes parameters does not compile without them. */
export type Translate = <K extends MessageKey>(
  key: K,
  ...params: K extends keyof MessageParams ? [MessageParams[K]] : []
) => string

/**
 * The texts of one catalogue, for a page that carries no other language. A word that this version
 * does not know yet, as of a newer server, gives the text for its kind.
 */
export function translatorOf(catalogue: Messages): Translate {
  const messages: Readonly<Partial<Record<string, string>>> = catalogue
  return (key, ...[params]) => {
    const text = messages[key] ?? messages[fallbackOf(key)] ?? key
    const values: Readonly<Partial<Record<string, string>>> = { ...params }
    return text.replace(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap)
  }
}

function fallbackOf(key: string): MessageKey {
  if (key.startsWith('problem.')) return 'problem.internal'
  if (key.startsWith('surfaceReason.')) return 'surfaceReason.unknown'
  return key.startsWith('reason.') ? 'verdict.failed' : 'verdict.pending'
}
