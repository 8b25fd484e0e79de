import { applyFact } from '../domain/apply-fact.ts'
import { applyRefundFact } from '../domain/apply-refund-fact.ts'
import type { Fact, RefundFact } from '../domain/fact.ts'
import type { Order } from '../domain/order.ts'
import { isNameless, type Pair, pairRefunds } from '../domain/pair-refunds.ts'
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
    problem: firstProblemOf(row),
    importedAtMs: deps.clock.nowMs(),
  }
  const isNew = await tx.insertSettlement(fresh)
  const entry = (isNew ? undefined : await tx.settlementEntry(row.accountId, row.rowId)) ?? fresh
  if (entry.state !== 'unmatched') return { isNew, entries: [entry], applied: 0 }
  return { isNew, ...(await match(tx, deps, entry)) }
}

/** What people should look at whatever becomes of the row. */
function firstProblemOf({ kind, unknownStatus }: SettlementRow): string | null {
  if (unknownStatus) return 'unknownStatus'
  return kind === 'chargeback' ? 'chargeback' : null
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
  if (isNameless(entry.row)) {
    const named = { ...entry, paymentId: found.payment.paymentId }
    await tx.updateSettlement(named)
    return pairNameless(tx, deps, found)
  }
  const { entry: written, applied } = await settle(tx, deps, { entry, found })
  await tx.updateSettlement(written)
  const here = { entries: [written], applied: applied ? 1 : 0 }
  if (written.state !== 'matched') return here
  const all = withOthers(here, await matchOthers(tx, deps, found))
  // This row may have taken the refund that a nameless one was thought to speak of.
  return found.refund ? withOthers(all, await pairNameless(tx, deps, found)) : all
}

/** Rows of refunds without a number are matched all together: each one may change the others'. */
async function pairNameless(
  tx: StoreTransaction,
  deps: Deps,
  { order, payment }: Found,
): Promise<Matched> {
  const entries = await tx.settlementOfPayment(payment.paymentId)
  const refunds = await tx.refundsOfPayment(payment.paymentId)
  const pairs = pairRefunds(payment, { refunds, entries })
  let all: Matched = { entries: [], applied: 0 }
  for (const entry of entries) {
    const pair = pairs.get(entry.row.rowId)
    if (!pair) continue
    const refund = (pair.refund && (await tx.lockRefund(pair.refund.refundId))) ?? null
    const { entry: written, applied } = stands(entry, pair)
      ? { entry, applied: false }
      : await settle(tx, deps, { entry, found: { order, payment, refund }, pair })
    if (written !== entry) await tx.updateSettlement(written)
    all = withOthers(all, { entries: [written], applied: applied ? 1 : 0 })
  }
  return all
}

/** Whether the row has been settled with this very refund, or as nobody's, before. */
function stands({ state, refundId, problem }: SettlementEntry, { refund }: Pair): boolean {
  if (refund) return state !== 'unmatched' && refundId === refund.refundId
  return state === 'unmatched' && problem === 'foreignRefund'
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
  { entry, found, pair }: { entry: SettlementEntry; found: Found; pair?: Pair },
): Promise<{ entry: SettlementEntry; applied: boolean }> {
  const { row } = entry
  const { payment, refund, order } = found
  const { fact: said, look } = meaningOf(row, found)
  const fact = said?.kind === 'refund' && pair ? paired(said, pair) : said
  const paymentId = payment.paymentId
  const named = { ...entry, paymentId, refundId: refund?.refundId ?? null }
  if (!fact) return { entry: { ...named, state: 'matched' }, applied: false }
  if (fact.kind === 'refund' && !refund) {
    const problem = await foreignRefund(tx, deps, { fact, payment })
    return { entry: { ...named, state: 'unmatched', problem }, applied: false }
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
  const comparable = pair?.isOneOfSeveral ? { amount: known.amount, settlement: null } : known
  const problem = firstProblemOf(row) ?? doubtOf(row, comparable)
  return { entry: { ...named, state: 'matched', problem }, applied: recorded === 'applied' }
}

/** Of several refunds of equal amount, none learns a settled sum: it may be another one's. */
function paired(fact: RefundFact, { refund, isOneOfSeveral }: Pair): RefundFact {
  const { settlement } = fact
  const outRefundNo = refund?.outRefundNo ?? null
  return { ...fact, outRefundNo, settlement: isOneOfSeveral ? null : settlement }
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
  { fact, payment }: { fact: RefundFact; payment: Payment },
): Promise<string> {
  const refunds = await tx.refundsOfPayment(payment.paymentId)
  const candidates = refunds.filter(
    ({ status, providerRefundId }) => status !== 'failed' && providerRefundId === null,
  )
  // A row that tells neither number, but its sum, has been compared with all of ours.
  const mayBeOurs = fact.providerRefundId !== null || fact.amount === null
  if (fact.outRefundNo === null && mayBeOurs && candidates.length > 0) {
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
