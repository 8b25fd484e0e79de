/** The lines of an order and what they come to. All sums are the server's; nothing is added up here. */
Component({
  properties: {
    heading: { type: String, value: '' },
    /** `[{productId, name, quantity, value, currency}]`, value in minor units. */
    lines: { type: Array, value: [] },
    totalLabel: { type: String, value: '' },
    /** Minor units. */
    total: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
  },
})
