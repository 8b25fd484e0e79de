import type { Clock } from '../../../shared/clock.ts'
import type { FactSource, PaymentFact, RefundFact } from '../../domain/fact.ts'
import { equalInConstantTime } from '../../platform/hash.ts'
import { ProviderError } from '../errors.ts'
import { type HttpClient, isOnThisMachine } from '../http.ts'
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
import { createPproClient, type PproClient } from './client.ts'
import type { PproConfig } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import { readFile } from './settlement.ts'
import { returnHash } from './signing.ts'
import {
  clientAction,
  merchantNumber,
  paymentFact,
  refundFact,
  refundFields,
  tagOf,
  transactionFields,
} from './translate.ts'
import type { WireRefund, WireTransaction } from './wire.ts'

export { type PproConfig, pproConfigSchema } from './config.ts'

/** How long a WeChat code lives, where the answer does not say. */
const LIFETIME_MS = 2 * 60 * 60 * 1_000
/** WeChat's own limit. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60 * 1_000

interface Account {
  readonly accountId: string
  readonly config: PproConfig
  readonly clock: Clock
  readonly client: PproClient
}

/**
 * WeChat Pay through one contract at PPRO's Simple API. PPRO knows no idempotency key and forbids
 * polling: a lost answer is looked up by our number, and payments are asked about after events only.
 */
export function createPproProvider(options: {
  accountId: string
  config: PproConfig
  http: HttpClient
  clock: Clock
}): Provider {
  const { accountId, config, http, clock } = options
  const client = createPproClient({ accountId, config, http, nowMs: () => clock.nowMs() })
  const account: Account = { accountId, config, clock, client }
  return {
    accountId,
    name: 'ppro',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref, 'query'),
    parseNotification: (notification) =>
      parseNotification(notification, { accountId, notificationSecret: config.notificationSecret }),
    acknowledge: () => ACKNOWLEDGEMENT,
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
    readSettlement: async (request) => readSettlement(account, request),
    verifyReturn: (ref, query) => verifyReturn(config, ref, query),
    ...(config.cancelTx ? { closePayment: (ref) => closePayment(account, ref) } : {}),
  }
}

function capabilitiesOf(config: PproConfig): Capabilities {
  return {
    scenes: config.scenes,
    currencies: config.currencies,
    amount: { minMinor: 1, maxMinor: Number.MAX_SAFE_INTEGER },
    query: { rule: 'onEvent' },
    idempotency: 'lookup',
    refunds: { partial: true, repeated: true, windowMs: REFUND_WINDOW_MS, keyMemoryMs: null },
    settlement: ['file'],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: [],
  }
}

async function createPayment(
  { accountId, config, clock, client }: Account,
  input: CreatePaymentInput,
): Promise<CreatedPayment> {
  const anyIpv4 = isOnThisMachine(config.endpoint)
  const fields = transactionFields(input, { accountId, anyIpv4, ...config })
  if (!config.scenes.some((scene) => scene === input.scene)) {
    const message = `PPRO cannot serve ${input.scene} under this contract`
    throw new ProviderError({ outcome: 'rejected', accountId, message })
  }
  const answer = await client.transaction(fields)
  const { outTradeNo, amount } = input
  const payment = { outTradeNo, amount, providerPaymentId: null }
  const fact = paymentFact(answer, { accountId, source: 'create', payment })
  if (fact.status !== 'pending') return { fact, clientAction: null, providerState: {} }
  const showCode = input.scene === 'desktopQr' && config.desktopQr === 'ownQr'
  const expiresAtMs = Math.min(input.expiresAtMs, clock.nowMs() + LIFETIME_MS)
  return {
    fact,
    clientAction: clientAction(answer, { accountId, showCode, expiresAtMs }),
    providerState:
      answer.REDIRECTSECRET === undefined ? {} : { redirectSecret: answer.REDIRECTSECRET },
  }
}

async function queryPayment(
  account: Account,
  payment: PaymentReference,
  source: FactSource,
): Promise<PaymentFact | null> {
  const answer = await ask(account, payment)
  return answer && paymentFact(answer, { accountId: account.accountId, source, payment })
}

function ask(
  { accountId, client }: Account,
  ref: PaymentReference,
): Promise<WireTransaction | null> {
  return ref.providerPaymentId === null
    ? client.getTxStatusByMerchantTxid(merchantNumber(ref.outTradeNo, accountId))
    : client.getTxStatus(ref.providerPaymentId)
}

/** Best effort: whatever PPRO makes of the wish, the fact is what the payment is afterwards. */
async function closePayment(account: Account, ref: PaymentReference): Promise<PaymentFact> {
  const { accountId, client } = account
  const { payment, txid } = await identified(account, ref)
  try {
    await client.cancelTx({ tag: tagOf(ref.scene, accountId), txid })
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'rejected') throw error
  }
  return paymentFact(await client.getTxStatus(txid), { accountId, source: 'close', payment })
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { accountId, client } = account
  const fields = refundFields(input, accountId)
  const { payment, txid } = await identified(account, input.payment)
  return refundFact(await client.refund({ ...fields, txid }), {
    accountId,
    source: 'create',
    payment,
    outRefundNo: input.outRefundNo,
    providerRefundId: null,
  })
}

async function queryRefund(account: Account, ref: RefundReference): Promise<RefundFact | null> {
  const answer =
    ref.providerRefundId === null
      ? await findRefund(account, ref)
      : await account.client.getRefundStatus(ref.providerRefundId)
  return answer && refundFact(answer, { accountId: account.accountId, source: 'query', ...ref })
}

/**
 * PPRO says "there is none" and "your login is wrong" in the same words, and who takes one for the
 * other sends a refund again that was made. So a no counts only where the same kind of question
 * finds the payment, which is surely there.
 */
async function findRefund(
  { accountId, client }: Account,
  { outRefundNo, payment }: RefundReference,
): Promise<WireRefund | null> {
  const found = await client.getRefundByMerchantRefundId(merchantNumber(outRefundNo, accountId))
  if (found) return found
  const number = merchantNumber(payment.outTradeNo, accountId)
  if (await client.getTxStatusByMerchantTxid(number)) return null
  throw new ProviderError({
    outcome: 'unknown',
    accountId,
    message: 'PPRO finds neither this refund nor its payment by our numbers; is the login right?',
  })
}

/** The payment with PPRO's number, which is looked up where the answer that told it was lost. */
async function identified(account: Account, ref: PaymentReference) {
  const known = ref.providerPaymentId ?? (await queryPayment(account, ref, 'query'))
  const txid = typeof known === 'string' ? known : known?.providerPaymentId
  if (txid) return { payment: { ...ref, providerPaymentId: txid }, txid }
  throw new ProviderError({
    outcome: 'rejected',
    accountId: account.accountId,
    message: 'PPRO knows no transaction with this number',
  })
}

/** PPRO lays its files down on an SFTP server, and they are brought here from there. */
function readSettlement({ accountId, config }: Account, request: SettlementRequest) {
  if (request.kind === 'file') return readFile(request, { accountId, ...config })
  const message = "PPRO's books are files on its SFTP server: read them by file, not by day"
  throw new ProviderError({ outcome: 'rejected', accountId, message })
}

function verifyReturn(
  { sharedSecret }: PproConfig,
  ref: PaymentReference,
  query: Readonly<Record<string, string>>,
): boolean {
  const { redirectSecret } = ref.providerState
  const { txid, cs } = query
  if (!redirectSecret || !txid || !cs || txid !== ref.providerPaymentId) return false
  return equalInConstantTime(cs, returnHash({ txid, redirectSecret, sharedSecret }))
}
