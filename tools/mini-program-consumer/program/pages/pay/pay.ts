import type { Outcome, Payment, PendingOrder } from 'wechat-pay-client/payment'

const { payment } = getApp<{ payment: Payment }>()

Page({
  data: {
    locale: payment.locale,
    step: 'ready',
    outcome: null as Outcome | null,
    order: { orderRef: '', checkoutToken: null } as PendingOrder,
  },
  onLoad({ orderRef = '', t = '' }: { orderRef?: string; t?: string }) {
    this.setData({ order: { orderRef, checkoutToken: t || null } })
  },
  async onShow() {
    const outcome = this.data.step === 'ready' ? await payment.resume(this.data.order) : null
    if (outcome) this.setData({ outcome })
  },
  async onPay() {
    this.setData({ step: 'paying', outcome: null })
    const confirming = () => this.setData({ step: 'confirming' })
    const outcome = await payment.pay(this.data.order, { confirming })
    this.setData({ step: 'ready', outcome })
  },
  async onCheck() {
    const outcome = await payment.resume(this.data.order)
    if (outcome) this.setData({ outcome })
  },
  onLeave() {
    void wx.navigateBack()
  },
})
