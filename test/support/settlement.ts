import type { SettlementEntry, SettlementRow } from '../../server/domain/settlement.ts'

type PaymentRow = Extract<SettlementRow, { kind: 'payment' }>
type RefundRow = Extract<SettlementRow, { kind: 'refund' }>
type OtherRow = Extract<SettlementRow, { status: null }>

const COLUMNS = {
  accountId: 'worldline',
  source: 'bill 2026-06-24',
  line: 2,
  outTradeNo: null,
  providerPaymentId: null,
  outRefundNo: null,
  providerRefundId: null,
  appId: null,
  occurredAtMs: null,
  amount: null,
  settled: null,
  fee: null,
  rate: null,
  unknownStatus: false,
} as const

/** Rows of a provider's books, by what they speak of; only their numbers and amounts are left open. */
export function aPaymentRow(fields: Partial<PaymentRow> = {}): PaymentRow {
  const amount = { value: 1999, currency: 'CNY' }
  const words = { kind: 'payment', status: 'paid', providerStatus: 'SUCCESS' } as const
  return { ...COLUMNS, ...words, rowId: 'payment 1', outTradeNo: 'p1', amount, ...fields }
}

export function aRefundRow(fields: Partial<RefundRow> = {}): RefundRow {
  const amount = { value: -500, currency: 'CNY' }
  const words = { kind: 'refund', status: 'succeeded', providerStatus: 'REFUND' } as const
  return { ...COLUMNS, ...words, rowId: 'refund 1', outRefundNo: 'rf1', amount, ...fields }
}

export function anotherRow(kind: OtherRow['kind'], fields: Partial<OtherRow> = {}): OtherRow {
  return { ...COLUMNS, kind, status: null, providerStatus: kind, rowId: `${kind} 1`, ...fields }
}

export function anEntry(
  row: SettlementRow,
  fields: Partial<Omit<SettlementEntry, 'row'>> = {},
): SettlementEntry {
  return {
    row,
    state: 'unmatched',
    paymentId: null,
    refundId: null,
    problem: null,
    importedAtMs: 9_000,
    ...fields,
  }
}
