import { applyFact } from '../domain/apply-fact.ts'
import { applyRefundFact } from '../domain/apply-refund-fact.ts'
import type { Fact } from '../domain/fact.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { isUnderWay } from '../domain/refund.ts'
import { doubtOf, meaningOf, type Ours } from '../domain/settle.ts'
import type { SettlementEntry, SettlementRow } from '../domain/settlement.ts'
import type { StoreTransaction } from '../store/store.ts'
import type { Deps } from './deps.ts'
import { quarantine, recordFact } from './record-facts.ts'

export interface RecordedRow {
  readonly isNew: boolean
  /** The row as it now stands, and others that could be matched because of it. */
  readonly entries: readonly SettlementEntry[]
  /** Payments and refunds that moved on. */
  readonly applied: number
}

/**
 * Keeps one row of a provider's books and applies what it says, in the caller's transaction. A row
 * that is known changes nothing; only while it is unmatched is it looked at again, because the
 * provider's number that it carries may have been learnt since.
 */
export async function recordSettlementRow(
  tx: StoreTransaction,
  deps: Deps,
  row: SettlementRow,
): Promise<RecordedRow> {
  const fresh: SettlementEntry = {
    row,
    state: concernsOne(row) ? 'unmatched' : 'noted',
    paymentId: null,
    refundId: null,
    problem: row.unknownStatus ? 'unknownStatus' : null,
    importedAtMs: deps.clock.nowMs(),
  }
  const isNew = await tx.insertSettlement(fresh)
  const entry = (isNew ? undefined : await tx.settlementEntry(row.accountId, row.rowId)) ?? fresh
  if (entry.state !== 'unmatched') return { isNew, entries: [entry], applied: 0 }
  return { isNew, ...(await match(tx, deps, entry)) }
}

/** Payouts and sums speak of nothing of ours; fees may, and need not. */
function concernsOne({ kind, ...row }: SettlementRow): boolean {
  if (kind === 'payment' || kind === 'refund' || kind === 'chargeback') return true
  const { outTradeNo, providerPaymentId, outRefundNo, providerRefundId } = row
  const numbers = [outTradeNo, providerPaymentId, outRefundNo, providerRefundId]
  return kind === 'fee' && numbers.some((number) => number !== null)
}

type Matched = Omit<RecordedRow, 'isNew'>

interface Found extends Ours {
  readonly order: Order
}

async function match(tx: StoreTransaction, deps: Deps, entry: SettlementEntry): Promise<Matched> {
  const found = await lockOurs(tx, entry.row)
  if (!found) return { entries: [entry], applied: 0 }
  const { entry: written, applied } = await settle(tx, deps, { entry, found })
  await tx.updateSettlement(written)
  const here = { entries: [written], applied: applied ? 1 : 0 }
  return written.state === 'matched' ? withOthers(here, await matchOthers(tx, deps, found)) : here
}

/** The row may have taught us a number by which earlier rows can be matched at last. */
async function matchOthers(
  tx: StoreTransaction,
  deps: Deps,
  { payment, refund }: Found,
): Promise<Matched> {
  const nowPayment = (await tx.payment(payment.paymentId)) ?? payment
  const nowRefund = refund && ((await tx.refund(refund.refundId)) ?? refund)
  const others = await tx.unmatchedSettlement({
    accountId: payment.accountId,
    paymentId: payment.paymentId,
    providerPaymentId: nowPayment.providerPaymentId,
    providerRefundId: nowRefund?.providerRefundId ?? null,
  })
  let all: Matched = { entries: [], applied: 0 }
  for (const { row } of others) {
    // Another of these rows may have been matched through the one before it.
    const entry = await tx.settlementEntry(row.accountId, row.rowId)
    if (entry?.state === 'unmatched') all = withOthers(all, await match(tx, deps, entry))
  }
  return all
}

function withOthers(left: Matched, right: Matched): Matched {
  return {
    entries: [...left.entries, ...right.entries],
    applied: left.applied + right.applied,
  }
}

