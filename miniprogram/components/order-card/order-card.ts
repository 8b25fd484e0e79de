/** One order of the history. Says `pay`, `check`, `view` or `confirm`, each with `{orderRef}`. */
Component({
  properties: {
    orderRef: { type: String, value: '' },
    /** `open`, `paid`, `shipped`, `closed`, `refunded`, `partlyRefunded`: chooses colour and steps. */
    state: { type: String, value: 'open' },
    status: { type: String, value: '' },
    description: { type: String, value: '' },
    createdAt: { type: String, value: '' },
    /** Minor units. */
    value: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** One more sentence, such as what was refunded. */
    note: { type: String, value: '' },
    /** Words of the buttons; without them there are none. */
    pay: { type: String, value: '' },
    check: { type: String, value: '' },
    view: { type: String, value: '' },
    confirm: { type: String, value: '' },
    busy: { type: Boolean, value: false },
  },
  methods: {
    onPay() {
      this.say('pay')
    },
    onCheck() {
      this.say('check')
    },
    onView() {
      this.say('view')
    },
    onConfirm() {
      this.say('confirm')
    },
    say(event: string) {
      if (!this.data.busy) this.triggerEvent(event, { orderRef: this.data.orderRef })
    },
  },
})
