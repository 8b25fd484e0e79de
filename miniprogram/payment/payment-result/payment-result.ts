import { formatMoney } from 'wechat-pay-client/money'
import type { Locale } from '../locale'
import type { OutcomeKind, Why } from '../outcome'
import { paymentTexts, sentenceFor } from '../texts/texts'

type Step = 'pay' | 'check' | 'leave'

/** What the two buttons of an outcome mean. Nothing that may be paid already offers to pay again. */
const STEPS: Readonly<Record<OutcomeKind, { readonly main: Step; readonly other: Step }>> = {
  paid: { main: 'leave', other: 'leave' },
  pending: { main: 'check', other: 'leave' },
  dismissed: { main: 'pay', other: 'check' },
  failed: { main: 'pay', other: 'leave' },
  closed: { main: 'leave', other: 'leave' },
  offline: { main: 'check', other: 'leave' },
  problem: { main: 'pay', other: 'leave' },
  refused: { main: 'leave', other: 'leave' },
  missing: { main: 'leave', other: 'leave' },
}

/**
 * What became of a payment, why, and the way on. Says `pay`, `check` or `leave`, each with `{kind}`,
 * so that a page need not know which button means what. The slot is between text and buttons.
 */
Component({
  properties: {
    /** The `kind` of an outcome. */
    kind: { type: String, value: 'pending' },
    /** The `why` of an outcome, or empty. */
    why: { type: String, value: '' },
    /** `zh-CN`, `zh-TW` or `en`. */
    locale: { type: String, value: 'zh-CN' },
    /** Minor units; shown large where above zero. */
    value: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** Something is under way already: both buttons rest. */
    busy: { type: Boolean, value: false },
    /** Instead of the component's own words; empty keeps those. */
    heading: { type: String, value: '' },
    text: { type: String, value: '' },
    main: { type: String, value: '' },
    other: { type: String, value: '' },
  },
  data: { words: { title: '', text: '', main: '', other: '' }, amount: '' },
  observers: {
    'kind, why, locale, heading, text, main, other'(
      kind: OutcomeKind,
      why: Why | '',
      locale: Locale,
      ...[heading, text, main, other]: [string, string, string, string]
    ) {
      const texts = paymentTexts(locale)
      const own = texts.outcomes[kind]
      this.setData({
        words: {
          title: heading || own.title,
          text: text || sentenceFor(texts, kind, why || null),
          main: main || own.main,
          other: other || own.other,
        },
      })
    },
    'value, currency'(value: number, currency: string) {
      this.setData({ amount: value > 0 ? formatMoney({ value, currency }) : '' })
    },
  },
  methods: {
    onMain() {
      this.say('main')
    },
    onOther() {
      this.say('other')
    },
    say(button: 'main' | 'other') {
      const kind = KINDS.find((known) => known === this.data.kind)
      if (kind) this.triggerEvent(STEPS[kind][button], { kind })
    },
  },
})

const KINDS = [
  'paid',
  'pending',
  'dismissed',
  'failed',
  'closed',
  'offline',
  'problem',
  'refused',
  'missing',
] as const satisfies readonly OutcomeKind[]
