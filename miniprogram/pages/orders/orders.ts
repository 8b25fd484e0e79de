import { isOffline } from '../../api/http'
import type { ShopOrder } from '../../api/shop'
import { type OrderView, orderView } from '../../order-view'
import { partsOfApp } from '../../parts'
import type { PendingOrder } from '../../payment/pending-order'
import { canConfirmReceipt, confirmReceipt } from '../../receipt'
import { orSlow } from '../../slow'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

interface Row extends OrderView {
  readonly status: string
  readonly note: string
}

interface OrdersData {
  t: Texts
  state: 'loading' | 'ready' | 'empty' | 'offline' | 'failed'
  slow: boolean
  rows: Row[]
  canConfirm: boolean
  /** The order that is being asked about, and those that were and are still not paid. */
  asking: string
  askedAndOpen: string[]
  /** Not shown. */
  orders: ShopOrder[]
  ghosts: number[]
}

const initial: OrdersData = {
  t: textsFor('zh-CN'),
  state: 'loading',
  slow: false,
  rows: [],
  canConfirm: false,
  asking: '',
  askedAndOpen: [],
  orders: [],
  ghosts: [0, 1, 2],
}

interface OrderEvent {
  readonly detail: { readonly orderRef: string }
}

/** Everything that whoever holds this phone has ordered, by the word of shop and server. */
Component({
  data: initial,
  methods: {
    onLoad() {
      const { texts } = partsOfApp()
      this.setData({ t: texts, canConfirm: canConfirmReceipt() })
      void wx.setNavigationBarTitle({ title: texts.orders.title })
    },
    /** After every return: what was paid meanwhile is not offered to be paid again. */
    onShow() {
      void this.load()
    },
    async onPullDownRefresh() {
      await this.load()
      void wx.stopPullDownRefresh()
    },
    onRetry() {
      this.setData({ state: 'loading' })
      void this.load()
    },
    onShop() {
      void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
    onPay({ detail }: OrderEvent) {
      void wx.navigateTo({ url: `/pages/cashier/cashier?orderRef=${detail.orderRef}` })
    },
    onView({ detail }: OrderEvent) {
      void wx.navigateTo({ url: `/pages/result/result?orderRef=${detail.orderRef}` })
    },
    async onCheck({ detail: { orderRef } }: OrderEvent) {
      if (this.data.asking !== '') return
      this.setData({ asking: orderRef })
      const { payment } = partsOfApp()
      await payment.resume(tokenFor(payment.pendingOrders.read(), orderRef))
      this.setData({ asking: '', askedAndOpen: [...this.data.askedAndOpen, orderRef] })
      await this.load()
    },
    async onConfirm({ detail: { orderRef } }: OrderEvent) {
      const { orders, t } = this.data
      const shipment = orders.find((order) => order.orderRef === orderRef)?.shipment
      if (!shipment || !(await confirmReceipt(shipment))) return
      void wx.showToast({ title: t.orders.confirmed, icon: 'none' })
    },
    async load() {
      try {
        const onSlow = () => this.setData({ slow: true })
        this.showOrders(await orSlow(partsOfApp().shop.myOrders(), onSlow))
      } catch (error) {
        const state = isOffline(error) ? 'offline' : 'failed'
        // What was read before is still worth more than an apology.
        if (this.data.rows.length === 0) this.setData({ state })
        else void wx.showToast({ title: this.data.t.offline.title, icon: 'none' })
      }
      this.setData({ slow: false })
    },
    showOrders(orders: ShopOrder[]) {
      const { t, askedAndOpen } = this.data
      const rows = orders.map((order) => rowOf(order, t, askedAndOpen))
      this.setData({ orders, rows, state: rows.length > 0 ? 'ready' : 'empty' })
    },
  },
})

function rowOf(order: ShopOrder, t: Texts, askedAndOpen: readonly string[]): Row {
  const view = orderView(order)
  const { state, refunded, orderRef } = view
  const status = t.orders.status[state]
  if (refunded) return { ...view, status, note: t.orders.refund.replace('{amount}', refunded) }
  const stillOpen = state === 'open' && askedAndOpen.includes(orderRef)
  return { ...view, status, note: stillOpen ? t.orders.stillOpen : '' }
}

/** The order was made for this payer; its token is only needed where this device still has it. */
function tokenFor(pending: PendingOrder | null, orderRef: string): PendingOrder {
  return pending?.orderRef === orderRef ? pending : { orderRef, checkoutToken: null }
}
