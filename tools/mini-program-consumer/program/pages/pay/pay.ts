import type { Outcome, Payment, PendingOrder } from 'wechat-pay-client/payment'

interface PayData {
  locale: string
  step: 'ready' | 'paying' | 'confirming'
  outcome: Outcome | null
  order: PendingOrder
}

const initial: PayData = {
  locale: 'zh-CN',
  step: 'ready',
  outcome: null,
  order: { orderRef: '', checkoutToken: null },
}

const payment = () => getApp<{ payment: Payment }>().payment

Page({
  data: initial,
  onLoad({ orderRef = '', t = null }: { orderRef?: string; t?: string | null }) {
    this.setData({ locale: payment().locale, order: { orderRef, checkoutToken: t } })
  },
  /** Also after WeChat's cashier, and after a program that was killed in it. */
  async onShow() {
    if (this.data.step === 'ready') await this.onCheck()
  },
  async onPay() {
    this.setData({ step: 'paying', outcome: null })
    const confirming = () => this.setData({ step: 'confirming' })
    const outcome = await payment().pay(this.data.order, { confirming })
    this.setData({ step: 'ready', outcome })
  },
  async onCheck() {
    const outcome = await payment().resume(this.data.order)
    if (outcome) this.setData({ outcome })
  },
  onLeave() {
    void wx.navigateBack()
  },
})
