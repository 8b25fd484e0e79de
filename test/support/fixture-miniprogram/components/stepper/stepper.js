import { counted } from '../../lib/counted'

Component({
  behaviors: [counted],
  properties: { amount: Number },
  methods: {
    more() {
      this.triggerEvent('step', { amount: this.oneMore(this.data.amount) })
    },
  },
})
