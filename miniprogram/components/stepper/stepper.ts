/** Less, a number, more. Says `change` with the new number; whoever holds the basket decides. */
Component({
  properties: {
    quantity: { type: Number, value: 0 },
    max: { type: Number, value: 99 },
    /** Spoken labels of the two buttons. */
    less: { type: String, value: '' },
    more: { type: String, value: '' },
  },
  methods: {
    onLess() {
      if (this.data.quantity > 0) this.triggerEvent('change', { quantity: this.data.quantity - 1 })
    },
    onMore() {
      if (this.data.quantity >= this.data.max) return
      this.triggerEvent('change', { quantity: this.data.quantity + 1 })
    },
  },
})
