import type { Locale } from '../../../shared/messages/translate.ts'
import type { Money } from '../../../shared/money.ts'
import type { OrderStatus } from '../../../shared/payment-status.ts'

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
}

export interface PageOrder {
  readonly orderRef: string
  readonly status: OrderStatus
  readonly amount: Money
  readonly description: string
  /** ISO 8601. */
  readonly expiresAt: string
  readonly paidAt: string | null
}
