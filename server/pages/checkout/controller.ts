/** What happens on the page, and when. It knows neither the document nor the network. */
import {
  type Checkout,
  type CheckoutResult,
  isCheckoutError,
  type QrCode,
} from '../../../shared/browser.ts'
import type { PageData, PageOrder } from './page-data.ts'
import type { Plan, WebScene } from './plan.ts'
import { isIdle, type PageState, stateOfProblem, stateOfResult, type Work } from './state.ts'
import type { OrderWatch } from './watch-order.ts'

/** What the payer can ask for. */
export type Step = 'pay' | 'check' | 'showCode' | 'relay'

export interface ControllerDeps {
  readonly page: PageData
  readonly plan: Plan
  /** What remains where the Mini Program around this page cannot be reached. */
  readonly planWithoutRelay: Plan
  readonly checkoutFor: (scene: WebScene) => Checkout
  /** Resolves once the page has what the plan needs; rejects where it cannot be fetched. */
  readonly readyFor: (plan: Plan) => Promise<void>
  /** Follows the order while it is paid elsewhere. */
  readonly watch: (onOver: (order: PageOrder) => void) => OrderWatch | null
  readonly show: (state: PageState) => void
  readonly nowMs: () => number
  /** Loads the page afresh: the server knows more than this page does. */
  readonly reload: () => void
  /** WeChat lets only pages below one registered directory pay, so all paying happens there. */
  readonly goToPayPage: () => void
  /**
   * Goes through WeChat's login and back to this page. False where that was tried just now, so that
   * a login that does not help cannot go round and round.
   */
  readonly logIn: () => boolean
  /** Opens the native cashier of the Mini Program around this page; false where there is no way. */
  readonly relay: () => Promise<boolean>
}

const LOGIN_HELPS: ReadonlySet<string> = new Set([
  'payerRequired',
  'sessionMissing',
  'sessionExpired',
])

type Elsewhere = Extract<Plan, { kind: 'elsewhere' }>

export class CheckoutController {
  readonly #deps: ControllerDeps
  #state: PageState = { kind: 'working', what: 'confirming' }
  #running = false
  #scene: WebScene
  /** Where the payer was sent; null while this page itself takes the money. */
  #away: Elsewhere | null = null
  #watch: OrderWatch | null = null
  /** On the way into the Mini Program; a second tap would open its cashier twice. */
  #relaying = false

  constructor(deps: ControllerDeps) {
    this.#deps = deps
    this.#scene = deps.plan.kind === 'pay' ? deps.plan.scene : 'desktopQr'
  }

  /** Looks where things stand and goes on from there. */
  start(): void {
    const { plan, page } = this.#deps
    const { order } = page
    if (!order) this.#show({ kind: 'missing' })
    else if (order.status !== 'open') this.#showOver(order)
    else if (plan.kind === 'elsewhere') void this.#sendElsewhere(plan)
    else this.#begin()
  }

