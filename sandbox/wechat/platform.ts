import type { Money } from '../../shared/money.ts'
import type { Trade } from './shipping/trades.ts'

/**
 * WeChat as the simulated providers see it: they order prepayments here exactly as a provider orders
 * them at WeChat Pay, and hear what became of them. The phone's cashier works on the same book.
 */
export interface WechatPlatform {
  /** Books a prepayment. Throws WechatRefusal where WeChat would refuse the order. */
  createPrepay(order: PrepayOrder): Prepay
  /** Closes an unpaid prepayment; answers false when it is paid already or unknown. */
  closePrepay(prepayId: string): boolean
  /** Gives money back to the wallet. Throws WechatRefusal above the paid sum. */
  refundPrepay(prepayId: string, amount: Money): void
  prepay(prepayId: string): PrepayRecord | undefined
  /** Tells WeChat's order management of a payment, under WeChat Pay's own numbers. */
  recordTrade(trade: Trade): void
}

export type TradeType = 'JSAPI' | 'NATIVE' | 'MWEB' | 'APP'
export type SignType = 'MD5' | 'HMAC-SHA256' | 'RSA'

export interface PrepayOrder {
  readonly tradeType: TradeType
  /** The app that may pay it, and WeChat's merchant number of whoever ordered. */
  readonly appId: string
  readonly mchId: string
  /** How the cashier will verify paySign; the provider's simulator signs with the same key. */
  readonly signing: { readonly signType: SignType; readonly key: string }
  /** Needed for JSAPI: only this openid can pay. */
  readonly openid?: string
  readonly amount: Money
  readonly description: string
  /** What the payer's wallet is debited with, where the order is not in CNY. */
  readonly walletAmount?: Money
  /** Called once, when the payer has paid. */
  readonly onPaid: (payment: { paidAtMs: number; walletAmount: Money }) => void
  /** Called whenever a try ends without money: wrong password, balance; the order stays open. */
  readonly onFailedTry?: (reason: string) => void
}

export interface Prepay {
  readonly prepayId: string
  /** NATIVE: the text of the QR code, `weixin://wxpay/bizpayurl?pr=…`. */
  readonly codeUrl: string | null
  /** MWEB: where a phone browser continues. */
  readonly h5Url: string | null
  readonly expiresAtMs: number
}

export interface PrepayRecord extends Prepay {
  readonly order: Omit<PrepayOrder, 'onPaid' | 'onFailedTry'>
  readonly state: 'open' | 'paid' | 'closed'
  readonly refundedMinor: number
}

/** WeChat says no, in its own words. */
export class WechatRefusal extends Error {
  override readonly name = 'WechatRefusal'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
