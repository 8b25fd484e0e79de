import type { Locale } from '../../../shared/locale.ts'
import type { OrderStatus, Scene } from '../../../shared/payment-status.ts'

/** What the server writes into the page, as JSON in `data-page`; the script asks for nothing else. */
export interface PageData {
  /** `pay` is where orders are paid, `result` where providers send payers back to. */
  readonly view: 'pay' | 'result'
  readonly locale: Locale
  /** Null where there is no such order for this visitor. */
  readonly order: PageOrder | null
  /** This browser is logged in through WeChat. */
  readonly payerKnown: boolean
  /** Where a new order is made, or null where the server does not know. */
  readonly shopUrl: string | null
  /** Where this order can be paid at all, with the provider accounts of this server. */
  readonly scenes: readonly Scene[]
  /**
   * The link by which this browser came, token included, for another device or app of the same
   * person; null where it came without one.
   */
  readonly link: string | null
  /** Addresses of the parts that only some visitors need. */
  readonly parts: PageParts
}

export interface PageParts {
  /** Pays inside WeChat: `wechat.ts`. */
  readonly wechat: string
  /** Draws codes: `qr-code.ts`. */
  readonly code: string
  /** Pays somewhere else: `elsewhere.ts`. */
  readonly elsewhere: string
}

export interface PageOrder {
  readonly orderRef: string
  readonly status: OrderStatus
  /** As a person reads it. */
  readonly amount: string
  readonly description: string
  /** ISO 8601. */
  readonly expiresAt: string
  readonly paidAt: string | null
}
