import type { Money } from '../../../shared/money.ts'
import { DIGITS } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { refundedMinor } from '../rows.ts'
import type { RefundRow, TransactionRow } from './ledger.ts'
import type { FailReason, PproContract } from './options.ts'
import { checkRefund, type RefundRequest } from './requests.ts'
import type { Fields } from './wire.ts'
import type { World } from './world.ts'

/** REFUND: answered at once. A repeat is another refund: there is no idempotency. */
export function refund(world: World, contract: PproContract, fields: Fields): Fields {
  const checked = checkRefund(fields)
  if (!checked.ok) return refused(fields, checked.message)
  const request = checked.value
  const row = world.ledger.transaction(contract.contractId, request.txid)
  if (!row) return refused(fields, 'txid: unknown')
  const problem = mismatch(row, request)
  if (problem !== null) return refused(fields, problem)
  const booked = book(world, row, request)
  row.refunds.push(booked)
  return refundFields(booked)
}

export function refundFields(row: RefundRow): Fields {
  return {
    STATUS: row.status,
    REFUNDID: row.refundId,
    TXID: row.transaction.txid,
    MERCHANTREFUNDID: row.merchantRefundId ?? '',
    ERRMSG: '',
    ...(row.failReason === null ? {} : { FAILREASON: row.failReason }),
    ...(row.status === 'SUCCEEDED' ? moneyFields(row) : {}),
  }
}

function refused(fields: Fields, message: string): Fields {
  return {
    STATUS: 'FAILED',
    REFUNDID: '0',
    MERCHANTREFUNDID: fields['merchantrefundid'] ?? '',
    ERRMSG: message,
    FAILREASON: 'INPUT_DATA',
  }
}

function mismatch(row: TransactionRow, request: RefundRequest): string | null {
  if (request.tag !== row.tag) return `tag: the payment has ${row.tag}`
  if (request.amount.currency !== row.amount.currency) {
    return `currency: the payment is in ${row.amount.currency}`
  }
  return row.status === 'SUCCEEDED' ? null : `txid: the payment is ${row.status}`
}

function book(world: World, row: TransactionRow, request: RefundRequest): RefundRow {
  const { amount, merchantRefundId } = request
  const failReason = refusal(world, row, amount)
  const doneMinor = refundedMinor(row, ['SUCCEEDED'])
  return {
    refundId: `${1 + world.random.int(9)}${world.random.word(11, DIGITS)}`,
    transaction: row,
    merchantRefundId,
    amount,
    status: failReason === null ? 'SUCCEEDED' : 'FAILED',
    failReason,
    wallet: share((minor) => row.exchange.wallet(minor), doneMinor, amount.value),
    settlement: share((minor) => row.exchange.settlement(minor), doneMinor, amount.value),
    createdAtMs: world.nowMs(),
  }
}

/** Gives the money back at WeChat; why not, or null when it is done. */
function refusal(world: World, row: TransactionRow, amount: Money): FailReason | null {
  const { refundEndsAs, repeatedRefunds } = world.behaviour()
  const doneMinor = refundedMinor(row, ['SUCCEEDED'])
  if (doneMinor + amount.value > row.amount.value) return 'QUOTA'
  if (!repeatedRefunds && doneMinor > 0) return 'QUOTA'
  if (refundEndsAs !== 'SUCCEEDED') return refundEndsAs
  try {
    world.wechat.refundPrepay(row.prepay?.prepayId ?? '', amount)
    return null
  } catch (error) {
    if (error instanceof WechatRefusal) return 'REMOTE_DECLINE'
    throw error
  }
}

/** Rounded so that all parts together make exactly what the whole makes. */
function share(convert: (minor: number) => Money, doneMinor: number, minor: number): Money {
  const after = convert(doneMinor + minor)
  return { value: after.value - convert(doneMinor).value, currency: after.currency }
}

function moneyFields({ wallet, settlement, transaction }: RefundRow): Fields {
  return {
    'SPECOUT.DSTAMOUNT': String(wallet.value),
    'SPECOUT.DSTCURRENCY': wallet.currency,
    'SPECOUT.SETTLEMENTAMOUNT': String(settlement.value),
    'SPECOUT.SETTLEMENTCURRENCY': settlement.currency,
    'SPECOUT.FXRATE': transaction.exchange.rate,
  }
}
