import { isMissing } from '../../api/http'
import { partsOfApp } from '../../parts'
import { type OrderView, orderView } from '../../pay/order-view'
import { textsFor } from '../../texts/language'
import type { ScreenKind, Texts } from '../../texts/texts'

interface ResultData {
  t: Texts
  order: OrderView | null
  /** Empty while the server is being asked. */
  screen: ScreenKind | ''
  checking: boolean
  orderRef: string
}

const initial: ResultData = {
  t: textsFor('zh-CN'),
  order: null,
  screen: '',
  checking: false,
  orderRef: '',
}

/** `?orderRef=…`. What became of the order, by the server's word; nothing here comes from the address. */
Component({
  data: initial,
  methods: {
    onLoad({ orderRef = '' }: { orderRef?: string }) {
      const { texts } = partsOfApp()
      this.setData({ t: texts, orderRef })
      void wx.setNavigationBarTitle({ title: texts.receipt.title })
    },
    onShow() {
      void this.check()
    },
    onMain() {
      const { screen, orderRef } = this.data
      if (screen === 'pending' || screen === 'offline') void this.check()
      else if (screen === 'dismissed') {
        void wx.redirectTo({ url: `/pages/cashier/cashier?orderRef=${orderRef}` })
      } else this.leave()
    },
    onOther() {
      if (this.data.screen === 'dismissed') void this.check()
      else this.leave()
    },
    leave() {
      void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
    async check() {
      if (this.data.checking) return
      this.setData({ checking: true })
      const screen = await this.readScreen()
      this.setData({ checking: false, screen })
    },
    async readScreen(): Promise<ScreenKind> {
      const { shop, pendingOrders, cashier } = partsOfApp()
      const { orderRef } = this.data
      try {
        const order = await shop.order(orderRef)
        this.setData({ order: orderView(order) })
        if (order.status !== 'open') {
          pendingOrders.clear(orderRef)
          return order.status
        }
        const pending = pendingOrders.read()
        const screen = pending?.orderRef === orderRef ? await cashier.resume(pending) : null
        return screen?.kind === 'pending' || screen?.kind === 'paid' ? 'pending' : 'dismissed'
      } catch (error) {
        return isMissing(error) ? 'missing' : 'offline'
      }
    },
  },
})
