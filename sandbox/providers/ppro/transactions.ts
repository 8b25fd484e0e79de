import { minorToDecimal } from '../../../shared/money.ts'
import { ALPHANUMERIC, DIGITS } from '../../random.ts'
import { type Prepay, WechatRefusal } from '../../wechat/platform.ts'
import { type Exchange, exchangeFor } from './exchange.ts'
import type { TransactionRow } from './ledger.ts'
import { notifyFinal } from './notifications.ts'
import type { FailReason, PproContract } from './options.ts'
import { checkTransaction, type TransactionRequest } from './requests.ts'
import type { Fields } from './wire.ts'
import type { World } from './world.ts'

/** TRANSACTION: validates, orders at WeChat, books; PENDING, or FAILED with the reason. */
export function startTransaction(world: World, contract: PproContract, fields: Fields): Fields {
  const checked = checkTransaction(fields, world.behaviour())
  if (!checked.ok) {
    return {
      REQUESTSTATUS: 'FAILED',
      STATUS: 'FAILED',
      TXID: '0',
      MERCHANTTXID: fields['merchanttxid'] ?? '',
      ERRMSG: checked.message,
      FAILREASON: 'INPUT_DATA',
    }
  }
  const row = order(world, contract, checked.value)
  world.ledger.add(row)
  if (row.prepay) watchExpiry(world, row, row.prepay.expiresAtMs)
  return transactionFields(world, row, { firstAnswer: true })
}

/** The fields of TRANSACTION and GETTXSTATUS; what serves once is in the first answer only. */
export function transactionFields(
  world: World,
  row: TransactionRow,
  options: { firstAnswer: boolean },
): Fields {
  const pending = row.status === 'PENDING'
  return {
    REQUESTSTATUS: 'SUCCEEDED',
    STATUS: row.status,
    TXID: row.txid,
    MERCHANTTXID: row.merchantTxid ?? '',
    ERRMSG: '',
    CHANNEL: row.channel,
    TAG: row.tag,
    FUNDSSTATUS: fundsStatus(world, row),
    ...(row.failReason === null ? {} : { FAILREASON: row.failReason }),
    ...(pending ? { REDIRECTURL: `${world.publicUrl()}/wechatpay/${row.txid}` } : {}),
    ...(pending && options.firstAnswer ? { REDIRECTSECRET: row.redirectSecret } : {}),
    ...(pending && options.firstAnswer && row.tag === 'wechatpayh5'
      ? { 'SPECOUT.REDIRECTOPTIONAL': 'true' }
      : {}),
    ...(pending && options.firstAnswer && row.prepay
      ? { 'SPECOUT.QRCODEURL': row.prepay.qrCodeUrl }
      : {}),
    ...(row.prepay
      ? { 'SPECOUT.EXPIRYTIMESTAMP': String(Math.floor(row.prepay.expiresAtMs / 1000)) }
      : {}),
    'SPECOUT.PAYMENTPURPOSE': row.paymentPurpose,
    ...(row.status === 'SUCCEEDED' ? moneyFields(row) : {}),
  }
}

export function succeed(world: World, row: TransactionRow): void {
  if (!isOpen(world, row)) return
  row.status = 'SUCCEEDED'
  finish(world, row)
}

export function fail(world: World, row: TransactionRow, reason: FailReason): void {
  if (!isOpen(world, row)) return
  if (row.prepay) world.wechat.closePrepay(row.prepay.prepayId)
  row.status = 'FAILED'
  row.failReason = reason
  finish(world, row)
}

function isOpen(world: World, row: TransactionRow): boolean {
  return row.status === 'PENDING' && world.ledger.transactions().includes(row)
}

function finish(world: World, row: TransactionRow): void {
  row.finalAtMs = world.nowMs()
  notifyFinal(world, row)
}

function watchExpiry(world: World, row: TransactionRow, expiresAtMs: number): void {
  world.timers.later(expiresAtMs - world.nowMs(), () => {
    row.freshEvents += 1
    fail(world, row, 'TIMEOUT')
  })
}

function order(world: World, contract: PproContract, request: TransactionRequest): TransactionRow {
  const behaviour = world.behaviour()
  const exchange = exchangeFor(request.amount.currency, contract, behaviour)
  const row = newRow(world, { contract, request, exchange })
  try {
    const prepay = world.wechat.createPrepay({
      tradeType: request.tag === 'wechatpay' ? 'NATIVE' : 'MWEB',
      appId: contract.wechat.appId,
      mchId: contract.wechat.mchId,
      signing: { signType: 'MD5', key: contract.wechat.apiKey },
      amount: request.amount,
      description: row.paymentPurpose,
      walletAmount: exchange.wallet(request.amount.value),
      onPaid: () => succeed(world, booked),
      onFailedTry: () => {
        booked.failedTries += 1
      },
    })
    const booked: TransactionRow = { ...row, prepay: asBooked(prepay, world) }
    return booked
  } catch (error) {
    if (!(error instanceof WechatRefusal)) throw error
    return { ...row, status: 'FAILED', failReason: 'REMOTE_DECLINE', finalAtMs: world.nowMs() }
  }
}

function asBooked(prepay: Prepay, world: World): TransactionRow['prepay'] {
  return {
    prepayId: prepay.prepayId,
    qrCodeUrl: prepay.codeUrl ?? prepay.h5Url ?? '',
    expiresAtMs: Math.min(prepay.expiresAtMs, world.nowMs() + world.behaviour().lifetimeMs),
  }
}

function newRow(
  world: World,
  input: { contract: PproContract; request: TransactionRequest; exchange: Exchange },
): TransactionRow {
  const { request } = input
  const word = world.random.word(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
  return {
    txid: `${1 + world.random.int(9)}${world.random.word(11, DIGITS)}`,
    contractId: input.contract.contractId,
    tag: request.tag,
    channel: request.channel,
    merchantTxid: request.merchantTxid,
    amount: request.amount,
    exchange: input.exchange,
    locale: request.locale,
    paymentPurpose: `${word} ${request.descriptor}`.trim(),
    merchantRedirectUrl: request.merchantRedirectUrl,
    notificationUrl: request.notificationUrl,
    redirectSecret: world.random.word(32, ALPHANUMERIC),
    createdAtMs: world.nowMs(),
    prepay: null,
    status: 'PENDING',
    failReason: null,
    finalAtMs: null,
    failedTries: 0,
    refunds: [],
    chargedBackAtMs: null,
    freshEvents: world.behaviour().freeQueries,
    pollingViolations: 0,
  }
}

function fundsStatus(world: World, row: TransactionRow): string {
  if (row.status === 'FAILED') return 'NOT_EXPECTED'
  const { fundsAfterMs } = world.behaviour()
  const arrived = row.finalAtMs !== null && world.nowMs() - row.finalAtMs >= fundsAfterMs
  return arrived ? 'RECEIVED' : 'WAITING'
}

function moneyFields({ amount, exchange }: TransactionRow): Fields {
  const wallet = exchange.wallet(amount.value)
  const settlement = exchange.settlement(amount.value)
  return {
    'SPECOUT.SRCAMOUNT': String(wallet.value),
    'SPECOUT.SRCCURRENCY': wallet.currency,
    'SPECOUT.CNYAMOUNT': minorToDecimal(wallet),
    'SPECOUT.SETTLEMENTAMOUNT': String(settlement.value),
    'SPECOUT.SETTLEMENTCURRENCY': settlement.currency,
    'SPECOUT.FXRATE': exchange.rate,
  }
}
