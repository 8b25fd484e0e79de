import type { PaymentStatus } from '../../shared/payment-status.ts'
import type { DomainEvent } from '../domain/event.ts'
import type { Fact } from '../domain/fact.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import type { SettlementEntry } from '../domain/settlement.ts'
import type { Shipment } from '../domain/shipment.ts'
import type { Books } from './books.ts'
import type { ShipmentReads, ShipmentWrites } from './shipment-port.ts'
import type { WebhookClaims, WebhookReads, WebhookWrites } from './webhook-port.ts'
import type { OrderCentrePath, WechatReads, WechatWrites } from './wechat-port.ts'

export type { Backlog, ToldEvent } from './webhook-port.ts'
export type { CredentialName, OrderCentrePath, WechatCredential } from './wechat-port.ts'

/**
 * The port to the database. One transaction per effect: everything that a change means (state, event,
 * inbox row) is written in the same one, or not at all. Locks are always taken in the order
 * order → payment → refund, so that two effects never wait for each other in a ring.
 */
export interface Store extends StoreReads, WebhookClaims {
  /**
   * Runs `work` in one transaction; any throw rolls everything back. Serialised where it conflicts.
   * `work` may run more than once: where the database gives a run up because of others (deadlock,
   * serialization failure, busy file), it is rolled back and run again. So it reads and writes
   * through its `tx` and does nothing else: no call to a provider, and none to the store itself.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  /**
   * Reads the whole database as it stands at one moment, while others go on writing; nothing can be
   * written through it. `work` may run more than once, and calls nothing of the store itself.
   */
  snapshot<T>(work: (books: Books) => Promise<T>): Promise<T>
  /** Hears of committed changes within milliseconds, also of those of other processes. */
  onChange(listener: (change: Change) => void): () => void
  /** Claims due rows: whoever gets them holds them until `leaseMs` from now or until it writes them. */
  claimDuePayments(claim: Claim): Promise<readonly Payment[]>
  claimDueRefunds(claim: Claim): Promise<readonly Refund[]>
  claimDueInbox(claim: Claim): Promise<readonly InboxRow[]>
  claimDueShipments(claim: Claim): Promise<readonly Shipment[]>
  claimDueOrderCentrePaths(claim: Claim): Promise<readonly OrderCentrePath[]>
  claimDueSettlementDays(claim: Claim): Promise<readonly SettlementDay[]>
  /** When the earliest row of each kind may be claimed. */
  nextDue(): Promise<NextDue>
  /** Idempotency records live in their own small transactions, around the work they guard. */
  claimIdempotency(claim: IdempotencyClaim): Promise<IdempotencyState>
  /** Answers with the answer that is kept for this key, which may be another execution's. */
  finishIdempotency(claim: IdempotencyClaim, answer: IdempotencyAnswer): Promise<IdempotencyAnswer>
  /** Forgets one's own unfinished claim, so that a repeat executes again. */
  releaseIdempotency(claim: IdempotencyClaim): Promise<void>
  /** Brings the schema up to date; safe to call from several processes at once. */
  migrate(): Promise<void>
  /** Throws when the database cannot be reached. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface StoreReads extends WebhookReads, WechatReads, ShipmentReads {
  order(orderRef: string): Promise<Order | undefined>
  payment(paymentId: string): Promise<Payment | undefined>
  refund(refundId: string): Promise<Refund | undefined>
  paymentsOfOrder(orderRef: string): Promise<readonly Payment[]>
  refundsOfPayment(paymentId: string): Promise<readonly Refund[]>
  /** By any of its numbers; where those that are given point to different payments: undefined. */
  paymentByNumber(name: PaymentNumber): Promise<Payment | undefined>
  refundByNumber(name: RefundNumber): Promise<Refund | undefined>
  session(tokenHash: string): Promise<Session | undefined>
  events(page: { afterSeq: number; limit: number }): Promise<readonly StoredEvent[]>
  quarantined(limit: number): Promise<readonly QuarantineRow[]>
  inboxRow(accountId: string, eventId: string): Promise<InboxRow | undefined>
  settlementEntry(accountId: string, rowId: string): Promise<SettlementEntry | undefined>
  /** Oldest first, after `page.after`. */
  settlementEntries(page: SettlementPage): Promise<readonly SettlementEntry[]>
  settlementOfPayment(paymentId: string): Promise<readonly SettlementEntry[]>
  /** Rows still unmatched that speak of this payment, or carry one of the provider's numbers. */
  unmatchedSettlement(name: UnmatchedSettlement): Promise<readonly SettlementEntry[]>
  settlementDay(accountId: string, day: string): Promise<SettlementDay | undefined>
  /** Newest first. */
  settlementDays(accountId: string, limit: number): Promise<readonly SettlementDay[]>
}

