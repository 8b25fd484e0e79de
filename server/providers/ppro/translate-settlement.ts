import type { Money } from '../../../shared/money.ts'
import type { SettlementRow } from '../../domain/settlement.ts'
import { FAIL_REASONS, lookUp, PAYMENT_STATUSES, REFUND_STATUSES } from './translate.ts'
import {
  decimalIn,
  type FileName,
  feeIn,
  instantOf,
  type Line,
  minorIn,
  needed,
} from './wire-settlement.ts'

/**
 * Lines of PPRO's files ⇄ rows: tables and pure functions. Settlement files count decimal major units
 * of the currency that reaches the bank, processing files minor units of the payment's currency;
 * neither tells a rate. Documents: see README.md, read 2026-11.
 */

/** EVENT_TYPE of a payment. FUNDSMISSING is not the payer's doing: as no word of ours, people see it. */
const PAYMENT_EVENTS: Readonly<Record<string, 'paid' | 'pending'>> = {
  SUCCEEDED: 'paid',
  READY: 'paid',
  FUNDSRECEIVED: 'paid',
}

/** EVENT_TYPE of a refund: a rejected one did not reach the payer after all. */
const REFUND_EVENTS: Readonly<Record<string, 'succeeded' | 'failed'>> = {
  SUCCEEDED: 'succeeded',
  FUNDSREJECTED: 'failed',
}

type Columns = Omit<SettlementRow, 'kind' | 'status'>
type Meaning = Partial<Columns> & { readonly rowId: string } & (
    | Pick<Extract<SettlementRow, { kind: 'payment' }>, 'kind' | 'status'>
    | Pick<Extract<SettlementRow, { kind: 'refund' }>, 'kind' | 'status'>
    | Pick<Extract<SettlementRow, { status: null }>, 'kind' | 'status'>
  )

/** The line in our words. Throws RangeError where it cannot be read. */
export function rowOf(
  line: Line,
  { named, accountId }: { named: FileName; accountId: string },
): SettlementRow {
  const meaning = MEANINGS[named.kind](line, named)
  return {
    accountId,
    source: named.name,
    line: line.line,
    outTradeNo: null,
    providerPaymentId: null,
    outRefundNo: null,
    providerRefundId: null,
    appId: null,
    occurredAtMs: instantOf(line.of('EVENT_TIMESTAMP')),
    amount: null,
    settled: null,
    fee: null,
    rate: null,
    providerStatus: line.of('EVENT_TYPE'),
    unknownStatus: false,
    ...meaning,
  }
}

