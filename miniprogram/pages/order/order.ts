import { isOffline, isRefused } from '../../api/http'
import type { Product } from '../../api/shop'
import type { Quantities } from '../../basket'
import { partsOfApp } from '../../parts'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

interface SummaryLine {
  readonly productId: string
  readonly name: string
  readonly quantity: number
  /** Minor units. */
  readonly value: number
  readonly currency: string
}

interface OrderData {
  t: Texts
  state: 'loading' | 'ready' | 'empty' | 'offline'
  lines: SummaryLine[]
  total: number
  currency: string
  placing: boolean
  alert: string
}

const initial: OrderData = {
  t: textsFor('zh-CN'),
  state: 'loading',
  lines: [],
  total: 0,
  currency: 'CNY',
  placing: false,
  alert: '',
}

/**
 * The last look before ordering. The sums are today's catalogue prices, for reading only: the order
 * that is sent names products and quantities, and the shop prices it.
 */
Component({
  data: initial,
  methods: {
    onLoad() {
      const { texts } = partsOfApp()
      this.setData({ t: texts })
      void wx.setNavigationBarTitle({ title: texts.order.title })
      void this.loadLines()
    },
    onRetry() {
      this.setData({ state: 'loading' })
      void this.loadLines()
    },
    onBack() {
      void wx.navigateBack()
    },
    async loadLines() {
      const { shop, basket } = partsOfApp()
      const quantities = basket.quantities()
      try {
        this.showLines(linesOf(await shop.products(), quantities))
      } catch {
        this.setData({ state: 'offline' })
      }
    },
    showLines(lines: SummaryLine[]) {
      this.setData({
        lines,
        total: lines.reduce((sum, { value }) => sum + value, 0),
        currency: lines[0]?.currency ?? 'CNY',
        state: lines.length > 0 ? 'ready' : 'empty',
      })
    },
    async onPlace() {
      if (this.data.placing) return
      this.setData({ placing: true, alert: '' })
      const { shop, basket, payment, texts } = partsOfApp()
      const quantities = Object.fromEntries(
        this.data.lines.map(({ productId, quantity }) => [productId, quantity]),
      )
      try {
        const order = await shop.placeOrder({ quantities, idempotencyKey: basket.orderKey() })
        payment.pendingOrders.write(order)
        basket.clear()
        void wx.redirectTo({ url: `/pages/cashier/cashier?orderRef=${order.orderRef}` })
      } catch (error) {
        if (isRefused(error)) basket.forgetOrderKey()
        const alert = isOffline(error) ? texts.order.offline : texts.order.refused
        this.setData({ placing: false, alert })
      }
    },
  },
})

function linesOf(products: readonly Product[], quantities: Quantities): SummaryLine[] {
  return products.flatMap(({ productId, name, price }) => {
    const quantity = quantities[productId] ?? 0
    if (quantity === 0) return []
    const { currency } = price
    return [{ productId, name, quantity, value: price.value * quantity, currency }]
  })
}
