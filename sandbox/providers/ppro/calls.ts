import { bodyText, htmlReply, type Reply, type SandboxRequest } from '../../http.ts'
import type { RefundRow, TransactionRow } from './ledger.ts'
import type { PproContract } from './options.ts'
import { refund, refundFields } from './refunds.ts'
import { fail, startTransaction, transactionFields } from './transactions.ts'
import { type Fields, formReply, parseForm } from './wire.ts'
import type { World } from './world.ts'

type Call = (world: World, contract: PproContract, fields: Fields) => Fields

/** Every txtype, under the word that fault plans use for it. */
const CALLS: ReadonlyMap<string, { readonly operation: string; readonly call: Call }> = new Map([
  ['TRANSACTION', { operation: 'create', call: startTransaction }],
  ['GETTXSTATUS', { operation: 'query', call: status }],
  ['GETTXSTATUSBYMERCHANTTXID', { operation: 'find', call: statusByMerchantTxid }],
  ['CANCELTX', { operation: 'cancel', call: cancel }],
  ['REFUND', { operation: 'refund', call: refund }],
  ['GETREFUNDSTATUS', { operation: 'queryRefund', call: refundStatus }],
  ['GETREFUNDBYMERCHANTREFUNDID', { operation: 'findRefund', call: refundByMerchantRefundId }],
])

/** The single endpoint: the form says what is wanted, and no is said with HTTP 200 as well. */
export function answerCall(world: World, request: SandboxRequest): Promise<Reply> {
  const fields = parseForm(bodyText(request))
  const wanted = CALLS.get(fields['txtype'] ?? '')
  return world.faults.around(
    wanted?.operation ?? 'unknown',
    () => formReply(answer(world, { fields, call: wanted?.call }), world.random, world.behaviour()),
    (httpStatus) => htmlReply(httpStatus, `<html><body><h1>Error ${httpStatus}</h1></body></html>`),
  )
}

function answer(world: World, wanted: { fields: Fields; call: Call | undefined }): Fields {
  const { fields, call } = wanted
  const contract = world.contracts.get(fields['contractid'] ?? '')
  const { login, password } = contract ?? {}
  if (!contract || login !== fields['login'] || password !== fields['password']) {
    return refusedOutright('login, password or contractid is wrong')
  }
  if (!call) return refusedOutright('txtype: unknown')
  if (fields['returnmode'] !== 'urlencodeext') return refusedOutright('returnmode: urlencodeext')
  return call(world, contract, fields)
}

/** "0" stands for: no such thing came into being. */
function refusedOutright(message: string): Fields {
  return {
    REQUESTSTATUS: 'FAILED',
    REQUESTFAILREASON: 'INPUT_DATA',
    STATUS: 'FAILED',
    TXID: '0',
    REFUNDID: '0',
    ERRMSG: message,
    FAILREASON: 'INPUT_DATA',
  }
}

/** GETTXSTATUS. Polling is forbidden: each question needs an event of its own. */
function status(world: World, contract: PproContract, fields: Fields): Fields {
  const row = world.ledger.transaction(contract.contractId, fields['txid'] ?? '')
  if (!row) return unanswered('txid: unknown')
  if (row.freshEvents > 0) row.freshEvents -= 1
  else row.pollingViolations += 1
  return known(world, row)
}

/** GETTXSTATUSBYMERCHANTTXID: for lost answers, so it is not held against anybody. */
function statusByMerchantTxid(world: World, contract: PproContract, fields: Fields): Fields {
  const wanted = fields['merchanttxid'] ?? ''
  const row = wanted === '' ? undefined : world.ledger.byMerchantTxid(contract.contractId, wanted)
  return row ? known(world, row) : unanswered('merchanttxid: unknown')
}

function cancel(world: World, contract: PproContract, fields: Fields): Fields {
  const row = world.ledger.transaction(contract.contractId, fields['txid'] ?? '')
  if (!row) return unanswered('txid: unknown')
  if (!world.behaviour().cancellable) return unanswered('the payment method cannot be cancelled')
  if (row.status !== 'PENDING') return unanswered(`the payment is ${row.status}`)
  fail(world, row, 'CANCELED')
  return known(world, row)
}

function refundStatus(world: World, contract: PproContract, fields: Fields): Fields {
  return knownRefund(world.ledger.refund(contract.contractId, fields['refundid'] ?? ''))
}

function refundByMerchantRefundId(world: World, contract: PproContract, fields: Fields): Fields {
  const wanted = fields['merchantrefundid'] ?? ''
  if (wanted === '') return unanswered('merchantrefundid: missing')
  return knownRefund(world.ledger.byMerchantRefundId(contract.contractId, wanted))
}

function known(world: World, row: TransactionRow): Fields {
  return transactionFields(world, row, { firstAnswer: false })
}

function knownRefund(row: RefundRow | undefined): Fields {
  return row ? { REQUESTSTATUS: 'SUCCEEDED', ...refundFields(row) } : unanswered('refund: unknown')
}

/** The question failed; it says nothing about any payment. */
function unanswered(message: string): Fields {
  return { REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: 'INPUT_DATA', ERRMSG: message }
}