const MEANINGS: Readonly<Record<FileName['kind'], (line: Line, named: FileName) => Meaning>> = {
  'volume-per-transaction': (line) => {
    const word = line.of('EVENT_TYPE')
    const status = lookUp(PAYMENT_EVENTS, word.toUpperCase())
    const settled = signed(decimalIn(line), status === 'paid' ? 1 : null)
    return {
      kind: 'payment',
      status: status ?? 'pending',
      unknownStatus: status === undefined,
      rowId: idOf('settled payment', needed(line, 'TX_ID'), word, line.of('EVENT_TIMESTAMP')),
      outTradeNo: line.of('MERCHANT_TX_ID') || null,
      providerPaymentId: needed(line, 'TX_ID'),
      settled,
      amount: asPaid(settled),
    }
  },
  'volume-per-refund': (line) => {
    const word = line.of('EVENT_TYPE')
    const status = lookUp(REFUND_EVENTS, word.toUpperCase())
    const settled = signed(decimalIn(line), status === 'succeeded' ? -1 : null)
    return {
      kind: 'refund',
      status: status ?? 'processing',
      unknownStatus: status === undefined,
      rowId: idOf('settled refund', needed(line, 'RF_ID'), word, line.of('EVENT_TIMESTAMP')),
      ...refundIn(line),
      settled,
      amount: asPaid(settled),
    }
  },
  'volume-per-chargeback': (line) => ({
    kind: 'chargeback',
    status: null,
    rowId: idOf('settled chargeback', needed(line, 'CB_ID'), line.of('EVENT_TIMESTAMP')),
    outTradeNo: line.of('MERCHANT_TX_ID') || null,
    providerPaymentId: line.of('REFERENCE_TX_ID') || null,
    settled: decimalIn(line),
    providerStatus: `CHARGEBACK ${line.of('CHARGEBACK_REASON')}`.trim(),
  }),
  'fee-per-transaction': (line) => ({
    ...feeOf(line, 'TX_ID'),
    outTradeNo: line.of('MERCHANT_TX_ID') || null,
    providerPaymentId: needed(line, 'TX_ID'),
  }),
  'fee-per-refund': (line) => ({
    ...feeOf(line, 'RF_ID'),
    ...refundIn(line),
  }),
  'fee-per-chargeback': (line) => ({
    ...feeOf(line, 'CB_ID'),
    outTradeNo: line.of('MERCHANT_TX_ID') || null,
    providerPaymentId: line.of('REFERENCE_TX_ID') || null,
  }),
  aggregate: (line, { stem }) => {
    const type = needed(line, 'EVENT_TYPE').toUpperCase()
    const count = needed(line, 'EVENT_COUNT')
    if (!/^\d{1,9}$/.test(count)) throw new RangeError(`EVENT-COUNT is no number: ${count}`)
    const settled = decimalIn(line, 'AGGREGATE_AMOUNT')
    return {
      kind: 'total',
      status: null,
      rowId: idOf('total', stem, line.of('PAYMENT_METHOD'), type, settled.currency),
      settled,
      providerStatus: `${type} ${Number(count)}`,
    }
  },
  transaction: (line) => {
    const word = line.of('TXSTATE').toUpperCase()
    const known = lookUp(PAYMENT_STATUSES, word)
    const reason = known === 'failed' ? line.of('FAILTYPE').toUpperCase() : ''
    const amount = minorIn(line)
    return {
      kind: 'payment',
      status: lookUp(FAIL_REASONS, reason) ?? known ?? 'pending',
      unknownStatus: known === undefined,
      rowId: idOf('payment', needed(line, 'TXID'), word, line.of('FUNDSTATE')),
      outTradeNo: line.of('MERCHANTTXID') || null,
      providerPaymentId: needed(line, 'TXID'),
      amount: signed(amount, 1),
      occurredAtMs: instantOf(line.of(`${word}TS`)) ?? instantOf(line.of('INITTS')),
      providerStatus: [word, reason, line.of('FUNDSTATE')].filter(Boolean).join(' '),
    }
  },
  refund: (line) => {
    const word = line.of('REFUNDSTATE').toUpperCase()
    const funds = line.of('FUNDSSTATE').toUpperCase()
    const known = lookUp(REFUND_STATUSES, word)
    const returned = known === 'succeeded' && funds.endsWith('REJECTED')
    return {
      kind: 'refund',
      status: returned ? 'failed' : (known ?? 'processing'),
      unknownStatus: known === undefined,
      rowId: idOf('refund', needed(line, 'REFUNDID'), word, funds),
      outRefundNo: line.of('MERCHANTREFUNDID') || null,
      providerRefundId: needed(line, 'REFUNDID'),
      providerPaymentId: line.of('REFTXID') || null,
      amount: away(minorIn(line)),
      occurredAtMs: instantOf(line.of(`${word}TS`)) ?? instantOf(line.of('INITTS')),
      providerStatus: [word, line.of('FAILTYPE'), funds].filter(Boolean).join(' '),
    }
  },
  chargeback: (line) => ({
    kind: 'chargeback',
    status: null,
    rowId: idOf('chargeback', needed(line, 'CBID')),
    outTradeNo: line.of('MERCHANTTXID') || null,
    providerPaymentId: line.of('TXID') || null,
    amount: away(minorIn(line)),
    occurredAtMs: instantOf(line.of('CHARGEBACKTS')),
    providerStatus: 'CHARGEBACK',
  }),
}

/**
 * In the published files payment and refund begin with the same MERCHANT_TX_ID, so it is read as the
 * number of the payment (WeChat Pay Online page, tables 12 and 13, read 2026-06). The page of the
 * refund file calls it that of the refund; then it names no payment, and the other two decide.
 */
function refundIn(line: Line) {
  return {
    outTradeNo: line.of('MERCHANT_TX_ID') || null,
    outRefundNo: null,
    providerRefundId: needed(line, 'RF_ID'),
    providerPaymentId: line.of('REFERENCE_TX_ID') || null,
  }
}

function feeOf(line: Line, idColumn: 'TX_ID' | 'RF_ID' | 'CB_ID') {
  const type = needed(line, 'FEE_TYPE').toUpperCase()
  const event = line.of('EVENT_TYPE').toUpperCase()
  const fee = feeIn(line)
  const number = needed(line, idColumn)
  return {
    kind: 'fee',
    status: null,
    rowId: idOf('fee', idColumn, number, type, event, line.of('EVENT_TIMESTAMP')),
    fee,
    // A percentage is only indicative here, with more decimals than money has; the aggregate rounds.
    providerStatus: [type, event, ...(fee ? [] : [line.of('AMOUNT'), line.of('CURRENCY')])]
      .filter(Boolean)
      .join(' '),
  } as const
}

/**
 * Payments in CNY reach the bank as USD or EUR, all others as they were made (CNY processing, table
 * on the WeChat Pay Online page). So a sum in GBP or CHF is the payment's own.
 */
function asPaid(settled: Money): Money | null {
  return settled.currency === 'GBP' || settled.currency === 'CHF' ? settled : null
}

/** The amount, if it has the sign that it must have. Throws RangeError. */
function signed(amount: Money, sign: 1 | -1 | null): Money {
  if (sign === null || Math.sign(amount.value) === sign) return amount
  throw new RangeError(`the amount should be ${sign > 0 ? 'above' : 'below'} zero`)
}

/** Money away, whichever sign it was written with. */
function away({ value, currency }: Money): Money {
  return { value: value === 0 ? 0 : -Math.abs(value), currency }
}

function idOf(...words: readonly string[]): string {
  return words.join('/')
}
