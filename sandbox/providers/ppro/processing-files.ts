import type { RefundRow, TransactionRow } from './ledger.ts'
import { chargebackId, isWithin, type Period, stamp } from './settled-events.ts'
import { type Cells, type Sheet, sheetOf } from './sheet.ts'
import type { World } from './world.ts'

/** The processing files of one day: states, in minor units of the payment's own currency. */

const TRANSACTION_COLUMNS =
  'TXID TXSTATE FAILTYPE FUNDSTATE AMOUNT CURRENCY ACCOUNTHOLDER TAG MERCHANTTXID COUNTRYCODE ' +
  'SELLINGPOINT SOLDSERVICE INITTS SUCCEEDEDTS FAILEDTS MCONTRACT'
const REFUND_COLUMNS =
  'REFUNDID REFUNDSTATE FAILTYPE FUNDSSTATE AMOUNT CURRENCY REFTXID MERCHANTREFUNDID INITTS ' +
  'SUCCEEDEDTS FAILEDTS FUNDSSENTTS FUNDSREJECTEDTS ERRORTEXT MCONTRACT'
const CHARGEBACK_COLUMNS =
  'CBID AMOUNT CURRENCY ACCOUNTHOLDER PAYMENTPURPOSE TXID MERCHANTTXID CHARGEBACKTS IMPORTEDTS ' +
  'MCONTRACT'

export function processingSheets(
  world: World,
  { day, ...period }: Period & { readonly day: string },
): readonly Sheet[] {
  const date = `${day.replaceAll('-', '')}Z`
  const rows = world.ledger.transactions()
  const refunds = rows.flatMap((row) => row.refunds)
  const transactions = (state: string, isIn: (row: TransactionRow) => boolean): Sheet => {
    const name = `${date}_transaction_${state}.consolidated.csv`
    const lines = rows.filter(isIn).map((row) => transactionCells(world, { row, state, period }))
    return sheetOf(name, TRANSACTION_COLUMNS, { lines })
  }
  const refunded = (state: string, isIn: (row: RefundRow) => boolean): Sheet => {
    const name = `${date}_refund_${state}.consolidated.csv`
    const lines = refunds.filter(isIn).map((row) => refundCells(world, row))
    return sheetOf(name, REFUND_COLUMNS, { lines })
  }
  const ended = (status: string) => (row: TransactionRow) =>
    row.status === status && isWithin(row.finalAtMs, period)
  const done = (status: string) => (row: RefundRow) =>
    row.status === status && isWithin(row.createdAtMs, period)
  const none = () => false
  const { fundsAfterMs } = world.behaviour()
  return [
    transactions('succeeded', ended('SUCCEEDED')),
    transactions('failed', ended('FAILED')),
    transactions('pending', (row) => isWithin(row.createdAtMs, period) && wasOpen(row, period)),
    transactions('fundsreceived', ({ status, finalAtMs }) => {
      return status === 'SUCCEEDED' && isWithin((finalAtMs ?? 0) + fundsAfterMs, period)
    }),
    transactions('fundsmissing', none),
    transactions('indoubt', none),
    refunded('succeeded', done('SUCCEEDED')),
    refunded('failed', done('FAILED')),
    refunded('fundssent', none),
    refunded('fundsrejected', none),
    sheetOf(`${date}_chargeback.consolidated.csv`, CHARGEBACK_COLUMNS, {
      lines: rows.filter((row) => isWithin(row.chargedBackAtMs, period)).map(chargebackCells),
    }),
  ]
}

/** Whether nothing had been decided when the day was over. */
function wasOpen({ finalAtMs }: TransactionRow, { untilMs }: Period): boolean {
  return finalAtMs === null || finalAtMs >= untilMs
}

function transactionCells(
  world: World,
  { row, state, period }: { row: TransactionRow; state: string; period: Period },
): Cells {
  const status = state === 'pending' && wasOpen(row, period) ? 'PENDING' : row.status
  const ended = row.finalAtMs === null || status === 'PENDING' ? '' : stamp(row.finalAtMs)
  const funds = status === 'FAILED' ? 'NOT_EXPECTED' : 'WAITING'
  return {
    TXID: row.txid,
    TXSTATE: world.behaviour().strangeWord ?? status,
    // Documented for the fail type of payments that never failed.
    FAILTYPE: status === 'FAILED' ? (row.failReason ?? 'UNKNOWN') : 'UNKNOWN',
    FUNDSTATE: state === 'fundsreceived' ? 'RECEIVED' : funds,
    AMOUNT: String(row.amount.value),
    CURRENCY: row.amount.currency,
    ACCOUNTHOLDER: 'Li, Wei',
    TAG: row.channel,
    MERCHANTTXID: row.merchantTxid ?? '',
    COUNTRYCODE: 'CN',
    INITTS: stamp(row.createdAtMs),
    ...(status === 'SUCCEEDED' ? { SUCCEEDEDTS: ended } : {}),
    ...(status === 'FAILED' ? { FAILEDTS: ended } : {}),
    MCONTRACT: row.contractId,
  }
}

function refundCells(world: World, row: RefundRow): Cells {
  const at = stamp(row.createdAtMs)
  return {
    REFUNDID: row.refundId,
    REFUNDSTATE: world.behaviour().strangeWord ?? row.status,
    FAILTYPE: row.failReason ?? '',
    FUNDSSTATE: row.status === 'SUCCEEDED' ? 'WAITING' : 'NOT_EXPECTED',
    AMOUNT: String(row.amount.value),
    CURRENCY: row.amount.currency,
    REFTXID: row.transaction.txid,
    MERCHANTREFUNDID: row.merchantRefundId ?? '',
    INITTS: at,
    ...(row.status === 'SUCCEEDED' ? { SUCCEEDEDTS: at } : { FAILEDTS: at }),
    MCONTRACT: row.transaction.contractId,
  }
}

function chargebackCells(row: TransactionRow): Cells {
  const at = stamp(row.chargedBackAtMs ?? row.createdAtMs)
  return {
    CBID: chargebackId(row),
    AMOUNT: String(row.amount.value),
    CURRENCY: row.amount.currency,
    PAYMENTPURPOSE: row.paymentPurpose,
    TXID: row.txid,
    MERCHANTTXID: row.merchantTxid ?? '',
    CHARGEBACKTS: at,
    IMPORTEDTS: at,
    MCONTRACT: row.contractId,
  }
}
