import type { Money } from '../../shared/money.ts'
import type { Fact } from '../domain/fact.ts'

/**
 * The whole database at one moment, page by page, for an auditor. Words are plain text here: what is
 * not as it should be is to be found and named, not to end the reading.
 */
export interface Books {
  /** Steps of the schema that this database has not taken yet. */
  missingSteps(): Promise<readonly string[]>
  /** Orders made in that time with all that belongs to them, by `orderRef`. */
  ledgers(page: LedgerPage): Promise<readonly Ledger[]>
  /** Number of the first event whose evidence was kept; null where none was. */
  firstEvidenceSeq(): Promise<number | null>
  /** Events right behind a missing number, lowest first. */
  eventsBehindGaps(limit: number): Promise<readonly number[]>
  /** Rows of something that is not there. */
  orphans(limit: number): Promise<readonly Orphan[]>
  /** Numbers that may name one thing only, and name several. */
  numbersTwice(limit: number): Promise<readonly NumberTwice[]>
  /** By account and event. */
  notifications(page: NotificationPage): Promise<readonly BookedNotification[]>
  /** What is named by these numbers, of one account. */
  named(accountId: string, numbers: readonly string[]): Promise<readonly Named[]>
  /** Rows that a worker should have taken before that time. */
  overdue(beforeMs: number, limit: number): Promise<readonly WaitingRow[]>
  /** Rows that are due and that nobody may take until after that time. */
  heldBeyond(held: {
    nowMs: number
    untilMs: number
    limit: number
  }): Promise<readonly WaitingRow[]>
  unfinishedClaims(beforeMs: number, limit: number): Promise<readonly UnfinishedClaim[]>
  /** Newest first. */
  quarantine(limit: number): Promise<readonly OpenContradiction[]>
  /** Rows of the providers' books that name nothing of ours, or that people should look at. */
  openRows(open: { accountId: string | null; limit: number }): Promise<readonly BookedRow[]>
  settlementDays(accountId: string | null): Promise<readonly BookedDay[]>
  /** Ended payments that were made in that time, by `paymentId`. */
  endedPayments(page: PaymentPage): Promise<readonly string[]>
}

/** From `sinceMs` on, up to `untilMs`, which is not included. */
export interface Span {
  readonly sinceMs: number
  readonly untilMs: number
}

export interface LedgerPage extends Span {
  /** The last one of the page before; empty for the first. */
  readonly after: string
  readonly limit: number
}

export interface PaymentPage extends LedgerPage {
  readonly accountIds: readonly string[]
}

export interface NotificationPage {
  readonly after: { readonly accountId: string; readonly eventId: string }
  readonly limit: number
}

/** One order and everything that belongs to it; events by their number. */
export interface Ledger {
  readonly order: BookedOrder
  readonly payments: readonly BookedPayment[]
  readonly refunds: readonly BookedRefund[]
  readonly shipments: readonly BookedShipment[]
  readonly events: readonly BookedEvent[]
  readonly rows: readonly BookedRow[]
}

export interface BookedOrder {
  readonly orderRef: string
  readonly status: string
  readonly amount: Money
  readonly paidPaymentId: string | null
  readonly paidLate: boolean
  readonly createdAtMs: number
  readonly paidAtMs: number | null
}

export interface BookedPayment {
  readonly paymentId: string
  readonly orderRef: string
  readonly accountId: string
  readonly status: string
  readonly amount: Money
  readonly outTradeNo: string
  readonly providerPaymentId: string | null
  readonly appId: string | null
  readonly idempotencyKey: string
  readonly duplicate: boolean
  readonly late: boolean
  readonly expiresAtMs: number
  readonly paidAtMs: number | null
  readonly dueAtMs: number | null
}

export interface BookedRefund {
  readonly refundId: string
  readonly paymentId: string
  readonly status: string
  readonly amount: Money
  readonly outRefundNo: string
  readonly providerRefundId: string | null
  readonly succeededAtMs: number | null
  readonly dueAtMs: number | null
}

export interface BookedShipment {
  readonly shipmentId: string
  readonly orderRef: string
  readonly status: string
}

/** `notKept`: from before evidence was kept. `none`: nobody outside caused it. */
export type Evidence =
  | { readonly kind: 'notKept' | 'none' | 'unreadable' }
  | { readonly kind: 'fact'; readonly fact: Fact }

export interface BookedEvent {
  readonly seq: number
  readonly type: string
  readonly orderRef: string
  readonly paymentId: string | null
  readonly refundId: string | null
  readonly shipmentId: string | null
  readonly atMs: number
  /** Read when asked for: most events need none. */
  readonly evidence: () => Evidence
}

export interface BookedRow {
  readonly accountId: string
  readonly rowId: string
  readonly kind: string
  readonly status: string | null
  readonly unknownStatus: boolean
  readonly state: string
  readonly problem: string | null
  readonly paymentId: string | null
  readonly refundId: string | null
  readonly outTradeNo: string | null
  readonly providerPaymentId: string | null
  readonly amount: Money | null
}

export interface Orphan {
  readonly kind: 'payment' | 'refund' | 'shipment' | 'event'
  readonly id: string
  /** The order or payment that is not there. */
  readonly of: string
}

export interface NumberTwice {
  readonly kind: 'outTradeNo' | 'providerPaymentId' | 'outRefundNo' | 'providerRefundId' | 'key'
  readonly number: string
  readonly times: number
}

export interface BookedNotification {
  readonly accountId: string
  readonly eventId: string
  readonly state: string
  readonly receivedAtMs: number
  readonly dueAtMs: number | null
  /** Null where they cannot be read. */
  readonly facts: readonly Fact[] | null
}

/** A payment or refund by one of its numbers. */
export interface Named {
  readonly kind: 'payment' | 'refund'
  readonly id: string
  readonly paymentId: string
  readonly number: string
  readonly status: string
  readonly amount: Money
}

export interface WaitingRow {
  readonly kind:
    | 'payment'
    | 'refund'
    | 'notification'
    | 'settlementDay'
    | 'shipment'
    | 'orderCentrePath'
  readonly id: string
  readonly atMs: number
}

export interface UnfinishedClaim {
  readonly scope: string
  readonly key: string
  readonly claimedAtMs: number
}

export interface OpenContradiction {
  readonly quarantineId: string
  readonly accountId: string
  readonly paymentId: string | null
  readonly reason: string
  readonly atMs: number
}

export interface BookedDay {
  readonly accountId: string
  readonly day: string
  readonly state: string
  readonly reason: string | null
}
