import type { PaymentRow, RefundRow } from './ledger.ts'
import type { SaferpayTerminal } from './options.ts'
import { assertSchema, referenceSchema, validated } from './requests.ts'
import { type Answer, SaferpayRefusal, wireInstant, wireMoney } from './wire.ts'
import type { World } from './world.ts'

const HOUR_MS = 3_600_000
/** How long after Initialize a token serves Assert; longer for what is pending. */
const TOKEN_LIFE_MS = 24 * HOUR_MS
const PENDING_TOKEN_LIFE_MS = 120 * HOUR_MS

/** PaymentPage/Assert: the end of a payment, or why there is none (yet). */
export function assert(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { Token } = validated(assertSchema, body)
  const { terminalId } = terminal
  const row = world.ledger
    .payments()
    .find((known) => known.token === Token && known.terminalId === terminalId)
  if (!row) throw new SaferpayRefusal('TOKEN_INVALID')
  const life = row.state === 'PENDING' ? PENDING_TOKEN_LIFE_MS : TOKEN_LIFE_MS
  if (world.nowMs() - row.createdAtMs > life) throw new SaferpayRefusal('TOKEN_EXPIRED')
  const behaviour = world.behaviour()
  if (behaviour.assertOnce && row.toldEnd > 0) throw new SaferpayRefusal('TOKEN_INVALID')
  count(row)
  const pending = row.state === 'STARTED' && behaviour.startedAs === 'PENDING'
  const name = pending ? null : errorOf(row, behaviour.lapsedAs)
  if (name === null) return paymentAnswer(row)
  const later = name === 'TRANSACTION_NOT_STARTED'
  throw new SaferpayRefusal(name, {
    Behavior: later ? 'RETRY_LATER' : 'DO_NOT_RETRY',
    ...(later ? {} : { TransactionId: row.transactionId }),
    ...(row.orderId === null ? {} : { OrderId: row.orderId }),
  })
}

/** Asking in vain needs an event of its own each time; asking for a known end is nobody's loop. */
function count(row: PaymentRow): void {
  const waiting = row.state === 'NEW' || row.state === 'STARTED' || row.state === 'PENDING'
  if (!waiting) row.toldEnd += 1
  if (row.freshEvents > 0) row.freshEvents -= 1
  else if (waiting) row.pollingViolations += 1
}

function errorOf(row: PaymentRow, lapsedAs: string): string | null {
  switch (row.state) {
    case 'NEW':
    case 'STARTED':
      return 'TRANSACTION_NOT_STARTED'
    case 'DECLINED':
      return 'TRANSACTION_DECLINED'
    case 'ABORTED':
      return 'TRANSACTION_ABORTED'
    case 'LAPSED':
      return lapsedAs
    case 'PENDING':
    case 'AUTHORIZED':
    case 'CAPTURED':
      return null
  }
}

/** Transaction/Inquire: successful ones only, and none of the last minutes. */
export function inquire(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { TransactionReference } = validated(referenceSchema, body)
  const named = (row: { transactionId: string; orderId: string | null }) =>
    'TransactionId' in TransactionReference
      ? row.transactionId === TransactionReference.TransactionId
      : row.orderId === TransactionReference.OrderId
  const visible = (atMs: number | null) =>
    atMs !== null && world.nowMs() - atMs >= world.behaviour().inquireLagMs
  const { terminalId } = terminal
  const payment = world.ledger
    .payments()
    .findLast(
      (row) =>
        row.terminalId === terminalId &&
        named(row) &&
        (row.state === 'CAPTURED' || row.state === 'AUTHORIZED') &&
        visible(row.finalAtMs),
    )
  if (payment) return paymentAnswer(payment)
  const refund = world.ledger
    .refunds()
    .findLast(
      (row) =>
        row.payment.terminalId === terminalId &&
        named(row) &&
        row.status !== 'DECLINED' &&
        visible(row.createdAtMs),
    )
  if (refund) return refundAnswer(refund)
  throw new SaferpayRefusal('TRANSACTION_NOT_FOUND')
}

function paymentAnswer(row: PaymentRow): Answer {
  const Status = row.state === 'STARTED' ? 'PENDING' : row.state
  const payer = row.payerIp === null ? {} : { IpAddress: row.payerIp, IpLocation: 'CH' }
  return transaction({
    Type: 'PAYMENT',
    Status,
    Id: row.transactionId,
    ...(row.state === 'CAPTURED' ? { CaptureId: captureIdOf(row) } : {}),
    Date: wireInstant(row.finalAtMs ?? row.createdAtMs),
    Amount: wireMoney(row.amount),
    ...(row.orderId === null ? {} : { OrderId: row.orderId }),
    Payer: payer,
  })
}

export function refundAnswer(row: RefundRow): Answer {
  return transaction({
    Type: 'REFUND',
    Status: row.status,
    Id: row.transactionId,
    ...(row.status === 'CAPTURED' ? { CaptureId: `${row.transactionId}_c` } : {}),
    Date: wireInstant(row.capturedAtMs ?? row.createdAtMs),
    Amount: wireMoney(row.amount),
    ...(row.orderId === null ? {} : { OrderId: row.orderId }),
    Payer: {},
  })
}

export function captureIdOf({ transactionId }: PaymentRow): string {
  return `${transactionId}_c`
}

function transaction({ Payer, ...fields }: Record<string, unknown> & { Id: string }): Answer {
  const Transaction = {
    ...fields,
    AcquirerName: 'WeChat',
    AcquirerReference: '000000',
    SixTransactionReference: `0:0:3:${fields.Id}`,
    ApprovalCode: '000000',
  }
  const Brand = { PaymentMethod: 'WECHATPAY', Name: 'WeChat Pay' }
  const PaymentMeans = { Brand, DisplayText: 'WeChat Pay' }
  return { status: 200, body: { Transaction, PaymentMeans, Payer } }
}
