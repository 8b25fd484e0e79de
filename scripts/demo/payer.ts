import { z } from 'zod'
import type { Sandbox } from '../../sandbox/index.ts'
import { TEA_SHOP_APPS } from '../../sandbox/wechat/apps.ts'
import type { ClientAction } from '../../shared/contract/client-action.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import type { CreatedCheckoutPayment } from '../../shared/contract/payments.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { FrontEnd } from './front-end.ts'

/** A payment as its front end knows it. */
export type BegunPayment = Pick<
  CreatedCheckoutPayment,
  'paymentId' | 'orderRef' | 'scene' | 'clientAction'
>

/** What a payer meets of the counterparties. */
export interface World {
  readonly urls: Pick<Sandbox['urls'], 'wechat'>
  readonly providers: Sandbox['providers']
}

/** What the payer does once the cashier is open. */
export type Deed = 'pay' | 'cancel'

const openedSchema = z.object({ ok: z.literal(true), cashierId: z.string() })

/** A person with a phone: stands somewhere, opens the order there, and does something about it. */
export class Payer {
  readonly frontEnd: FrontEnd
  readonly #sandbox: World
  readonly #server: string
  readonly #network: typeof fetch

  constructor(server: string, sandbox: World, network: typeof fetch = fetch) {
    this.#server = server
    this.#sandbox = sandbox
    this.#network = network
    this.frontEnd = new FrontEnd(server, network)
  }

  /** Logs in as that scene does it, or opens the link of the order where nobody logs in. */
  async open(scene: Scene, order: CreatedOrder): Promise<void> {
    this.frontEnd.useDevice(scene === 'desktopQr' ? 'desktop' : 'phone')
    switch (scene) {
      case 'miniProgram':
      case 'app':
        return this.#logInByCode()
      case 'officialAccount':
        return this.#arrive(
          `/v1/login/officialAccount?returnTo=${encodeURIComponent(`/pay/${order.orderRef}`)}`,
        )
      case 'desktopQr':
      case 'mobileWeb':
      case 'paymentCode':
        return this.#arrive(order.checkoutUrl)
    }
  }

  /** A page of a server in trouble shows nothing to pay: throws, so that the payer loads it again. */
  async #arrive(address: string): Promise<void> {
    const { url, status } = await this.frontEnd.visit(address)
    if (status >= 500) throw new Error(`${url} answered ${status}`)
  }

  /** Pays or leaves, with the same taps that a person would make on the phone. */
  async act(payment: BegunPayment, deed: Deed, outTradeNo: string): Promise<void> {
    const { clientAction } = payment
    if (!clientAction) throw new Error(`the payment ${payment.paymentId} has no client action`)
    if (clientAction.kind === 'wechatPay') return this.#inCashier(clientAction, payment, deed)
    if (clientAction.kind === 'redirect') return this.#onPage(clientAction.url, deed)
    if (clientAction.kind === 'qrCode' && clientAction.content !== null) {
      return this.#tap('scan', { codeUrl: clientAction.content }, deed)
    }
    // A picture of a code, or another app: the person's part is played without a screen.
    const provider = this.#sandbox.providers.find((simulator) =>
      simulator.books().payments.some(({ reference }) => reference === outTradeNo),
    )
    if (deed === 'pay') await provider?.pay(outTradeNo)
    else provider?.failTry(outTradeNo)
  }

  async #logInByCode(): Promise<void> {
    const appId = TEA_SHOP_APPS.find(({ kind }) => kind === 'miniProgram')?.appId
    const login = await this.#phone('login', { appId })
    const { code: loginCode } = z.object({ code: z.string() }).parse(login)
    const answer = await this.frontEnd.send('/v1/login/miniProgram', {
      key: 'login-needs-none',
      body: { appId, loginCode },
    })
    this.frontEnd.useToken(z.object({ sessionToken: z.string() }).parse(answer).sessionToken)
  }

  #inCashier(
    { payParams }: Extract<ClientAction, { kind: 'wechatPay' }>,
    { scene, orderRef }: BegunPayment,
    deed: Deed,
  ): Promise<void> {
    const { appId, ...params } = payParams
    return scene === 'officialAccount'
      ? this.#tap(
          'cashier',
          { surface: scene, appId, params: payParams, pageUrl: `${this.#server}/pay/${orderRef}` },
          deed,
        )
      : this.#tap('cashier', { surface: 'miniProgram', appId, params }, deed)
  }

  /** The provider's own page: it opens WeChat, and leads back once the payment is decided. */
  async #onPage(url: string, deed: Deed): Promise<void> {
    const page = await this.frontEnd.visit(url)
    const [, how, escaped] = /id="(open|code)" href="([^"]+)"/.exec(page.text) ?? []
    const link = escaped?.replaceAll('&amp;', '&') ?? url
    if (how === 'code') await this.#tap('scan', { codeUrl: link }, deed)
    else await this.#tap('h5', { url: link }, deed)
    if (how !== undefined) await this.frontEnd.visit(page.url)
  }

  async #tap(surface: 'cashier' | 'scan' | 'h5', call: object, deed: Deed): Promise<void> {
    const opened = openedSchema.parse(await this.#phone(surface, call))
    await this.#phone(`cashier/${opened.cashierId}/${deed}`, {})
  }

  async #phone(path: string, body: object): Promise<unknown> {
    const network = this.#network
    const response = await network(`${this.#sandbox.urls.wechat}/phone/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.json()
  }
}