export interface StoreTransaction extends StoreReads, WebhookWrites, WechatWrites, ShipmentWrites {
  /** False when the orderRef is taken; nothing is written then. */
  insertOrder(order: Order): Promise<boolean>
  lockOrder(orderRef: string): Promise<Order | undefined>
  updateOrder(order: Order): Promise<void>
  insertPayment(payment: Payment): Promise<void>
  lockPayment(paymentId: string): Promise<Payment | undefined>
  /** Writes the row, raises `version` by one and ends any lease. Throws StaleWrite when the stored
   * version is not the given one. */
  updatePayment(payment: Payment): Promise<void>
  insertRefund(refund: Refund): Promise<void>
  lockRefund(refundId: string): Promise<Refund | undefined>
  updateRefund(refund: Refund): Promise<void>
  /** False when this provider event is known already; nothing is written then. */
  insertInbox(row: InboxRow): Promise<boolean>
  /** Writes state, reason, due time and attempts, and ends any lease. */
  updateInbox(row: InboxRow): Promise<void>
  /**
   * Written at the end, with a webhook delivery for every endpoint that wants to hear of it.
   * `evidence` is what a verified source said that caused them; nothing for what we did ourselves.
   */
  insertEvents(events: readonly DomainEvent[], atMs: number, evidence?: Fact): Promise<void>
  /** Writes nothing when the quarantineId is known already: one contradiction is one row. */
  insertQuarantine(row: QuarantineRow): Promise<void>
  /** False when this row of the account is known already; nothing is written then. */
  insertSettlement(entry: SettlementEntry): Promise<boolean>
  /** Writes what became of the row; what the provider said stays as it was. */
  updateSettlement(entry: SettlementEntry): Promise<void>
  /** False when this day of the account is known already; nothing is written then. */
  insertSettlementDay(day: SettlementDay): Promise<boolean>
  /** Writes state, reason, due time and attempts, and ends any lease. */
  updateSettlementDay(day: SettlementDay): Promise<void>
  insertSession(session: Session): Promise<void>
  insertLoginState(state: LoginState): Promise<void>
  lockLoginState(stateHash: string): Promise<LoginState | undefined>
  updateLoginState(state: LoginState): Promise<void>
}

/** A payment was written, and is so now; null: told by a process that does not say. */
export interface PaymentChange {
  readonly kind: 'payment'
  readonly paymentId: string
  readonly status: PaymentStatus | null
}

/** Something that was committed and that somebody may be waiting for. */
export type Change =
  | PaymentChange
  /** A row became due at that time: a worker that sleeps longer should wake. */
  | { readonly kind: 'due'; readonly atMs: number }

/** Times in ms; null: nothing of this kind is to be done. */
export interface NextDue {
  readonly payments: number | null
  readonly refunds: number | null
  readonly inbox: number | null
  readonly settlementDays: number | null
  readonly shipments: number | null
  readonly orderCentrePaths: number | null
  /** Whether there are any at all: each receiver has a backlog of its own, see `webhookBacklog`. */
  readonly deliveries: boolean
}

export interface Claim {
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
}

export interface PaymentNumber {
  readonly accountId: string
  readonly outTradeNo: string | null
  readonly providerPaymentId: string | null
  readonly providerReference?: string
}

