import { isMissing } from '../../api/http'
import type { Shipment } from '../../api/shop'
import { type OrderView, orderView } from '../../order-view'
import { pageBelow } from '../../page-below'
import { partsOfApp } from '../../parts'
import type { OutcomeKind } from '../../payment/outcome'
import { canConfirmReceipt, confirmReceipt } from '../../receipt'
import { orSlow } from '../../slow'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

interface ResultData {
  t: Texts
  locale: string
  order: OrderView | null
  /** Empty while the server is being asked for the first time. */
  kind: OutcomeKind | ''
  checking: boolean
  slow: boolean
  orderRef: string
  /** From WeChat's order centre, which knows the order by this number alone. */
  outTradeNo: string
  shipment: Shipment | null
  canConfirm: boolean
}

const initial: ResultData = {
  t: textsFor('zh-CN'),
  locale: 'zh-CN',
  order: null,
  kind: '',
  checking: false,
  slow: false,
  orderRef: '',
  outTradeNo: '',
  shipment: null,
  canConfirm: false,
}

/**
 * `?orderRef=…`, or `?outTradeNo=…` from WeChat's order centre. What became of the order, by the
 * server's word; nothing here comes from the address.
 */
Component({
  data: initial,
  methods: {
    onLoad({ orderRef = '', outTradeNo = '' }: { orderRef?: string; outTradeNo?: string }) {
      const { texts, locale } = partsOfApp()
      this.setData({ t: texts, locale, orderRef, outTradeNo })
      void wx.setNavigationBarTitle({ title: texts.receipt.title })
    },
    onShow() {
      void this.check()
    },
    async onPullDownRefresh() {
      await this.check()
      void wx.stopPullDownRefresh()
    },
    onPay() {
      void wx.redirectTo({ url: `/pages/cashier/cashier?orderRef=${this.data.orderRef}` })
    },
    onCheck() {
      void this.check()
    },
    onLeave() {
      void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
    onOrders() {
      if (pageBelow() === 'pages/orders/orders') void wx.navigateBack()
      else void wx.redirectTo({ url: '/pages/orders/orders' })
    },
    async onConfirm() {
      const { shipment, t } = this.data
      if (!shipment || !(await confirmReceipt(shipment))) return
      void wx.showToast({ title: t.orders.confirmed, icon: 'none' })
      await this.check()
    },
    async check() {
      if (this.data.checking) return
      this.setData({ checking: true })
      const kind = await orSlow(this.readKind(), () => this.setData({ slow: true }))
      this.setData({ checking: false, slow: false, kind })
    },
    async readKind(): Promise<OutcomeKind> {
      const { shop, payment } = partsOfApp()
      try {
        if (!(await this.findOrder())) return 'missing'
        const { orderRef } = this.data
        const order = await shop.order(orderRef)
        const { shipment } = order
        this.setData({ order: orderView(order), shipment, canConfirm: canConfirmReceipt() })
        if (order.status !== 'open') {
          payment.pendingOrders.clear(orderRef)
          return order.status
        }
        const pending = payment.pendingOrders.read()
        const outcome = pending?.orderRef === orderRef ? await payment.resume(pending) : null
        return outcome?.kind === 'pending' || outcome?.kind === 'paid' ? 'pending' : 'dismissed'
      } catch (error) {
        return isMissing(error) ? 'missing' : 'offline'
      }
    },
    /** Whether the order is known by its own name now. */
    async findOrder(): Promise<boolean> {
      const { orderRef, outTradeNo } = this.data
      if (orderRef !== '' || outTradeNo === '') return orderRef !== ''
      const found = await partsOfApp().payment.findOrder(outTradeNo)
      if (found) this.setData({ orderRef: found.orderRef })
      return found !== null
    },
  },
})