  /** A tap. While something runs, taps do nothing. */
  act(step: Step): void {
    const { page, reload, goToPayPage } = this.#deps
    const { order, view } = page
    if (!order) reload()
    else if (step === 'relay') void this.#relay()
    else if (step === 'showCode') this.#payByCode()
    else if (step === 'pay' && view === 'result') goToPayPage()
    else if (step === 'pay') this.#pay()
    else if (view === 'result' && this.#state.kind === 'pending') reload()
    else this.#lookAgain()
  }

  /** The code of the running payment, every second; null once it is gone. */
  showCode(code: QrCode | null): void {
    if (!this.#running) return
    this.#show(code ? { kind: 'code', code } : { kind: 'working', what: 'confirming' })
  }

  /** How far the running payment is, as its cashier tells. */
  progress(what: Work): void {
    if (this.#running) this.#show({ kind: 'working', what })
  }

  /** The payer is back: from another app, another tab, or an offline spell. */
  cameBack(): void {
    this.#watch?.lookNow()
    // Old versions of WeChat never say that the Mini Program was opened.
    this.#relaying = false
    if (this.#deps.page.order && isIdle(this.#state)) this.#lookAgain()
  }

  #lookAgain(): void {
    if (this.#away) void this.#sendElsewhere(this.#away)
    else this.#check()
  }

  #showOver({ status, paidAt }: PageOrder): void {
    this.#show(status === 'paid' ? { kind: 'paid', paidAt } : { kind: 'closed', reason: null })
  }

  async #sendElsewhere(way: Elsewhere): Promise<void> {
    const { advice, codeToo } = way
    this.#away = way
    try {
      await this.#deps.readyFor(way)
    } catch {
      return this.#show({ kind: 'offline' })
    }
    this.#show({ kind: 'elsewhere', advice, codeToo })
    this.#watch?.stop()
    const onOver = (order: PageOrder) => this.#showOver(order)
    this.#watch = advice === 'nowhere' ? null : this.#deps.watch(onOver)
    this.#watch?.lookNow()
  }

  async #relay(): Promise<void> {
    if (this.#relaying) return
    this.#relaying = true
    const { planWithoutRelay: way, relay } = this.#deps
    const relayed = await relay().catch(() => false)
    this.#relaying = false
    if (relayed) return
    if (way.kind === 'pay') this.#payByCode()
    else await this.#sendElsewhere(way)
  }

  /** The same order on a second phone: this page follows the payment from here on, not the order. */
  #payByCode(): void {
    this.#watch?.stop()
    this.#watch = null
    this.#away = null
    this.#scene = 'desktopQr'
    this.#pay()
  }

  #begin(): void {
    const { page, logIn } = this.#deps
    if (this.#inWechat() && !page.payerKnown && logIn()) {
      this.#show({ kind: 'working', what: 'leaving' })
    } else if (this.#scene === 'desktopQr' && page.view === 'pay') {
      // A code is shown at once, and the same one after a reload: it is the same request again.
      this.#pay()
    } else this.#check({ paidHere: page.view === 'result' })
  }

  #pay(): void {
    if (this.#running) return
    this.#show({ kind: 'working', what: 'creating' })
    void this.#run(() => this.#deps.checkoutFor(this.#scene).pay())
  }

  #check({ paidHere } = { paidHere: true }): void {
    if (this.#running) return
    this.#show({ kind: 'working', what: 'confirming' })
    void this.#run(() => this.#deps.checkoutFor(this.#scene).resume(), paidHere)
  }

  /** A page where nobody paid yet knows no more than "not yet"; paying on from there is safe. */
  async #run(work: () => Promise<CheckoutResult | null>, paidHere = true): Promise<void> {
    this.#running = true
    const state = await this.#outcome(work)
    this.#running = false
    this.#show(state.kind === 'pending' && !paidHere ? { kind: 'dismissed' } : state)
  }

  async #outcome(work: () => Promise<CheckoutResult | null>): Promise<PageState> {
    const { page, nowMs } = this.#deps
    try {
      const result = await work()
      const orderIsOver = Date.parse(page.order?.expiresAt ?? '') <= nowMs()
      if (result) return stateOfResult(result, { orderIsOver, byCode: this.#scene === 'desktopQr' })
      // On the way back from a provider another browser may have paid: only the server knows.
      return { kind: page.view === 'result' ? 'pending' : 'ready' }
    } catch (error) {
      return this.#failure(error)
    }
  }

  #failure(error: unknown): PageState {
    if (!isCheckoutError(error)) {
      const message = 'problem.internal'
      return { kind: 'problem', message, retryable: true, requestId: null }
    }
    if (this.#inWechat() && LOGIN_HELPS.has(error.code) && this.#deps.logIn()) {
      return { kind: 'working', what: 'leaving' }
    }
    return stateOfProblem(error)
  }

  #inWechat(): boolean {
    return this.#scene === 'officialAccount'
  }

  #show(state: PageState): void {
    this.#state = state
    this.#deps.show(state)
  }
}