export interface RefundNumber {
  readonly accountId: string
  readonly outRefundNo: string | null
  readonly providerRefundId: string | null
}

/** A provider event, stored before it is acknowledged; unique by account and event id. */
export interface InboxRow {
  readonly accountId: string
  readonly eventId: string
  readonly facts: readonly Fact[]
  readonly queries: readonly {
    readonly outTradeNo: string | null
    readonly providerPaymentId: string | null
    readonly providerReference?: string
    readonly providerState?: Readonly<Record<string, string>>
  }[]
  /** `waiting`: names a payment that we do not know (yet). */
  readonly state: 'applied' | 'waiting' | 'abandoned'
  readonly receivedAtMs: number
  readonly dueAtMs: number | null
  readonly attempts: number
}

/** A fact that contradicts what we know. Seen by people, never applied, never dropped. */
export interface QuarantineRow {
  readonly quarantineId: string
  readonly accountId: string
  readonly paymentId: string | null
  readonly reason: string
  readonly fact: Fact
  readonly atMs: number
}

/** Rows of one account by when they happened (or were imported, where their source is silent). */
export interface SettlementPage {
  readonly accountId: string
  /** Inclusive; null for all. */
  readonly fromMs: number | null
  /** Exclusive; null for all. */
  readonly toMs: number | null
  readonly unmatchedOnly: boolean
  /** Where the page before this one ended. */
  readonly after: { readonly atMs: number; readonly rowId: string } | null
  readonly limit: number
}

export interface UnmatchedSettlement {
  readonly accountId: string
  readonly paymentId: string
  readonly providerPaymentId: string | null
  readonly providerRefundId: string | null
}

/** One day of a provider's own books that is to be fetched, is here, or could not be had. */
export interface SettlementDay {
  readonly accountId: string
  /** The provider's own day, `YYYY-MM-DD`. */
  readonly day: string
  readonly state: 'waiting' | 'imported' | 'failed'
  /** Why the last attempt did not work, for people. */
  readonly reason: string | null
  readonly dueAtMs: number | null
  readonly attempts: number
}

export interface StoredEvent extends DomainEvent {
  readonly seq: number
  readonly atMs: number
}

/** Who talks to us from a front end. Only the SHA-256 of the token is kept, hex. */
export interface Session {
  readonly tokenHash: string
  /** The payer who logged in inside WeChat, or null for the holder of a checkout token. */
  readonly payer: { readonly appId: string; readonly openid: string } | null
  /** The one order that a holder of its checkout token may pay. */
  readonly orderRef: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** One round trip through WeChat's OAuth2; `payer` is set by the first callback that came back. */
export interface LoginState {
  readonly stateHash: string
  /** SHA-256 of the secret in the browser's cookie: the state belongs to that browser. */
  readonly browserHash: string
  readonly appId: string
  readonly returnTo: string
  readonly payer: { readonly appId: string; readonly openid: string } | null
  readonly expiresAtMs: number
}

export interface IdempotencyClaim {
  readonly scope: string
  readonly key: string
  /** SHA-256 of the parameters, hex. */
  readonly fingerprint: string
  readonly nowMs: number
  /** A claim older than this is the trace of a crash, and is taken over. */
  readonly leaseMs: number
}

export interface IdempotencyAnswer {
  readonly status: number
  readonly body: string
}

export type IdempotencyState =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'inFlight' }
  | { readonly kind: 'mismatch' }
  | ({ readonly kind: 'done' } & IdempotencyAnswer)

/** Somebody else changed the row between reading and writing: read again and decide again. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite'
}

/** A row that must be the only one of its kind is there already; the transaction wrote nothing. */
export class DuplicateRow extends Error {
  override readonly name = 'DuplicateRow'
  /** Name of the broken rule, such as `payments_one_live_per_order`. */
  readonly rule: string

  constructor(rule: string, options?: ErrorOptions) {
    super(`The database has such a row already (${rule}).`, options)
    this.rule = rule
  }
}
