import type { Clock } from '../../../shared/clock.ts'
import { sameMoney } from '../../../shared/money.ts'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import type { HttpClient } from '../http.ts'
import type {
  Capabilities,
  CreatedPayment,
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RefundInput,
  RefundReference,
  SettlementRequest,
} from '../provider.ts'
import { createPayablClient, type PayablClient } from './client.ts'
import type { PayablConfig } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import { type DayLists, dayOf, LISTS, reportOf } from './settlement.ts'
import {
  createFields,
  type Evidence,
  fault,
  orderNumber,
  paymentFact,
  refundFact,
  refundFields,
} from './translate.ts'
import { daysSince, lastMonth, type WireItem } from './wire.ts'

export { type PayablConfig, payablConfigSchema } from './config.ts'

/** WeChat's own limit for a code; payabl. does not say how long its pages live. */
const LIFETIME_MS = 2 * 60 * 60 * 1_000
/** WeChat's own limit. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60 * 1_000

interface Account {
  readonly accountId: string
  readonly config: PayablConfig
  readonly clock: Clock
  /** For one verb: its calls share one time limit. */
  readonly connect: () => PayablClient
}

/**
 * WeChat Pay through one merchant number at payabl.: hosted pages only. payabl. knows no idempotency:
 * what became of a lost answer is asked before anything is repeated.
 */
export function createPayablProvider(options: {
  accountId: string
  config: PayablConfig
  http: HttpClient
  clock: Clock
}): Provider {
  const { accountId, config, http, clock } = options
  const nowMs = () => clock.nowMs()
  const connect = () => createPayablClient({ accountId, config, http, nowMs })
  const account: Account = { accountId, config, clock, connect }
  return {
    accountId,
    name: 'payabl',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref),
    parseNotification: (notification) =>
      parseNotification(notification, { accountId, secret: config.secret }),
    acknowledge: () => ACKNOWLEDGEMENT,
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
    readSettlement: (request) => readSettlement(account, request),
  }
}

function capabilitiesOf(config: PayablConfig): Capabilities {
  return {
    scenes: config.scenes,
    currencies: config.currencies,
    amount: { minMinor: 1, maxMinor: Number.MAX_SAFE_INTEGER },
    query: { rule: 'poll', intervalMs: config.queryEveryMs },
    idempotency: 'lookup',
    refunds: { partial: true, repeated: true, windowMs: REFUND_WINDOW_MS, keyMemoryMs: null },
    settlement: ['day'],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: [],
  }
}

async function createPayment(
  { accountId, config, clock, connect }: Account,
  input: CreatePaymentInput,
): Promise<CreatedPayment> {
  const fields = createFields(input, { accountId, config })
  if (!config.scenes.some((scene) => scene === input.scene)) {
    throw fault(accountId, 'rejected', `payabl. cannot serve ${input.scene} on this account`)
  }
  const answer = await connect().preauthorize(fields)
  const { outTradeNo, amount } = input
  const told = { ...answer, transaction_id: answer.transactionid, order_id: answer.orderid }
  const made = paymentFact(
    { ...told, code: answer.status },
    // Nobody can have paid a page that is only just being handed out: 0 means "accepted" here.
    { accountId, source: 'create', payment: { outTradeNo, amount, providerPaymentId: null } },
    { captured: null, isOver: false },
  )
  const url = answer.redirect_url ?? ''
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw fault(accountId, 'unknown', 'the answer of payabl. has no address for the payer')
  }
  const expiresAtMs = Math.min(input.expiresAtMs, clock.nowMs() + LIFETIME_MS)
  // Notifications may name the payment by PPRO's number alone.
  const { ppro_id: pproId } = answer
  return {
    fact: { ...made, ...(pproId === undefined ? {} : { providerReference: pproId }) },
    clientAction: { kind: 'redirect', url, expiresAtMs },
    providerState: {
      expiresAtMs: String(expiresAtMs),
      ...(pproId === undefined ? {} : { pproId }),
    },
  }
}

async function queryPayment(account: Account, ref: PaymentReference): Promise<PaymentFact | null> {
  const { accountId, clock, connect } = account
  const client = connect()
  const item = await findPayment(account, client, ref)
  if (!item) return null
  const told = { ...item, code: item.error_code ?? '' }
  const expiresAtMs = Number(ref.providerState['expiresAtMs'] ?? 0)
  return paymentFact(
    told,
    { accountId, source: 'query', payment: ref },
    {
      captured: told.code === '0' ? await findCapture(account, client, { ref, item }) : null,
      isOver: clock.nowMs() >= expiresAtMs,
    },
  )
}

async function findPayment(
  { accountId, clock }: Account,
  client: PayablClient,
  { outTradeNo, providerPaymentId }: PaymentReference,
): Promise<WireItem | undefined> {
  if (providerPaymentId !== null) {
    const [item] = await client.diagnose({ type: 'tx', transactionid: providerPaymentId })
    return item
  }
  const orderid = orderNumber(outTradeNo, accountId)
  const range = lastMonth(clock.nowMs())
  const items = await client.diagnose({ type: 'orderid', orderid, ...range })
  const ours = items.filter(
    (item) => item.order_id === orderid && item.transaction_id && !/refund/i.test(item.type ?? ''),
  )
  // payabl. lets a number be used twice: money first, then what can still be paid.
  const coded = (code: string) => ours.find(({ error_code }) => error_code === code)
  return coded('0') ?? coded('2000') ?? ours[0]
}

