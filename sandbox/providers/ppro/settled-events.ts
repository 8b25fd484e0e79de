import type { Money } from '../../../shared/money.ts'
import type { RefundRow, TransactionRow } from './ledger.ts'
import type { World } from './world.ts'

/** One line of a volume file, and the fees that go with it. */
export interface SettledEvent {
  readonly kind: 'transaction' | 'refund' | 'chargeback'
  readonly id: string
  readonly merchantTxId: string
  readonly reference: string
  readonly type: string
  /** `2021-06-15T11:37:01Z` */
  readonly at: string
  readonly contractId: string
  /** In the settlement currency; below zero where it is deducted. */
  readonly amount: Money
  readonly referenceTxId: string | null
  readonly fees: readonly { readonly type: string; readonly amount: Money }[]
}

export interface Period {
  readonly fromMs: number
  /** Not included any more. */
  readonly untilMs: number
}

/** The published aggregate file has two fees of 0.10 for each payment and refund. */
const FEES = ['ACQUIRING_FEE', 'SUCCEEDED_FEE']
const FEE_MINOR = -10

export function isWithin(atMs: number | null, { fromMs, untilMs }: Period): boolean {
  return atMs !== null && atMs >= fromMs && atMs < untilMs
}

/** Without milliseconds, as all of PPRO's files write times. */
export function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}

/** What is settled of a period: payments, refunds and chargebacks that succeeded in it. */
export function eventsOf(world: World, period: Period): readonly SettledEvent[] {
  const rows = world.ledger.transactions()
  const paid = rows.filter((row) => row.status === 'SUCCEEDED' && isWithin(row.finalAtMs, period))
  const refunds = rows
    .flatMap((row) => row.refunds)
    .filter((row) => row.status === 'SUCCEEDED' && isWithin(row.createdAtMs, period))
  const chargedBack = rows.filter((row) => isWithin(row.chargedBackAtMs, period))
  return [
    ...paid.map((row) => settledPayment(world, row)),
    ...refunds.map((row) => settledRefund(world, row)),
    ...chargedBack.map(settledChargeback),
  ]
}

function settledPayment(world: World, row: TransactionRow): SettledEvent {
  const amount = row.exchange.settlement(row.amount.value)
  return {
    kind: 'transaction',
    id: row.txid,
    merchantTxId: row.merchantTxid ?? '',
    reference: referenceOf(row),
    type: world.behaviour().strangeWord ?? 'SUCCEEDED',
    at: stamp(row.finalAtMs ?? row.createdAtMs),
    contractId: row.contractId,
    amount,
    referenceTxId: null,
    fees: feesIn(amount.currency),
  }
}

function settledRefund(world: World, row: RefundRow): SettledEvent {
  const { value, currency } = row.settlement
  const isOwn = world.behaviour().refundMerchantTxId === 'refund'
  return {
    kind: 'refund',
    id: row.refundId,
    merchantTxId: (isOwn ? row.merchantRefundId : row.transaction.merchantTxid) ?? '',
    reference: referenceOf(row.transaction),
    type: world.behaviour().strangeWord ?? 'SUCCEEDED',
    at: stamp(row.createdAtMs),
    contractId: row.transaction.contractId,
    amount: { value: -value, currency },
    referenceTxId: row.transaction.txid,
    fees: feesIn(currency),
  }
}

function settledChargeback(row: TransactionRow): SettledEvent {
  const { value, currency } = row.exchange.settlement(row.amount.value)
  return {
    kind: 'chargeback',
    id: chargebackId(row),
    merchantTxId: row.merchantTxid ?? '',
    reference: referenceOf(row),
    type: '',
    at: stamp(row.chargedBackAtMs ?? row.createdAtMs),
    contractId: row.contractId,
    amount: { value: -value, currency },
    referenceTxId: row.txid,
    fees: feesIn(currency),
  }
}

export function chargebackId({ txid }: TransactionRow): string {
  return `77${txid}`.slice(0, 12)
}

function referenceOf({ paymentPurpose }: TransactionRow): string {
  return paymentPurpose.split(' ')[0] ?? ''
}

function feesIn(currency: string): SettledEvent['fees'] {
  return FEES.map((type) => ({ type, amount: { value: FEE_MINOR, currency } }))
}
