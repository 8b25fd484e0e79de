import { formatMoney } from 'wechat-pay-client/money'
import type { Locale } from '../locale'
import { paymentTexts } from '../texts/texts'

type Step = 'ready' | 'loading' | 'paying' | 'confirming'

/**
 * The button that pays. Says `pay` on a tap while it is `ready`; in every other step it rests, turns
 * a wheel and says what is going on, so that a second tap finds nothing to do. Themes by variables.
 */
Component({
  properties: {
    /** `ready`, `loading` before the order is known, `paying`, `confirming`. */
    step: { type: String, value: 'ready' },
    disabled: { type: Boolean, value: false },
    /** Minor units; with an amount the button names it. */
    value: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** `zh-CN`, `zh-TW` or `en`. */
    locale: { type: String, value: 'zh-CN' },
    /** Instead of the button's own words while it is ready. */
    text: { type: String, value: '' },
  },
  data: { words: '', resting: false },
  observers: {
    'step, disabled, value, currency, locale, text'(
      step: Step,
      disabled: boolean,
      ...[value, currency, locale, text]: [number, string, Locale, string]
    ) {
      const { button } = paymentTexts(locale)
      const named = value > 0 ? button.amount : button.ready
      const ready = text || named.replace('{amount}', formatMoney({ value, currency }))
      const resting = disabled || step !== 'ready'
      this.setData({ resting, words: step === 'ready' ? ready : button[step] })
    },
  },
  methods: {
    onTap() {
      if (!this.data.resting) this.triggerEvent('pay')
    },
  },
})
