import type { Money } from '../../../shared/money.ts'
import type { Books } from '../../simulator.ts'
import type { TradeType } from '../../wechat/platform.ts'
import { found, refundedMinor } from '../rows.ts'

export type Family = 'mainland' | 'global'
export type OrderType = TradeType | 'MICROPAY'
/** Unpaid for good, or waiting for a password, exists for payment codes only. */
export type OrderState = 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'USERPAYING' | 'PAYERROR' | 'REVOKED'
export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED'

/** Whose numbers these are: unique within a merchant, or within an institution's sub-merchant. */
export interface Owner {
  readonly mchId: string
  readonly subMchId: string | null
}

/** An order as it was asked for. */
export interface OrderRequest {
  readonly family: Family
  readonly owner: Owner
  readonly tradeType: OrderType
  readonly outTradeNo: string
  readonly description: string
  readonly amount: Money
  readonly notifyUrl: string | null
  readonly attach: string | null
  readonly deviceId: string | null
  readonly timeExpireMs: number | null
  /** `appid` and `mchid`, or the `sp_` and `sub_` ones: answers repeat them. */
  readonly identity: Readonly<Record<string, string>>
  /** `openid`, `sp_openid` or `sub_openid`, where the order names the payer. */
  readonly payer: Readonly<Record<string, string>> | null
  /** The app that shows the cashier, and the payer within it. */
  readonly payingAppId: string
  readonly openid: string | null
  /** The parsed body in one fixed spelling: equal for identical orders. */
  readonly fingerprint: string
}

export interface OrderRow extends OrderRequest {
  readonly createdAtMs: number
  /** The earliest possible time_expire is a minute after the order. */
  readonly payableUntilMs: number | null
  /** Newest last; a later one does not void the earlier ones, except for NATIVE. */
  readonly prepayIds: string[]
  state: OrderState
  expired: boolean
  paid: Paid | null
  /** A payment by code that was taken back after it was paid. */
  revoked: { readonly paid: Paid; readonly atMs: number } | null
  failedTries: number
  readonly refunds: RefundRow[]
}

export interface Paid {
  readonly transactionId: string
  readonly prepayId: string
  readonly atMs: number
  readonly walletAmount: Money
  readonly payer: Readonly<Record<string, string>>
}

export interface RefundRow {
  readonly refundId: string
  readonly outRefundNo: string
  readonly order: OrderRow
  readonly amount: Money
  /** What the wallet gets, by the running sum: the parts add up to what was debited. */
  readonly walletAmount: Money
  readonly notifyUrl: string | null
  readonly fingerprint: string
  readonly createdAtMs: number
  receivedBy: string
  status: RefundStatus
  succeededAtMs: number | null
}

export interface Ledger {
  add(row: OrderRow): void
  orders(): readonly OrderRow[]
  order(owner: Owner, outTradeNo: string): OrderRow | undefined
  paidOrder(owner: Owner, transactionId: string): OrderRow | undefined
  refund(owner: Owner, outRefundNo: string): RefundRow | undefined
  refundById(owner: Owner, refundId: string): RefundRow | undefined
  /** By transaction_id, prepay_id or out_trade_no, the newest first to count. Throws SandboxError 404. */
  named(ref: string): OrderRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  let rows: OrderRow[] = []
  const of = ({ mchId, subMchId }: Owner) =>
    rows.filter(({ owner }) => owner.mchId === mchId && owner.subMchId === subMchId)
  const refundsOf = (owner: Owner) => of(owner).flatMap(({ refunds }) => refunds)
  return {
    add: (row) => void rows.push(row),
    orders: () => rows,
    order: (owner, outTradeNo) => of(owner).find((row) => row.outTradeNo === outTradeNo),
    paidOrder: (owner, transactionId) =>
      of(owner).find(({ paid }) => paid?.transactionId === transactionId),
    refund: (owner, outRefundNo) => refundsOf(owner).find((row) => row.outRefundNo === outRefundNo),
    refundById: (owner, refundId) => refundsOf(owner).find((row) => row.refundId === refundId),
    named(ref) {
      const row =
        rows.find(({ paid }) => paid?.transactionId === ref) ??
        rows.find(({ prepayIds }) => prepayIds.includes(ref)) ??
        rows.findLast(({ outTradeNo }) => outTradeNo === ref)
      return found(row, 'WeChat Pay', ref)
    },
    books: () => ({
      payments: rows.map(bookedPayment),
      refunds: rows.flatMap(({ refunds }) => refunds.map(bookedRefund)),
    }),
    clear() {
      rows = []
    },
  }
}

export function accountName({ mchId, subMchId }: Owner): string {
  return subMchId === null ? mchId : `${mchId}/${subMchId}`
}

/** What is promised or given back; a closed refund frees its sum again. */
export const COUNTING: readonly RefundStatus[] = ['PROCESSING', 'SUCCESS', 'ABNORMAL']

/** The word for queries: any refund, however small and however far, makes it REFUND. */
export function tradeState(row: OrderRow): OrderState | 'REFUND' {
  return row.state === 'SUCCESS' && row.refunds.length > 0 ? 'REFUND' : row.state
}

const STATES: Readonly<Record<OrderState, Books['payments'][number]['state']>> = {
  NOTPAY: 'open',
  USERPAYING: 'open',
  SUCCESS: 'paid',
  CLOSED: 'closed',
  REVOKED: 'closed',
  PAYERROR: 'failed',
}

function bookedPayment(row: OrderRow): Books['payments'][number] {
  const state = STATES[row.state]
  return {
    id: row.paid?.transactionId ?? row.prepayIds.at(-1) ?? row.outTradeNo,
    account: accountName(row.owner),
    reference: row.outTradeNo,
    amount: row.amount,
    state: state === 'open' && row.expired ? 'closed' : state,
    status: tradeState(row),
    refundedMinor: refundedMinor(row, ['SUCCESS']),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.paid?.atMs ?? null,
  }
}

function bookedRefund(row: RefundRow): Books['refunds'][number] {
  const states = { PROCESSING: 'pending', ABNORMAL: 'pending', SUCCESS: 'succeeded' } as const
  return {
    id: row.refundId,
    paymentId: row.order.paid?.transactionId ?? '',
    reference: row.outRefundNo,
    amount: row.amount,
    state: row.status === 'CLOSED' ? 'failed' : states[row.status],
    status: row.status,
  }
}