/**
 * Error code 0 may mean no more than "accepted", as it does in the answer to a new payment. The list
 * of captures says that money was taken.
 */
async function findCapture(
  { config, clock }: Account,
  client: PayablClient,
  { ref, item }: { ref: PaymentReference; item: WireItem },
): Promise<Evidence['captured']> {
  if (config.paidProof === 'errorCode') return 'trusted'
  const range = daysSince(item.creation_date, clock.nowMs())
  const captures = await client.diagnose({ type: 'capture', ...range })
  return (
    captures.find(({ transaction_id: id }) => id !== undefined && id === item.transaction_id) ??
    captures.find(({ order_id }) => order_id === ref.outTradeNo) ??
    null
  )
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { accountId, connect } = account
  const fields = refundFields(input, accountId)
  const client = connect()
  const transactionid = await transactionOf(account, client, input.payment)
  const answer = await client.refund({ transactionid, ...fields })
  const told = { ...answer, transaction_id: answer.transactionid, order_id: answer.orderid }
  return refundFact(
    { ...told, code: answer.status },
    {
      accountId,
      source: 'create',
      payment: { ...input.payment, providerPaymentId: transactionid },
      outRefundNo: input.outRefundNo,
      providerRefundId: null,
    },
  )
}

/** payabl.'s number of the payment, looked up where the answer that told it was lost. */
async function transactionOf(
  account: Account,
  client: PayablClient,
  ref: PaymentReference,
): Promise<string> {
  const known = ref.providerPaymentId ?? (await findPayment(account, client, ref))?.transaction_id
  if (known !== undefined) return known
  throw fault(account.accountId, 'rejected', 'payabl. knows no payment with this number')
}

async function queryRefund(account: Account, ref: RefundReference): Promise<RefundFact | null> {
  const { accountId, connect } = account
  const client = connect()
  const told = { accountId, source: 'query', ...ref } as const
  const listed = ref.providerRefundId === null ? await findRefund(account, client, ref) : null
  const ownId = ref.providerRefundId ?? listed?.item.transaction_id
  if (ownId !== undefined && ownId !== ref.payment.providerPaymentId) {
    const [item] = await client.diagnose({ type: 'tx', transactionid: ownId })
    return item ? refundFact({ ...item, code: item.error_code ?? '' }, told) : null
  }
  if (!listed) return null
  // A list that names refunds by the payment they belong to: then they have no number of their own.
  const { transaction_id: _, ...item } = listed.item
  return refundFact({ ...item, transaction_id: undefined, code: listed.code }, told)
}

interface Listed {
  readonly item: WireItem
  readonly code: string
}

/**
 * The refund whose own number was lost with its answer. The lists do not repeat our number, so what
 * is left is the order, less the numbers that belong to other refunds of it. Throws `unknown` where
 * several of its sum could be meant: then people must compare.
 */
async function findRefund(
  { accountId, clock }: Account,
  client: PayablClient,
  { payment, outRefundNo, amount, otherRefundIds = [] }: RefundReference,
): Promise<Listed | null> {
  const candidates: Listed[] = []
  for (const [type, code] of [
    ['refund', '0'],
    ['pending', '2000'],
  ] as const) {
    const items = await client.diagnose({ type, ...lastMonth(clock.nowMs()) })
    const ours = items.filter(
      (item) =>
        item.order_id === payment.outTradeNo &&
        (item.external_id ?? outRefundNo) === outRefundNo &&
        !otherRefundIds.includes(item.transaction_id ?? '') &&
        (type === 'refund' || item.transaction_id !== payment.providerPaymentId),
    )
    candidates.push(...ours.map((item) => ({ item, code })))
  }
  // One that is still pending may stand in both lists.
  const distinct = candidates.filter(({ item: { transaction_id: id } }, index) => {
    const hasOwn = id !== undefined && id !== payment.providerPaymentId
    return !hasOwn || candidates.findIndex(({ item }) => item.transaction_id === id) === index
  })
  const [first, second] = distinct
  if (!second) return first ?? null
  const [equal, another] = distinct.filter(({ item, code }) => {
    const asked = {
      accountId,
      source: 'query',
      payment,
      outRefundNo,
      providerRefundId: null,
    } as const
    const told = refundFact({ ...item, code }, asked).amount
    return amount !== undefined && (told === null || sameMoney(told, amount))
  })
  if (equal && !another) return equal
  const message = 'payabl. lists several refunds of this order and not whose they are'
  throw fault(accountId, 'unknown', `${message}; compare them in its dashboard`)
}

/** The lists of one day, one after the other, each with the account's whole time limit. */
async function readSettlement({ accountId, connect }: Account, request: SettlementRequest) {
  const date = request.kind === 'day' ? dayOf(request.day) : null
  if (request.kind !== 'day' || date === null) {
    throw fault(accountId, 'rejected', 'the lists of payabl. are asked for by day, YYYY-MM-DD')
  }
  const lists: DayLists = {}
  for (const type of LISTS) {
    lists[type] = await connect().diagnose({ type, start_date: date, end_date: date })
  }
  return reportOf(lists, { accountId, day: request.day })
}
