export const counted = Behavior({
  methods: {
    oneMore(amount) {
      return amount + 1
    },
  },
})
