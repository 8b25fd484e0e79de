import type { Clock } from '../../../shared/clock.ts'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { HttpClient } from '../http.ts'
import type {
  Capabilities,
  CreatedPayment,
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RefundInput,
  RefundReference,
} from '../provider.ts'
import { createWooshpayClient, type WooshpayClient } from './client.ts'
import type { WooshpayConfig } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import {
  clientAction,
  createRequest,
  merchantNumber,
  paymentFact,
  refundFact,
  refundRequest,
} from './translate.ts'
import type { WirePaymentIntent } from './wire.ts'

export { type WooshpayConfig, wooshpayConfigSchema } from './config.ts'

/** How long a WeChat code lives; WooshPay tells no end of an intent. */
const LIFETIME_MS = 2 * 60 * 60 * 1_000
/** WeChat's own limit. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60 * 1_000
/**
 * How long keys are remembered is not documented; a day is what such services keep, and this stays
 * well within it.
 */
const KEY_MEMORY_MS = 20 * 60 * 60 * 1_000
/** 50,000 USD are less than 500,000 of each currency; see translate.ts for the exact part. */
const MAX_MINOR = 50_000_000

interface Account {
  readonly accountId: string
  readonly config: WooshpayConfig
  readonly clock: Clock
  readonly client: WooshpayClient
}

/**
 * WeChat Pay through one account at WooshPay: PaymentIntents that are confirmed as they are created.
 * Repeats of a payment or refund carry the same idempotency key.
 */
export function createWooshpayProvider(options: {
  accountId: string
  config: WooshpayConfig
  http: HttpClient
  clock: Clock
}): Provider {
  const { accountId, config, http, clock } = options
  const client = createWooshpayClient({ accountId, config, http, clock })
  const account: Account = { accountId, config, clock, client }
  return {
    accountId,
    name: 'wooshpay',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref),
    parseNotification: (notification) => parseNotification(notification, { accountId, ...config }),
    acknowledge: () => ACKNOWLEDGEMENT,
    closePayment: (ref) => closePayment(account, ref),
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
  }
}

function capabilitiesOf(config: WooshpayConfig): Capabilities {
  const miniProgram = config.miniProgramTerminalType === undefined ? [] : ['miniProgram' as const]
  return {
    scenes: [...miniProgram, ...config.scenes],
    currencies: config.currencies,
    amount: { minMinor: 1, maxMinor: MAX_MINOR },
    query: { rule: 'poll', intervalMs: 3_000 },
    idempotency: 'key',
    refunds: {
      partial: true,
      repeated: true,
      windowMs: REFUND_WINDOW_MS,
      keyMemoryMs: KEY_MEMORY_MS,
    },
    settlement: [],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: ['miniProgram', 'officialAccount'],
  }
}

async function createPayment(
  { accountId, config, clock, client }: Account,
  input: CreatePaymentInput,
): Promise<CreatedPayment> {
  const { outTradeNo, scene } = input
  const body = createRequest(input, { accountId, config })
  if (!capabilitiesOf(config).scenes.includes(scene)) {
    throw fault(accountId, 'rejected', `this WooshPay account is not set up for ${scene}`)
  }
  const intent = await client.createPaymentIntent(body, `payment-${outTradeNo}`)
  const fact = paymentFact(intent, { accountId, source: 'create', outTradeNo })
  if (fact.status !== 'pending') return { fact, clientAction: null, providerState: {} }
  const expiresAtMs = Math.min(input.expiresAtMs, clock.nowMs() + LIFETIME_MS)
  const action = clientAction(intent, { scene, accountId, expiresAtMs })
  return { fact, clientAction: action, providerState: {} }
}

async function queryPayment(account: Account, ref: PaymentReference): Promise<PaymentFact | null> {
  const intent = await findIntent(account, ref)
  return intent && factOf(account, { intent, ref, source: 'query' })
}

function factOf(
  { accountId }: Account,
  told: { intent: WirePaymentIntent; ref: PaymentReference; source: 'query' | 'close' },
): PaymentFact {
  const { outTradeNo, providerPaymentId } = told.ref
  return paymentFact(told.intent, { accountId, source: told.source, outTradeNo, providerPaymentId })
}

async function findIntent(
  { accountId, client }: Account,
  ref: PaymentReference,
): Promise<WirePaymentIntent | null> {
  if (ref.providerPaymentId !== null) return client.getPaymentIntent(ref.providerPaymentId)
  const number = merchantNumber(ref.outTradeNo, accountId)
  const found = await client.searchPaymentIntents(number)
  const told = found
    .filter(({ merchant_order_id: theirs }) => theirs === number)
    .map((intent) => ({
      intent,
      status: paymentFact(intent, { accountId, source: 'query' }).status,
    }))
  // More than one only after a repeat beyond their memory of keys: money first, then what is open.
  const best =
    told.find(({ status }) => status === 'paid') ??
    told.find(({ status }) => status === 'pending') ??
    told[0]
  return best?.intent ?? null
}

/** Cancels; where that comes too late, the fact is what the payment has become. */
async function closePayment(account: Account, ref: PaymentReference): Promise<PaymentFact> {
  const { client } = account
  const id = await intentIdOf(account, ref)
  const told = { ref: { ...ref, providerPaymentId: id }, source: 'close' } as const
  try {
    return factOf(account, { intent: await client.cancelPaymentIntent(id), ...told })
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'rejected') throw error
    return factOf(account, { intent: await client.getPaymentIntent(id), ...told })
  }
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { accountId, client } = account
  const { outRefundNo } = input
  const providerPaymentId = await intentIdOf(account, input.payment)
  const body = refundRequest(input, { accountId, paymentIntent: providerPaymentId })
  const made = await client.createRefund(body, `refund-${outRefundNo}`)
  return refundFact(made, { accountId, source: 'create', outRefundNo, providerPaymentId })
}

/** By WooshPay's number only: it has no list of refunds, and none can be found by ours. */
async function queryRefund(
  { accountId, client }: Account,
  { outRefundNo, providerRefundId, payment }: RefundReference,
): Promise<RefundFact | null> {
  if (providerRefundId === null) {
    const cure = 'a repeat with the same key answers what became of it'
    throw fault(accountId, 'unknown', `WooshPay finds no refund by our number; ${cure}`)
  }
  const found = await client.getRefund(providerRefundId)
  const { providerPaymentId } = payment
  const asked = { outRefundNo, providerRefundId, providerPaymentId }
  return refundFact(found, { accountId, source: 'query', ...asked })
}

/** WooshPay's number of the payment, which is looked up where the answer that told it was lost. */
async function intentIdOf(account: Account, ref: PaymentReference): Promise<string> {
  const id = ref.providerPaymentId ?? (await findIntent(account, ref))?.id
  if (id !== undefined) return id
  throw fault(account.accountId, 'rejected', 'WooshPay knows no payment with this number')
}

function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
