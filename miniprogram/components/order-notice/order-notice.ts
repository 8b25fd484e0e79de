/** A line on the catalogue that leads back to an order left undecided. Says `open`. */
Component({
  properties: {
    /** `open`, `checking` or `paid`. */
    kind: { type: String, value: 'open' },
    text: { type: String, value: '' },
    action: { type: String, value: '' },
  },
  methods: {
    onTap() {
      this.triggerEvent('open')
    },
  },
})
