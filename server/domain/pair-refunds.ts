import { sameMoney } from '../../shared/money.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
import { meaningOf } from './settle.ts'
import type { SettlementEntry, SettlementRow } from './settlement.ts'

type Entry = Pick<SettlementEntry, 'row' | 'state' | 'refundId' | 'importedAtMs'>

/** A row of a refund that carries no number of the refund, such as those of Worldline's WX files. */
export function isNameless(row: SettlementRow): boolean {
  return row.kind === 'refund' && row.outRefundNo === null && row.providerRefundId === null
}

export interface Pair {
  /** Null where the row is left over: its refund was made elsewhere. */
  readonly refund: Refund | null
  /** Which of several refunds of this amount it is, nobody can tell. */
  readonly isOneOfSeveral: boolean
}

/**
 * Which refund of a payment each nameless row of it speaks of, by the row's id: the oldest one of
 * equal amount that has no row of that status yet. A refund may have two rows, under way and done.
 * Worked out anew over all rows, so that neither the order of reading nor reading again matters.
 * Left out are refunds that have failed, that were never sent, or that are younger than the reading
 * of the row. Pure.
 */
export function pairRefunds(
  payment: Payment,
  { refunds, entries }: { refunds: readonly Refund[]; entries: readonly Entry[] },
): ReadonlyMap<string, Pair> {
  const taken = new Set(entries.flatMap(namedBy))
  const oldestFirst = refunds.toSorted(
    (left, right) => left.createdAtMs - right.createdAtMs || byText(left.refundId, right.refundId),
  )
  const pairs = new Map<string, Pair>()
  for (const entry of entries.filter(({ row }) => isNameless(row)).toSorted(byRow)) {
    const alike = oldestFirst.filter((refund) => mayBe(payment, refund, entry))
    const refund = alike.find(({ refundId }) => !taken.has(place(entry, refundId))) ?? null
    if (refund) taken.add(place(entry, refund.refundId))
    pairs.set(entry.row.rowId, { refund, isOneOfSeveral: alike.length > 1 })
  }
  return pairs
}

function mayBe(payment: Payment, refund: Refund, { row, importedAtMs }: Entry): boolean {
  const wasThere = refund.sentAtMs !== null && refund.createdAtMs <= importedAtMs
  if (refund.status === 'failed' || !wasThere) return false
  const amount = meaningOf(row, { payment, refund }).fact?.amount ?? null
  return amount !== null && sameMoney(amount, refund.amount)
}

/** What a row takes that names its refund itself. */
function namedBy(entry: Entry): readonly string[] {
  const { row, state, refundId } = entry
  const names = row.kind === 'refund' && !isNameless(row) && state === 'matched'
  return names && refundId !== null ? [place(entry, refundId)] : []
}

function place({ row }: Entry, refundId: string): string {
  return `${row.status} ${refundId}`
}

function byRow({ row: left }: Entry, { row: right }: Entry): number {
  return (left.occurredAtMs ?? 0) - (right.occurredAtMs ?? 0) || byText(left.rowId, right.rowId)
}

function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
