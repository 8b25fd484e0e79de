/**
 * Paying in a Mini Program, without any page: create, open WeChat's cashier, and hear from the server
 * what became of it. Make one `Payment` per launch and keep it, for example in `App`.
 */
import { type Api, type CheckoutLimits, createSession, type Session } from 'wechat-pay-client'
import { whyNotHere } from './ability'
import { createCashier, type PayProgress } from './cashier'
import { findOrder } from './find-order'
import { type Locale, localeOf } from './locale'
import type { Outcome } from './outcome'
import { createPendingOrderStore, type PendingOrder, type PendingOrderStore } from './pending-order'
import { clock, createStorage, createVisibility, newKey } from './platform'
import { createToolkitApi, logIn } from './toolkit-api'
import type { WxPlatform } from './wx'

export type { PayProgress } from './cashier'
export type { Locale } from './locale'
export type { Outcome, OutcomeKind, Why } from './outcome'
export type { PendingOrder, PendingOrderStore } from './pending-order'
export type { WxPlatform } from './wx'

export interface PaymentOptions {
  /** WeChat's own `wx`. */
  readonly wx: WxPlatform
  /** Where the toolkit is, `https://pay.example.com`: a request domain of the Mini Program. */
  readonly toolkitUrl: string
  /** The language of WeChat, unless stated. */
  readonly locale?: Locale
  readonly limits?: Partial<CheckoutLimits>
}

export interface Payment {
  /**
   * Opens WeChat's cashier; call it from the handler of a tap. However often it is called, one
   * attempt runs for an order. Never rejects, and is `paid` on the server's word alone.
   */
  pay(order: PendingOrder, progress?: PayProgress): Promise<Outcome>
  /**
   * What became of an earlier attempt, without opening anything; null where there was none. For
   * `onShow`, a cold start, and "check again". Never rejects.
   */
  resume(order: PendingOrder): Promise<Outcome | null>
  /**
   * The order behind a number of WeChat's order centre, whose links carry `outTradeNo`; null where
   * this payer has no such order. Throws CheckoutError, and Error where no answer comes.
   */
  findOrder(outTradeNo: string): Promise<PendingOrder | null>
  /** Why nobody can pay here at all: an old WeChat, a single page of Moments. Null: nothing is known. */
  whyNotHere(): Outcome | null
  /** The order that was begun and not seen decided; it survives a killed program. */
  readonly pendingOrders: PendingOrderStore
  /** The payer's session at the toolkit: one login however many ask, renewed where refused. */
  readonly session: Session
  readonly api: Api
  readonly locale: Locale
}

export function createPayment({ wx, toolkitUrl, locale: wanted, limits }: PaymentOptions): Payment {
  const { platform, language } = wx.getSystemInfoSync()
  const locale = wanted ?? localeOf(language)
  const storage = createStorage(wx)
  const api = createToolkitApi(wx, toolkitUrl.replace(/\/+$/, ''))
  const session = createSession({ login: () => logIn(wx, api), storage })
  const pendingOrders = createPendingOrderStore(storage)
  const cashier = createCashier({
    api,
    session,
    storage,
    clock,
    visibility: createVisibility(wx),
    newKey,
    locale,
    wx,
    platform,
    pendingOrders,
    ...(limits ? { limits } : {}),
  })
  return {
    pay: async (order, progress) => whyNotHere(wx) ?? cashier.pay(order, progress),
    resume: (order) => cashier.resume(order),
    findOrder: (outTradeNo) => findOrder({ api, session, outTradeNo }),
    whyNotHere: () => whyNotHere(wx),
    pendingOrders,
    session,
    api,
    locale,
  }
}
