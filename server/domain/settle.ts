import { type Money, minorDigits, sameMoney } from '../../shared/money.ts'
import type { Fact, PaymentFact, RefundFact, SettlementAmounts } from './fact.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
import type { SettlementRow } from './settlement.ts'

/** What of ours a row speaks of. */
export interface Ours {
  readonly payment: Payment
  /** Null also where a refund is spoken of that is none of ours. */
  readonly refund: Refund | null
}

export interface RowMeaning {
  /** Null where the row says nothing about the state of a payment or refund: fees, chargebacks … */
  readonly fact: Fact | null
  /** Money moved, but the row does not tell the amount we know it by: whoever has not heard of it
   * should ask the provider. The fact then claims no more than that the payment exists. */
  readonly look: boolean
}

/**
 * What a row says about our payment or refund. An amount is claimed only where the row tells it in
 * the payment's currency; what reached the bank in another currency is no measure of what was paid.
 * Nothing is compared here: that is for the rules that every fact goes through. Pure.
 */
export function meaningOf(row: SettlementRow, { payment, refund }: Ours): RowMeaning {
  if (row.kind === 'payment') {
    const amount = amountOf(row, payment.amount)
    const look = row.status === 'paid' && !row.unknownStatus && amount === null
    return { fact: paymentFact(row, amount), look }
  }
  if (row.kind === 'refund') {
    const amount = amountOf(row, refund?.amount ?? payment.amount)
    const look = row.status === 'succeeded' && !row.unknownStatus && amount === null
    return { fact: refundFact(row, amount), look }
  }
  return { fact: null, look: false }
}

function paymentFact(
  row: SettlementRow & { readonly kind: 'payment' },
  amount: Money | null,
): PaymentFact {
  const claimsNothing = row.status === 'paid' && amount === null
  return {
    kind: 'payment',
    source: 'settlement',
    accountId: row.accountId,
    outTradeNo: row.outTradeNo,
    providerPaymentId: row.providerPaymentId,
    status: claimsNothing ? 'pending' : row.status,
    amount,
    appId: row.appId,
    occurredAtMs: row.occurredAtMs,
    settlement: settlementOf(row),
    providerStatus: row.providerStatus,
    unknownStatus: row.unknownStatus,
  }
}

function refundFact(
  row: SettlementRow & { readonly kind: 'refund' },
  amount: Money | null,
): RefundFact {
  const claimsNothing = row.status === 'succeeded' && amount === null
  return {
    kind: 'refund',
    source: 'settlement',
    accountId: row.accountId,
    outRefundNo: row.outRefundNo,
    providerRefundId: row.providerRefundId,
    providerPaymentId: row.providerPaymentId,
    status: claimsNothing ? 'processing' : row.status,
    amount,
    advice: null,
    settlement: settlementOf(row),
    providerStatus: row.providerStatus,
    unknownStatus: row.unknownStatus,
  }
}

/**
 * The sum of the payment or refund in its own currency, above zero; null where the row does not tell
 * it. A settled sum may be after fees, which are then put back before it is compared.
 */
function amountOf(row: SettlementRow, expected: Money): Money | null {
  if (row.amount) return towardsUs(row, row.amount)
  const { settled, fee } = row
  if (settled?.currency !== expected.currency) return null
  const feeMinor = fee?.currency === settled.currency ? fee.value : 0
  const gross = towardsUs(row, { ...settled, value: settled.value - feeMinor })
  return sameMoney(gross, expected) ? gross : towardsUs(row, settled)
}

/** A row writes what goes back below zero, a reversed payment included; here it stands above. */
function towardsUs(row: SettlementRow, amount: Money): Money {
  const goesBack = row.kind === 'refund' || (row.status === 'cancelled' && amount.value < 0)
  return goesBack ? { ...amount, value: 0 - amount.value } : amount
}

/**
 * What the row tells of the money that reached the bank; null where none moved. What the payer's
 * wallet was debited with stands in no settlement file: `source` is left to those who know it.
 */
function settlementOf(row: SettlementRow): SettlementAmounts | null {
  if (!movedMoney(row)) return null
  const reaching = row.settled && towardsUs(row, row.settled)
  const settled = reaching && reaching.value >= 0 ? reaching : null
  return settled || row.rate !== null ? { source: null, settled, rate: row.rate } : null
}

