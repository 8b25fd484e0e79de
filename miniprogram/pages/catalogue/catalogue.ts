import { isMissing, isOffline } from '../../api/http'
import type { Product } from '../../api/shop'
import type { Quantities } from '../../basket'
import { partsOfApp } from '../../parts'
import type { PendingOrder } from '../../payment/pending-order'
import { openPrivacy } from '../../privacy'
import { orSlow } from '../../slow'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

interface Row extends Product {
  readonly quantity: number
}

interface Notice {
  readonly kind: 'open' | 'checking' | 'paid'
  readonly orderRef: string
}

interface CatalogueData {
  t: Texts
  state: 'loading' | 'ready' | 'empty' | 'offline'
  slow: boolean
  rows: Row[]
  pieces: number
  piecesText: string
  notice: Notice | null
  /** Grey rows that keep the place of products still on their way. */
  ghosts: number[]
}

const initial: CatalogueData = {
  t: textsFor('zh-CN'),
  state: 'loading',
  slow: false,
  rows: [],
  pieces: 0,
  piecesText: '',
  notice: null,
  ghosts: [0, 1, 2, 3],
}

/** The shop window: products, the basket's bar, and the way back to an order left undecided. */
Component({
  data: initial,
  methods: {
    onLoad() {
      const { texts } = partsOfApp()
      this.setData({ t: texts })
      void wx.setNavigationBarTitle({ title: texts.shop })
      void this.loadProducts()
    },
    onShow() {
      if (this.data.rows.length > 0) this.showRows(this.data.rows)
      void this.pickUpPendingOrder()
    },
    async onPullDownRefresh() {
      await this.loadProducts()
      void wx.stopPullDownRefresh()
    },
    onRetry() {
      this.setData({ state: 'loading' })
      void this.loadProducts()
    },
    onQuantity(event: { detail: { productId: string; quantity: number } }) {
      const { productId, quantity } = event.detail
      partsOfApp().basket.setQuantity(productId, quantity)
      this.showRows(this.data.rows)
    },
    onCheckout() {
      if (this.data.pieces > 0) void wx.navigateTo({ url: '/pages/order/order' })
    },
    onNotice() {
      const { notice } = this.data
      if (!notice) return
      const page = notice.kind === 'paid' ? 'result/result' : 'cashier/cashier'
      void wx.navigateTo({ url: `/pages/${page}?orderRef=${notice.orderRef}` })
    },
    onOrders() {
      void wx.navigateTo({ url: '/pages/orders/orders' })
    },
    onPrivacy() {
      openPrivacy()
    },
    onTerms() {
      void wx.navigateTo({ url: '/pages/terms/terms' })
    },
    async loadProducts() {
      try {
        const onSlow = () => this.setData({ slow: true })
        this.showRows(await orSlow(partsOfApp().shop.products(), onSlow))
      } catch (error) {
        const state = isOffline(error) ? 'offline' : 'empty'
        if (this.data.rows.length === 0) this.setData({ state })
        else void wx.showToast({ title: this.data.t.offline.title, icon: 'none' })
      }
      this.setData({ slow: false })
    },
    showRows(products: readonly Product[]) {
      const { basket, texts } = partsOfApp()
      const rows = withQuantities(products, basket.quantities())
      const pieces = rows.reduce((sum, { quantity }) => sum + quantity, 0)
      this.setData({
        rows,
        pieces,
        piecesText: texts.pieces.replace('{count}', String(pieces)),
        state: rows.length > 0 ? 'ready' : 'empty',
      })
    },
    /** After a cold start and after every return: nothing that was paid is forgotten. */
    async pickUpPendingOrder() {
      const { payment } = partsOfApp()
      const { pendingOrders } = payment
      const order = pendingOrders.read()
      if (!order) {
        if (this.data.notice?.kind !== 'paid') this.setData({ notice: null })
        return
      }
      this.setData({ notice: noticeOf('checking', order) })
      const outcome = await payment.resume(order)
      const status = outcome?.kind === 'paid' ? 'paid' : await this.readStatus(order)
      if (status !== 'open') pendingOrders.clear(order.orderRef)
      this.setData({ notice: status === 'closed' ? null : noticeOf(status, order) })
    },
    /** An order that cannot be read just now is kept as open. */
    async readStatus({ orderRef }: PendingOrder) {
      try {
        return (await partsOfApp().shop.order(orderRef)).status
      } catch (error) {
        return isMissing(error) ? 'closed' : 'open'
      }
    },
  },
})

function noticeOf(kind: Notice['kind'], { orderRef }: PendingOrder): Notice {
  return { kind, orderRef }
}

function withQuantities(products: readonly Product[], quantities: Quantities): Row[] {
  return products.map((product) => ({
    ...product,
    quantity: quantities[product.productId] ?? 0,
  }))
}
