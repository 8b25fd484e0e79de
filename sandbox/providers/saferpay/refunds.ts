import { type Money, money } from '../../../shared/money.ts'
import { ALPHANUMERIC } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { type PaymentRow, type RefundRow, reservedMinor } from './ledger.ts'
import { notifyRefund } from './notifications.ts'
import type { SaferpayTerminal } from './options.ts'
import { captureIdOf, refundAnswer } from './questions.ts'
import {
  batchCloseSchema,
  invalid,
  refundSchema,
  transactionReferenceSchema,
  validated,
} from './requests.ts'
import { type Answer, SaferpayRefusal, wireInstant } from './wire.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000

/** Transaction/Refund of a captured payment, in one or many parts. */
export function refund(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { Refund, CaptureReference, PendingNotification } = validated(refundSchema, body)
  const payment = ofTerminal(world, terminal).find(
    (row) => row.state === 'CAPTURED' && captureIdOf(row) === CaptureReference.CaptureId,
  )
  if (!payment) throw new SaferpayRefusal('TRANSACTION_NOT_FOUND')
  const { Value, CurrencyCode } = Refund.Amount
  if ((Refund.OrderId?.length ?? 0) > 50) throw invalid(['Refund.OrderId: 50 at most'])
  if (CurrencyCode !== payment.amount.currency) throw new SaferpayRefusal('CURRENCY_INVALID')
  const amount = money(Number(Value), CurrencyCode)
  const exceeds = reservedMinor(payment) + amount.value > payment.amount.value
  if (Refund.RestrictRefundAmountToCapturedAmount && exceeds) {
    throw new SaferpayRefusal('AMOUNT_INVALID')
  }
  checkTurnover(world, terminal, amount)
  const row: RefundRow = {
    transactionId: world.random.word(28, ALPHANUMERIC),
    payment,
    orderId: Refund.OrderId ?? null,
    amount,
    createdAtMs: world.nowMs(),
    notifyUrl: PendingNotification?.NotifyUrl ?? null,
    status: world.behaviour().refundsAs,
    capturedAtMs: null,
  }
  payment.refunds.push(row)
  if (row.status === 'CAPTURED') moveMoney(world, row)
  if (row.status === 'PENDING') endLater(world, row)
  return refundAnswer(row)
}

/** Money goes back out of what came in since the batch was closed, by hand or at midnight. */
function checkTurnover(world: World, terminal: SaferpayTerminal, { value, currency }: Money): void {
  const { turnoverRule, turnoverError } = world.behaviour()
  if (!turnoverRule) return
  const midnightMs = Math.floor(world.nowMs() / DAY_MS) * DAY_MS
  const sinceMs = Math.max(midnightMs, world.ledger.batchClosedAtMs(terminal.terminalId))
  const since = (atMs: number | null) => atMs !== null && atMs >= sinceMs
  const rows = ofTerminal(world, terminal).filter(({ amount }) => amount.currency === currency)
  const taken = rows.filter((row) => row.state === 'CAPTURED' && since(row.finalAtMs))
  const given = rows.flatMap(({ refunds }) =>
    refunds.filter((row) => row.status !== 'DECLINED' && since(row.createdAtMs)),
  )
  if (sum(taken) - sum(given) < value) throw new SaferpayRefusal(turnoverError)
}

/** Transaction/Capture: for refunds that are only authorised; WeChat payments have none. */
export function capture(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { TransactionId } = validated(transactionReferenceSchema, body).TransactionReference
  const row = refundNamed(world, terminal, TransactionId)
  if (!row) throw notARefund(world, terminal, TransactionId)
  if (row.status === 'CAPTURED') throw new SaferpayRefusal('TRANSACTION_ALREADY_CAPTURED')
  if (row.status !== 'AUTHORIZED') throw new SaferpayRefusal('TRANSACTION_IN_WRONG_STATE')
  moveMoney(world, row)
  const CaptureId = `${row.transactionId}_c`
  const told = { CaptureId, Status: 'CAPTURED', Date: wireInstant(world.nowMs()) }
  return { status: 200, body: told }
}

/** Transaction/AssertRefund: what became of a pending refund. */
export function assertRefund(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { TransactionId } = validated(transactionReferenceSchema, body).TransactionReference
  const row = refundNamed(world, terminal, TransactionId)
  if (!row) throw new SaferpayRefusal('TRANSACTION_NOT_FOUND')
  const OrderId = row.orderId === null ? {} : { OrderId: row.orderId }
  if (row.status === 'DECLINED') {
    throw new SaferpayRefusal('TRANSACTION_DECLINED', { TransactionId, ...OrderId })
  }
  if (row.status === 'AUTHORIZED') throw new SaferpayRefusal('TRANSACTION_IN_WRONG_STATE')
  const atMs = row.capturedAtMs ?? row.createdAtMs
  const known = { TransactionId, ...OrderId }
  return { status: 200, body: { ...known, Status: row.status, Date: wireInstant(atMs) } }
}

/** Transaction/Cancel: neither WeChat payments nor refunds can be cancelled. */
export function cancel(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { TransactionId } = validated(transactionReferenceSchema, body).TransactionReference
  throw notARefund(world, terminal, TransactionId)
}

/** Batch/Close: from now on the turnover starts at nothing. */
export function closeBatch(world: World, terminal: SaferpayTerminal, body: unknown): Answer {
  const { TerminalId } = validated(batchCloseSchema, body)
  if (TerminalId !== terminal.terminalId) throw invalid(['TerminalId: unknown'])
  // What happens in this very millisecond still belongs to the old batch.
  world.ledger.closeBatch(TerminalId, world.nowMs() + 1)
  return { status: 200, body: {} }
}

function notARefund(world: World, terminal: SaferpayTerminal, id: string): SaferpayRefusal {
  const payment = ofTerminal(world, terminal).find((row) => row.transactionId === id)
  if (payment?.state === 'CAPTURED') return new SaferpayRefusal('TRANSACTION_ALREADY_CAPTURED')
  const known = payment !== undefined || refundNamed(world, terminal, id) !== undefined
  return new SaferpayRefusal(known ? 'ACTION_NOT_SUPPORTED' : 'TRANSACTION_NOT_FOUND')
}

function endLater(world: World, row: RefundRow): void {
  const { pendingMs, pendingRefundsEndAs } = world.behaviour()
  world.timers.later(pendingMs, () => {
    if (pendingRefundsEndAs === 'CAPTURED') moveMoney(world, row)
    else row.status = 'DECLINED'
    notifyRefund(world, row)
  })
}

function moveMoney(world: World, row: RefundRow): void {
  row.status = 'CAPTURED'
  row.capturedAtMs = world.nowMs()
  try {
    world.wechat.refundPrepay(row.payment.prepay?.prepayId ?? '', row.amount)
  } catch (error) {
    // More than was paid: Saferpay books it all the same where it was not told to restrict it.
    if (!(error instanceof WechatRefusal)) throw error
  }
}

function refundNamed(world: World, { terminalId }: SaferpayTerminal, id: string) {
  return world.ledger
    .refunds()
    .find((row) => row.transactionId === id && row.payment.terminalId === terminalId)
}

function ofTerminal(world: World, { terminalId }: SaferpayTerminal): readonly PaymentRow[] {
  return world.ledger.payments().filter((row) => row.terminalId === terminalId)
}

function sum(rows: readonly { readonly amount: Money }[]): number {
  return rows.reduce((total, { amount }) => total + amount.value, 0)
}
