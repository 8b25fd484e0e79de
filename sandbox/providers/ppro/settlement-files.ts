import { type Money, minorToDecimal } from '../../../shared/money.ts'
import type { SettledEvent } from './settled-events.ts'
import { type Cells, type Sheet, sheetOf } from './sheet.ts'

/** The seven files of one settlement, columns in the published order. */

const METHOD = 'WeChatPay'
const AMOUNT = 'AMOUNT CURRENCY COUNTRY'
const EVENT = 'EVENT_TYPE EVENT_TIMESTAMP MERCHANT_ID PAYMENT_METHOD'
const CHARGEBACK_EVENT = 'EVENT_TIMESTAMP MERCHANT_ID PAYMENT_METHOD'

const VOLUME_COLUMNS: Readonly<Record<SettledEvent['kind'], string>> = {
  transaction: `MERCHANT_TX_ID TX_ID PAYMENT_REFERENCE ${EVENT} ${AMOUNT}`,
  refund: `MERCHANT_TX_ID RF_ID PAYMENT_REFERENCE ${EVENT} ${AMOUNT} REFERENCE_TX_ID`,
  chargeback: `MERCHANT_TX_ID CB_ID PAYMENT_REFERENCE ${CHARGEBACK_EVENT} ${AMOUNT} REFERENCE_TX_ID CHARGEBACK_REASON`,
}

const FEE_COLUMNS: Readonly<Record<SettledEvent['kind'], string>> = {
  transaction: `MERCHANT_TX_ID TX_ID PAYMENT_REFERENCE ${EVENT} FEE_TYPE ${AMOUNT}`,
  refund: `MERCHANT_TX_ID RF_ID PAYMENT_REFERENCE ${EVENT} FEE_TYPE ${AMOUNT} REFERENCE_TX_ID`,
  chargeback: `MERCHANT_TX_ID CB_ID ${CHARGEBACK_EVENT} FEE_TYPE ${AMOUNT} REFERENCE_TX_ID`,
}

export function settlementSheets(
  events: readonly SettledEvent[],
  { stem, countColumn }: { stem: string; countColumn: string },
): readonly Sheet[] {
  const detailed = (['transaction', 'refund', 'chargeback'] as const).flatMap((kind) => {
    const ours = events.filter((event) => event.kind === kind)
    const fees = ours.flatMap((event) =>
      event.fees.map(({ type, amount }) => ({ ...cellsOf({ ...event, amount }), FEE_TYPE: type })),
    )
    const volume = { lines: ours.map(cellsOf), summed: 'AMOUNT' }
    return [
      sheetOf(`${stem}-volume-per-${kind}.csv`, VOLUME_COLUMNS[kind], volume),
      sheetOf(`${stem}-fee-per-${kind}.csv`, FEE_COLUMNS[kind], { lines: fees, summed: 'AMOUNT' }),
    ]
  })
  const first = 'MERCHANT_ID PAYMENT_METHOD EVENT_TYPE'
  return [
    ...detailed,
    sheetOf(`${stem}-aggregate.csv`, `${first} ${countColumn} AGGREGATE_AMOUNT CURRENCY`, {
      lines: sumsOf(events).map(({ count, ...cells }) => ({ ...cells, [countColumn]: count })),
      summed: 'AGGREGATE_AMOUNT',
    }),
  ]
}

function cellsOf(event: SettledEvent): Cells {
  const { id, amount, referenceTxId } = event
  return {
    MERCHANT_TX_ID: event.merchantTxId,
    TX_ID: id,
    RF_ID: id,
    CB_ID: id,
    PAYMENT_REFERENCE: event.reference,
    EVENT_TYPE: event.type,
    EVENT_TIMESTAMP: event.at,
    MERCHANT_ID: event.contractId,
    PAYMENT_METHOD: METHOD,
    AMOUNT: minorToDecimal(amount),
    CURRENCY: amount.currency,
    COUNTRY: 'CN',
    REFERENCE_TX_ID: referenceTxId ?? '',
    CHARGEBACK_REASON: 'MD06 RefundRequestByEndCustomer',
  }
}

/** `TRANSACTION`, `REFUND`, `CHARGEBACK` and each type of fee, summed by contract and currency. */
function sumsOf(events: readonly SettledEvent[]) {
  const sums = new Map<string, { contractId: string; type: string; count: number; sum: Money }>()
  const add = (contractId: string, type: string, { value, currency }: Money) => {
    const key = JSON.stringify([contractId, type, currency])
    const { count, sum } = sums.get(key) ?? { count: 0, sum: { value: 0, currency } }
    const more = { value: sum.value + value, currency }
    sums.set(key, { contractId, type, count: count + 1, sum: more })
  }
  for (const { contractId, kind, amount, fees } of events) {
    add(contractId, kind.toUpperCase(), amount)
    for (const fee of fees) add(contractId, fee.type, fee.amount)
  }
  return [...sums.values()].map(({ contractId, type, count, sum }) => ({
    MERCHANT_ID: contractId,
    PAYMENT_METHOD: METHOD,
    EVENT_TYPE: type,
    count: String(count),
    AGGREGATE_AMOUNT: minorToDecimal(sum),
    CURRENCY: sum.currency,
  }))
}