function movedMoney({ status, unknownStatus }: SettlementRow): boolean {
  return (status === 'paid' || status === 'succeeded') && !unknownStatus
}

export type SettlementDoubt = 'wrongDirection' | 'settledMismatch' | 'rateMismatch'

/**
 * Why a person should look at the money that a row says was settled, given what is known of the same
 * payment or refund already; null where all agrees. Differences that the row's own fee explains are
 * none. Pure.
 */
export function doubtOf(
  row: SettlementRow,
  known: { readonly amount: Money; readonly settlement: SettlementAmounts | null },
): SettlementDoubt | null {
  if (!movedMoney(row)) return null
  if (row.settled && towardsUs(row, row.settled).value < 0) return 'wrongDirection'
  const told = settlementOf(row)
  if (!told) return null
  const before = known.settlement
  const other = before?.settled ?? null
  const sums = told.settled ? [told.settled, ...beforeFee(row, told.settled)] : listOf(other)
  if (other && !sums.some((sum) => sameMoney(sum, other))) return 'settledMismatch'
  const rate = told.rate ?? before?.rate ?? null
  const sources = [...listOf(before?.source ?? null), known.amount]
  const agrees = sources.some((source) =>
    sums.some((settled) => rateAgrees({ source, settled, rate })),
  )
  return sums.length === 0 || agrees ? null : 'rateMismatch'
}

function listOf(sum: Money | null): readonly Money[] {
  return sum ? [sum] : []
}

function beforeFee(row: SettlementRow, settled: Money): readonly Money[] {
  if (row.fee?.currency !== settled.currency) return []
  return [{ ...settled, value: settled.value + Math.abs(row.fee.value) }]
}

/** One tenth of a dollar: PPRO's published example rounds what it settles to tenths. */
const RATE_TOLERANCE_MINOR = 10n

/**
 * Whether an amount converted at that rate is the settled one, within ten minor units: PPRO settles
 * 10.00 CNY at 6.44145 as 1.60 USD, not 1.55 (WeChat Pay Online page, table 9, read 2026-06).
 * Providers write rates in either direction (PPRO: units of the wallet's currency for one of the
 * bank's), so either will do. True where one of the three is missing, the rate is no plain decimal, or nothing
 * was converted. Exact: whole numbers throughout.
 */
export function rateAgrees({ source, settled, rate }: SettlementAmounts): boolean {
  const digits = /^(\d+)(?:\.(\d+))?$/.exec(rate ?? '')
  if (!source || !settled || !digits || source.currency === settled.currency) return true
  const [, whole = '', fraction = ''] = digits
  const rateUnits = BigInt(whole + fraction)
  if (rateUnits === 0n) return false
  const rateScale = 10n ** BigInt(fraction.length)
  const from = BigInt(source.value) * 10n ** BigInt(minorDigits(settled.currency))
  const fromScale = 10n ** BigInt(minorDigits(source.currency))
  const to = BigInt(settled.value)
  const multiplied = { is: from * rateUnits, of: fromScale * rateScale }
  const divided = { is: from * rateScale, of: fromScale * rateUnits }
  return [multiplied, divided].some(({ is, of }) => {
    const difference = is - to * of
    const allowed = RATE_TOLERANCE_MINOR * of
    return difference <= allowed && difference >= -allowed
  })
}

/** What goes by our number and the provider's. */
type Numbered = Pick<SettlementRow, 'outTradeNo' | 'providerPaymentId'>

/**
 * Payments that are paid here and that no row of the provider's books names as paid: for the rows
 * and payments of one account and one and the same day. Pure.
 */
export function missingFrom<Known extends Numbered & { readonly status: string }>(
  rows: readonly (Numbered & { readonly kind: string; readonly status: string | null })[],
  payments: readonly Known[],
): readonly Known[] {
  const paid = rows.filter((row) => row.kind === 'payment' && row.status === 'paid')
  const ours = new Set(paid.map(({ outTradeNo }) => outTradeNo))
  const theirs = new Set(paid.map(({ providerPaymentId }) => providerPaymentId))
  return payments.filter(
    ({ status, outTradeNo, providerPaymentId }) =>
      status === 'paid' &&
      !ours.has(outTradeNo) &&
      (providerPaymentId === null || !theirs.has(providerPaymentId)),
  )
}
