import type { Locale } from '../locale'
import type { OutcomeKind, Why } from '../outcome'
import { en } from './en'
import { zhCn } from './zh-cn'
import { zhTw } from './zh-tw'

/** Every sentence of the components, once per language; the compiler finds a missing one. */
export interface PaymentTexts {
  readonly button: {
    readonly ready: string
    /** `{amount}` is replaced. */
    readonly amount: string
    readonly loading: string
    readonly paying: string
    readonly confirming: string
  }
  readonly outcomes: Readonly<Record<OutcomeKind, OutcomeText>>
  /** What is behind a `problem` or `refused`, where the payer can use it. */
  readonly why: Readonly<Partial<Record<Why, string>>>
  readonly whyElse: string
}

export interface OutcomeText {
  readonly title: string
  readonly text: string
  /** The next step. */
  readonly main: string
  /** A second way on, or empty. */
  readonly other: string
}

export function paymentTexts(locale: Locale): PaymentTexts {
  if (locale === 'zh-TW') return zhTw
  return locale === 'en' ? en : zhCn
}

/** The sentence under the title: the reason where it is known, else what the outcome itself says. */
export function sentenceFor(texts: PaymentTexts, kind: OutcomeKind, why: Why | null): string {
  const known = why === null ? undefined : texts.why[why]
  return known ?? (texts.outcomes[kind].text || texts.whyElse)
}
