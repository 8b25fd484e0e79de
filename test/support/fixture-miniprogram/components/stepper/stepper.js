Component({
  properties: { amount: Number },
  methods: {
    more() {
      this.triggerEvent('step', { amount: this.data.amount + 1 })
    },
  },
})
