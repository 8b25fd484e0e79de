import { isMissing } from '../../api/http'
import { type OrderView, orderView } from '../../order-view'
import { cameFromWebView } from '../../page-below'
import { partsOfApp } from '../../parts'
import type { Outcome } from '../../payment/outcome'
import type { PendingOrder } from '../../payment/pending-order'
import { orSlow } from '../../slow'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

/** What the button shows; `outcome` puts the result in its place. */
type Step = 'loading' | 'ready' | 'paying' | 'confirming' | 'outcome'

interface CashierData {
  t: Texts
  locale: string
  order: OrderView | null
  slow: boolean
  step: Step
  outcome: Outcome
  /** Not shown: the order, whether an answer is on its way, and whether this page has been left. */
  pending: PendingOrder
  busy: boolean
  gone: boolean
}

const initial: CashierData = {
  t: textsFor('zh-CN'),
  locale: 'zh-CN',
  order: null,
  slow: false,
  step: 'loading',
  outcome: { kind: 'pending', why: null },
  pending: { orderRef: '', checkoutToken: null },
  busy: false,
  gone: false,
}

/**
 * `?orderRef=…`, and `&t=…` where the checkout token comes with a link, as from a page in a web-view.
 * One attempt at a time: while an answer is on its way nothing else is begun, so a second tap finds
 * nothing to do.
 */
Component({
  data: initial,
  methods: {
    onLoad({ orderRef = '', t }: { orderRef?: string; t?: string }) {
      const { texts, locale, payment } = partsOfApp()
      const kept = payment.pendingOrders.read()
      const pending = kept?.orderRef === orderRef ? kept : { orderRef, checkoutToken: t ?? null }
      this.setData({ t: texts, locale, pending })
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
      void this.pay()
    },
    onCheck() {
      void this.check()
    },
    /** A page in a web-view waits for its payer, and asks by itself. */
    onLeave() {
      if (cameFromWebView()) void wx.navigateBack()
      else void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
    async pay() {
      if (this.data.busy) return
      this.setData({ busy: true, step: 'paying' })
      const confirming = () => this.setData({ step: 'confirming' })
      const outcome = await partsOfApp().payment.pay(this.data.pending, { confirming })
      this.setData({ busy: false })
      this.show(outcome)
    },
    async check() {
      const { step: before, busy, pending } = this.data
      if (busy) return
      this.setData({ busy: true, step: before === 'ready' ? 'confirming' : before })
      const outcome = await partsOfApp().payment.resume(pending)
      const open = outcome?.kind === 'paid' || (await this.readOrder())
      this.setData({ busy: false })
      if (!open) return
      // A page that did not open the cashier itself knows no more than "not yet", and paying on is
      // safe: the client asks for the verdict before it opens anything.
      if (outcome?.kind === 'pending' && before === 'loading') {
        this.show({ ...outcome, kind: 'dismissed' })
      } else if (outcome) this.show(outcome)
      else this.offerToPay(before)
    },
    offerToPay(before: Step) {
      const hindrance = partsOfApp().payment.whyNotHere()
      if (hindrance) this.show(hindrance)
      else this.setData({ step: before === 'outcome' ? before : 'ready' })
    },
    /** True where the order is there and waits to be paid; otherwise the page shows why not. */
    async readOrder(): Promise<boolean> {
      const { shop } = partsOfApp()
      try {
        const onSlow = () => this.setData({ slow: true })
        const order = await orSlow(shop.order(this.data.pending.orderRef), onSlow)
        this.setData({ order: orderView(order), slow: false })
        if (order.status === 'open') return true
        this.show({ kind: order.status, why: null })
      } catch (error) {
        this.setData({ slow: false })
        this.show({ kind: isMissing(error) ? 'missing' : 'offline', why: null })
      }
      return false
    },
    show(outcome: Outcome) {
      const { gone, pending } = this.data
      if (gone) return
      if (outcome.kind !== 'paid' && outcome.kind !== 'closed') {
        this.setData({ step: 'outcome', outcome })
      } else if (cameFromWebView()) void wx.navigateBack()
      else void wx.redirectTo({ url: `/pages/result/result?orderRef=${pending.orderRef}` })
    },
  },
})
