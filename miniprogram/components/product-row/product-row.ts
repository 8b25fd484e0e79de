/** One tea of the catalogue with its stepper. Says `change` with `{productId, quantity}`. */
Component({
  properties: {
    productId: { type: String, value: '' },
    name: { type: String, value: '' },
    note: { type: String, value: '' },
    unit: { type: String, value: '' },
    /** Address of the picture. */
    picture: { type: String, value: '' },
    /** Minor units. */
    value: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    quantity: { type: Number, value: 0 },
    less: { type: String, value: '' },
    more: { type: String, value: '' },
  },
  methods: {
    onChange(event: { detail: { quantity: number } }) {
      const { productId } = this.data
      this.triggerEvent('change', { productId, quantity: event.detail.quantity })
    },
  },
})
