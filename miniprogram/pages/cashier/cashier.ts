import { isMissing } from '../../api/http'
import { partsOfApp } from '../../parts'
import { type OrderView, orderView } from '../../pay/order-view'
import type { PendingOrder } from '../../pay/pending-order'
import type { Screen } from '../../pay/screen'
import { textsFor } from '../../texts/language'
import type { ScreenKind, Texts } from '../../texts/texts'

type Step = 'loading' | 'ready' | 'paying' | 'confirming' | 'checking' | 'screen'

/** While one of these lasts, an answer is on its way and nothing else is begun. */
const BUSY: ReadonlySet<Step> = new Set(['paying', 'confirming', 'checking'])

interface CashierData {
  t: Texts
  order: OrderView | null
  step: Step
  screen: ScreenKind
  screenText: string
  /** Not shown: the order, and whether this page has been left. */
  pending: PendingOrder
  gone: boolean
}

const initial: CashierData = {
  t: textsFor('zh-CN'),
  order: null,
  step: 'loading',
  screen: 'pending',
  screenText: '',
  pending: { orderRef: '', checkoutToken: null },
  gone: false,
}

/**
 * `?orderRef=…`, and `&t=…` where the checkout token comes with a link. One attempt at a time: the
 * page leaves a busy step only on an answer, so a second tap finds nothing to do.
 */
Component({
  data: initial,
  methods: {
    onLoad({ orderRef = '', t }: { orderRef?: string; t?: string }) {
      const { texts, pendingOrders } = partsOfApp()
      const kept = pendingOrders.read()
      const pending = kept?.orderRef === orderRef ? kept : { orderRef, checkoutToken: t ?? null }
      this.setData({ t: texts, pending })
      void wx.setNavigationBarTitle({ title: texts.cashier.title })
    },
    /** WeChat's cashier may hide this page or not, and its callback may be lost: ask on every return. */
    onShow() {
      void this.check()
    },
    onUnload() {
      this.setData({ gone: true })
    },
    onPay() {
      if (this.data.step === 'ready') void this.pay()
    },
    onMain() {
      const { screen } = this.data
      if (screen === 'refused' || screen === 'missing') this.leave()
      else if (screen === 'pending' || screen === 'offline') void this.check()
      else void this.pay()
    },
    onOther() {
      if (this.data.screen === 'dismissed') void this.check()
      else this.leave()
    },
    leave() {
      void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
    async pay() {
      const { step, pending } = this.data
      if (step !== 'ready' && step !== 'screen') return
      this.setData({ step: 'paying' })
      const confirming = () => this.setData({ step: 'confirming' })
      this.show(await partsOfApp().cashier.pay(pending, { confirming }))
    },
    async check() {
      const before = this.data.step
      if (BUSY.has(before)) return
      this.setData({ step: 'checking' })
      const screen = await partsOfApp().cashier.resume(this.data.pending)
      if (screen) await this.readOrder()
      // A page that did not open the cashier itself knows no more than "not yet", and paying on is
      // safe: the client asks for the verdict before it opens anything.
      if (screen?.kind === 'pending' && before === 'loading') {
        this.show({ ...screen, kind: 'dismissed' })
      } else if (screen) this.show(screen)
      else if (await this.readOrder())
        this.setData({ step: before === 'screen' ? before : 'ready' })
    },
    /** True where the order is there and waits to be paid; otherwise the page shows why not. */
    async readOrder(): Promise<boolean> {
      const { shop } = partsOfApp()
      try {
        const order = await shop.order(this.data.pending.orderRef)
        this.setData({ order: orderView(order) })
        if (order.status === 'open') return true
        this.show({ kind: order.status, why: null })
      } catch (error) {
        this.show({ kind: isMissing(error) ? 'missing' : 'offline', why: null })
      }
      return false
    },
    show({ kind, why }: Screen) {
      const { t, gone, pending } = this.data
      if (gone) return
      if (kind === 'paid' || kind === 'closed') {
        void wx.redirectTo({ url: `/pages/result/result?orderRef=${pending.orderRef}` })
        return
      }
      const words = t.screens[kind].text || (why && t.why[why]) || t.whyElse
      const known = why ? t.why[why] : undefined
      this.setData({ step: 'screen', screen: kind, screenText: known ?? words })
    },
  },
})
