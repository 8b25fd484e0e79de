import { type Money, minorToDecimal } from '../../../shared/money.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import type { PayablMerchant } from './options.ts'
import { checkPeriod, type Period, Refused } from './requests.ts'
import type { Fields, Xml } from './wire.ts'
import type { World } from './world.ts'

/** The range is too wide: their page promises a 504 and asks for about a month. */
export class TooWide extends Error {
  override readonly name = 'TooWide'
}

const WIDEST_MS = 40 * 24 * 60 * 60 * 1_000

/** tx_diagnose: the transactions that the question is about. Throws Refused or TooWide. */
export function diagnose(world: World, merchant: PayablMerchant, fields: Fields): readonly Xml[] {
  const type = fields['type'] ?? ''
  if (type === 'tx') return byNumber(world, merchant, fields['transactionid'] ?? '')
  if (!['orderid', ...Object.keys(LISTS)].includes(type))
    throw new Refused('-6000', 'type: unknown')
  const period = checkPeriod(fields)
  if (period.untilMs - period.fromMs > WIDEST_MS) throw new TooWide('the range is too wide')
  if (type !== 'orderid') return LISTS[type]?.(world, merchant, period) ?? []
  const orderId = fields['orderid'] ?? ''
  const rows = world.ledger
    .paymentsOf(merchant.merchantId)
    .filter((row) => row.orderId === orderId && isWithin(row.createdAtMs, period))
  return orNothing(world, orderId === '' ? [] : rows.map((row) => paymentItem(world, row)))
}

function byNumber(world: World, { merchantId }: PayablMerchant, number: string): readonly Xml[] {
  const isIt = (row: { transactionId: string }) => row.transactionId === number
  const payments = world.ledger.paymentsOf(merchantId).filter(isIt)
  const refunds = world.ledger.refundsOf(merchantId).filter(isIt)
  return orNothing(world, [
    ...payments.map((row) => paymentItem(world, row)),
    ...refunds.map((row) => refundItem(world, row)),
  ])
}

function orNothing(world: World, items: readonly Xml[]): readonly Xml[] {
  if (items.length > 0 || world.behaviour().unknownNumber === 'empty') return items
  throw new Refused('-6000', 'transaction not found')
}

type List = (world: World, merchant: PayablMerchant, period: Period) => readonly Xml[]

const LISTS: Readonly<Record<string, List>> = {
  capture: listCaptures,
  refund: listRefunds,
  pending: (world, merchant, period) => entries(world, merchant, { period, isIn: isPending }),
  failed: (world, merchant, period) =>
    entries(world, merchant, { period, isIn: ({ code }) => code.startsWith('-') }),
  chb: listChargebacks,
  cft: () => [],
  retrieval_request: () => [],
}

function isPending({ code }: { code: string }): boolean {
  return code === '2000'
}

function listCaptures(
  world: World,
  { merchantId }: PayablMerchant,
  period: Period,
): readonly Xml[] {
  const { listsCaptures, captureAfterMs, captureNumbers } = world.behaviour()
  if (!listsCaptures) return []
  return world.ledger.paymentsOf(merchantId).flatMap((row) => {
    const atMs = (row.finalAtMs ?? 0) + captureAfterMs
    if (row.code !== '0' || atMs > world.nowMs() || !isWithin(atMs, period)) return []
    const id = captureNumbers === 'payment' ? row.transactionId : row.captureId
    return [entry(world, { id, atMs, amount: row.amount, orderId: row.orderId })]
  })
}

function listRefunds(world: World, { merchantId }: PayablMerchant, period: Period): readonly Xml[] {
  return world.ledger
    .refundsOf(merchantId)
    .filter((row) => !row.code.startsWith('-') && isWithin(row.createdAtMs, period))
    .map((row) => refundEntry(world, row))
}

function listChargebacks(
  world: World,
  { merchantId }: PayablMerchant,
  period: Period,
): readonly Xml[] {
  return world.ledger.paymentsOf(merchantId).flatMap((row) => {
    const { chargedBackAtMs: atMs, amount, orderId } = row
    if (atMs === null || !isWithin(atMs, period)) return []
    return [entry(world, { id: row.transactionId, atMs, amount, orderId })]
  })
}

function entries(
  world: World,
  { merchantId }: PayablMerchant,
  { period, isIn }: { period: Period; isIn: (row: { code: string }) => boolean },
): readonly Xml[] {
  const { ledger } = world
  return [
    ...ledger
      .paymentsOf(merchantId)
      .filter((row) => isIn(row) && isWithin(row.createdAtMs, period))
      .map((row) =>
        entry(world, {
          id: row.transactionId,
          atMs: row.createdAtMs,
          amount: row.amount,
          orderId: row.orderId,
        }),
      ),
    ...ledger
      .refundsOf(merchantId)
      .filter((row) => isIn(row) && isWithin(row.createdAtMs, period))
      .map((row) => refundEntry(world, row)),
  ]
}

function refundEntry(world: World, row: RefundRow): Xml {
  const { refundNumbers, listsExternalId } = world.behaviour()
  const id = refundNumbers === 'own' ? row.transactionId : row.payment.transactionId
  const { createdAtMs: atMs, amount, payment } = row
  return {
    ...entry(world, { id, atMs, amount, orderId: payment.orderId }),
    ...(listsExternalId ? { external_id: row.externalId } : {}),
  }
}

interface Entry {
  readonly id: string
  readonly atMs: number
  readonly amount: Money
  readonly orderId: string
}

function entry(world: World, { id, atMs, amount, orderId }: Entry): Xml {
  const [day = ''] = stamp(atMs).split(' ')
  return {
    amount: told(world, amount),
    booking_date: day,
    currency: amount.currency,
    issue_date: day,
    order_id: orderId,
    transaction_id: id,
  }
}

function paymentItem(world: World, row: PaymentRow): Xml {
  const { openCode, strangeCode } = world.behaviour()
  return {
    transaction_id: row.transactionId,
    order_id: row.orderId,
    type: 'preauthorization',
    amount: told(world, row.amount),
    currency: row.amount.currency,
    creation_date: stamp(row.createdAtMs),
    custom1: row.custom1,
    error_code: strangeCode ?? (row.code === '2000' ? openCode : row.code),
  }
}

function refundItem(world: World, row: RefundRow): Xml {
  return {
    transaction_id: row.transactionId,
    order_id: row.payment.orderId,
    type: 'refund',
    amount: told(world, row.amount),
    currency: row.amount.currency,
    creation_date: stamp(row.createdAtMs),
    custom1: row.payment.custom1,
    error_code: world.behaviour().strangeCode ?? row.code,
    ...(world.behaviour().listsExternalId ? { external_id: row.externalId } : {}),
  }
}

function told(world: World, { value, currency }: Money): string {
  return minorToDecimal({ value: value + world.behaviour().sumsOffByMinor, currency })
}

function isWithin(atMs: number, { fromMs, untilMs }: Period): boolean {
  return atMs >= fromMs && atMs < untilMs
}

/** `24.06.2026 10:15:00` */
export function stamp(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().slice(0, 19).split('T')
  return `${date.split('-').toReversed().join('.')} ${time}`
}
