import type { Locale } from '../../../shared/locale.ts'
import type { Translate } from '../../../shared/messages/translator.ts'
import type { Advice } from './plan.ts'

/** Headings and labels of this page; everything about payments itself is in `shared/messages`. */
export interface Words {
  readonly dismissed: string
  readonly dismissedText: string
  readonly expired: string
  readonly codeExpired: string
  readonly expiredText: string
  readonly cancelled: string
  readonly cancelledText: string
  readonly offline: string
  readonly offlineText: string
  readonly problem: string
  readonly missing: string
  /** Heading and sentence of each way to pay elsewhere. */
  readonly ways: Readonly<Record<Advice, readonly [heading: string, text: string]>>
  readonly paidText: string
  readonly pendingText: string
  readonly failedText: string
  readonly closedText: string
  readonly readyText: string
  readonly newOrder: string
  readonly tryAgain: string
  readonly codeLabel: string
  readonly scanHow: string
  /** The same on a phone, whose own screen it cannot scan. */
  readonly scanByOther: string
  readonly showCode: string
  readonly linkLabel: string
  readonly copyLink: string
  readonly copied: string
  readonly linkCodeLabel: string
  readonly leaving: string
  readonly reconnecting: string
  readonly paidAt: string
  readonly openMiniProgram: string
}

/** Everything that a page says, in one language: a page carries no other. */
export interface Texts {
  readonly locale: Locale
  readonly words: Words
  readonly say: Translate
}