async function settle(
  tx: StoreTransaction,
  deps: Deps,
  { entry, found }: { entry: SettlementEntry; found: Found },
): Promise<{ entry: SettlementEntry; applied: boolean }> {
  const { row } = entry
  const { payment, refund, order } = found
  const { fact, look } = meaningOf(row, found)
  const paymentId = payment.paymentId
  const named = { ...entry, paymentId, refundId: refund?.refundId ?? null }
  if (!fact) return { entry: { ...named, state: 'matched' }, applied: false }
  if (fact.kind === 'refund' && !refund) {
    const problem = await foreignRefund(tx, deps, { fact, payment })
    return { entry: { ...named, problem }, applied: false }
  }
  const nowMs = deps.clock.nowMs()
  const recorded = await recordFact(tx, deps, fact, (known, outcome) =>
    look && outcome !== 'quarantined' && known.status !== 'paid' ? dueNow(known, nowMs) : known,
  )
  if (recorded === 'quarantined') {
    const problem = reasonOf(fact, { payment, refund, order }, nowMs)
    return { entry: { ...named, state: 'quarantined', problem }, applied: false }
  }
  if (look && refund) await lookAtRefund(tx, deps, refund.refundId)
  const known = refund ?? payment
  const problem = row.unknownStatus ? 'unknownStatus' : doubtOf(row, known)
  return { entry: { ...named, state: 'matched', problem }, applied: recorded === 'applied' }
}

/** Locks in the order that every effect keeps: order, payment, refund. */
async function lockOurs(tx: StoreTransaction, row: SettlementRow): Promise<Found | null> {
  const refundNamed = await findRefund(tx, row)
  const named = refundNamed ? await tx.payment(refundNamed.paymentId) : await findPayment(tx, row)
  const order = named && (await tx.lockOrder(named.orderRef))
  const payment = named && (await tx.lockPayment(named.paymentId))
  if (!order || !payment) return null
  const refund = refundNamed ? await tx.lockRefund(refundNamed.refundId) : undefined
  return { order, payment, refund: refund ?? null }
}

function findRefund(tx: StoreTransaction, row: SettlementRow) {
  const { accountId, outRefundNo, providerRefundId } = row
  const nothing = row.kind === 'payment' || (outRefundNo === null && providerRefundId === null)
  return nothing
    ? Promise.resolve(undefined)
    : tx.refundByNumber({ accountId, outRefundNo, providerRefundId })
}

/** By both numbers, else by either: numbers of two different payments are for people to see. */
async function findPayment(
  tx: StoreTransaction,
  { accountId, outTradeNo, providerPaymentId }: SettlementRow,
): Promise<Payment | undefined> {
  if (outTradeNo === null && providerPaymentId === null) return undefined
  return (
    (await tx.paymentByNumber({ accountId, outTradeNo, providerPaymentId })) ??
    (await tx.paymentByNumber({ accountId, outTradeNo, providerPaymentId: null })) ??
    (await tx.paymentByNumber({ accountId, outTradeNo: null, providerPaymentId }))
  )
}

/**
 * A refund of our payment that is none of ours was made elsewhere, such as in the provider's console:
 * people see it. Unless one of ours is still without the provider's number and may be this one: then
 * the row waits, and we ask.
 */
async function foreignRefund(
  tx: StoreTransaction,
  deps: Deps,
  { fact, payment }: { fact: Fact & { readonly kind: 'refund' }; payment: Payment },
): Promise<string> {
  const refunds = await tx.refundsOfPayment(payment.paymentId)
  const candidates = refunds.filter(
    ({ status, providerRefundId }) => status !== 'failed' && providerRefundId === null,
  )
  if (fact.outRefundNo === null && candidates.length > 0) {
    for (const { refundId } of candidates) await lookAtRefund(tx, deps, refundId)
    return 'refundUnknown'
  }
  await quarantine(tx, deps, { fact, paymentId: payment.paymentId, reason: 'foreignRefund' })
  return 'foreignRefund'
}

async function lookAtRefund(tx: StoreTransaction, deps: Deps, refundId: string): Promise<void> {
  const refund = await tx.lockRefund(refundId)
  if (refund && isUnderWay(refund)) await tx.updateRefund(dueNow(refund, deps.clock.nowMs()))
}

function dueNow<T extends { readonly dueAtMs: number | null; readonly attempts: number }>(
  row: T,
  nowMs: number,
): T {
  return { ...row, dueAtMs: nowMs, attempts: 0 }
}

/** Why the rules set the fact aside: asked of them again, as a word for the row. */
function reasonOf(fact: Fact, { payment, refund, order }: Found, nowMs: number): string {
  const outcome =
    fact.kind === 'payment'
      ? applyFact(payment, order, { fact, nowMs })
      : refund && applyRefundFact(refund, payment, { fact, nowMs })
  return outcome?.kind === 'quarantine' ? outcome.reason : 'numberMismatch'
}
