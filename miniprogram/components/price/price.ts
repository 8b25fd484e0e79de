import { formatMoney } from 'wechat-pay-client/money'

/** An amount in minor units as people read it, with the sign and the decimals set smaller. */
Component({
  options: { virtualHost: true },
  properties: {
    /** Minor units. */
    value: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** `small` in rows, `medium` in totals, `large` on the cashier. */
    size: { type: String, value: 'medium' },
  },
  data: { sign: '', whole: '', decimals: '', spoken: '' },
  observers: {
    'value, currency'(value: number, currency: string) {
      const spoken = formatMoney({ value, currency })
      const [, sign = '', whole = '', decimals = ''] = /^(\D*)(\d*)(.*)$/.exec(spoken) ?? []
      this.setData({ sign, whole, decimals, spoken })
    },
  },
})
