/** What happens on the page, and when. It knows neither the document nor the network. */
import {
  type Checkout,
  type CheckoutResult,
  isCheckoutError,
  type QrCode,
} from '../../../shared/browser.ts'
import type { Environment } from '../../../shared/environment.ts'
import type { PageData, PageOrder } from './page-data.ts'
import { isIdle, type PageState, stateOfProblem, stateOfResult, type Work } from './state.ts'

/** What the payer can ask for. */
export type Step = 'pay' | 'check'

export interface ControllerDeps {
  readonly page: PageData
  readonly environment: Environment
  readonly checkout: Checkout
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
}

const LOGIN_HELPS: ReadonlySet<string> = new Set([
  'payerRequired',
  'sessionMissing',
  'sessionExpired',
])

export class CheckoutController {
  readonly #deps: ControllerDeps
  #state: PageState = { kind: 'working', what: 'confirming' }
  #running = false

  constructor(deps: ControllerDeps) {
    this.#deps = deps
  }

  /** Looks where things stand and goes on from there. */
  start(): void {
    const { order } = this.#deps.page
    const { environment } = this.#deps
    if (!order) this.#show({ kind: 'missing' })
    else if (order.status === 'paid') this.#show({ kind: 'paid', paidAt: order.paidAt })
    else if (order.status === 'closed') this.#show({ kind: 'closed', reason: null })
    else if (environment.scene === null) {
      this.#show({ kind: 'elsewhere', advice: environment.advice })
    } else this.#begin(order)
  }

  /** A tap. While something runs, taps do nothing. */
  act(step: Step): void {
    const { page, reload, goToPayPage } = this.#deps
    const { order, view } = page
    if (!order) reload()
    else if (step === 'pay' && view === 'result') goToPayPage()
    else if (step === 'pay') this.#pay(order)
    else if (view === 'result' && this.#state.kind === 'pending') reload()
    else this.#check(order)
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
    const { order } = this.#deps.page
    if (order && isIdle(this.#state)) this.#check(order)
  }

  #begin(order: PageOrder): void {
    const { page, environment, logIn } = this.#deps
    if (this.#inWechat() && !page.payerKnown && logIn()) {
      this.#show({ kind: 'working', what: 'leaving' })
    } else if (environment.scene === 'desktopQr' && page.view === 'pay') {
      // A code is shown at once, and the same one after a reload: it is the same request again.
      this.#pay(order)
    } else this.#check(order, { paidHere: page.view === 'result' })
  }

  #pay(order: PageOrder): void {
    if (this.#running) return
    this.#show({ kind: 'working', what: 'creating' })
    void this.#run(order, () => this.#deps.checkout.pay())
  }

  #check(order: PageOrder, { paidHere } = { paidHere: true }): void {
    if (this.#running) return
    this.#show({ kind: 'working', what: 'confirming' })
    void this.#run(order, () => this.#deps.checkout.resume(), paidHere)
  }

  /** A page where nobody paid yet knows no more than "not yet"; paying on from there is safe. */
  async #run(
    order: PageOrder,
    work: () => Promise<CheckoutResult | null>,
    paidHere = true,
  ): Promise<void> {
    this.#running = true
    const state = await this.#outcome(order, work)
    this.#running = false
    this.#show(state.kind === 'pending' && !paidHere ? { kind: 'dismissed' } : state)
  }

  async #outcome(order: PageOrder, work: () => Promise<CheckoutResult | null>): Promise<PageState> {
    try {
      const result = await work()
      const orderIsOver = Date.parse(order.expiresAt) <= this.#deps.nowMs()
      const byCode = this.#deps.environment.scene === 'desktopQr'
      if (result) return stateOfResult(result, { orderIsOver, byCode })
      // On the way back from a provider another browser may have paid: only the server knows.
      return { kind: this.#deps.page.view === 'result' ? 'pending' : 'ready' }
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
    return this.#deps.environment.scene === 'officialAccount'
  }

  #show(state: PageState): void {
    this.#state = state
    this.#deps.show(state)
  }
}
