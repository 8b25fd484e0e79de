import type { Clock } from '../../../shared/clock.ts'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError } from '../errors.ts'
import type { HttpClient } from '../http.ts'
import type {
  Capabilities,
  CreatedPayment,
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RefundDestination,
  RefundInput,
  RefundReference,
  SettlementRequest,
} from '../provider.ts'
import { type ConnectClient, createConnectClient } from './client.ts'
import { isHosted, openCheckout, queryUnfinished, verifyReturn } from './client-hosted-checkout.ts'
import type { WorldlineConnectConfig } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import { readFile } from './settlement.ts'
import { prepareKey } from './signing.ts'
import {
  AWAITS_APPROVAL,
  createRequest,
  exactWireAmount,
  merchantReference,
  paymentFact,
  refundFact,
} from './translate.ts'
import { clientAction } from './translate-action.ts'
import { shownFields, type WirePayment, type WireRefund } from './wire.ts'

export { type WorldlineConnectConfig, worldlineConnectConfigSchema } from './config.ts'

/** A WeChat session at Worldline; an unpaid payment keeps its status when it is over. */
const LIFETIME_MS = 2 * 60 * 60 * 1_000
/** WeChat's own limit. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60 * 1_000

interface Account {
  readonly accountId: string
  readonly config: WorldlineConnectConfig
  readonly clock: Clock
  readonly client: ConnectClient
}

/**
 * WeChat Pay through one merchant number at Worldline Connect (productId 863). Repeats of a payment
 * or refund carry the same idempotence key, which Worldline remembers for a day.
 */
export function createWorldlineConnectProvider(options: {
  accountId: string
  config: WorldlineConnectConfig
  http: HttpClient
  clock: Clock
}): Provider {
  const { accountId, config, http, clock } = options
  const secret = prepareKey(config.secretApiKey)
  const webhookKeys = new Map(
    Object.entries(config.webhookKeys).map(([id, word]) => [id, prepareKey(word)]),
  )
  const client = createConnectClient({ accountId, config, secret, http, clock })
  const account: Account = { accountId, config, clock, client }
  return {
    accountId,
    name: 'worldline-connect',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref),
    parseNotification: (notification) =>
      parseNotification(notification, { accountId, merchantId: config.merchantId, webhookKeys }),
    acknowledge: () => ACKNOWLEDGEMENT,
    closePayment: (ref) => closePayment(account, ref),
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
    readSettlement: async (request) => readSettlement(account, request),
    verifyReturn,
    continueRefund: (ref, to) => continueRefund(account, ref, to),
  }
}

function capabilitiesOf(config: WorldlineConnectConfig): Capabilities {
  return {
    scenes: config.scenes,
    currencies: config.currencies ?? 'any',
    amount: { minMinor: 1, maxMinor: 999_999_999_999 },
    query: { rule: 'poll', intervalMs: 3_000 },
    idempotency: 'key',
    refunds: { partial: true, repeated: true, windowMs: REFUND_WINDOW_MS, keyMemoryMs: null },
    settlement: ['file'],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: ['miniProgram', 'officialAccount'],
  }
}

async function createPayment(account: Account, input: CreatePaymentInput): Promise<CreatedPayment> {
  const { accountId, config, clock, client } = account
  if (!config.scenes.some((scene) => scene === input.scene)) {
    const message = `Worldline cannot serve ${input.scene} on this account`
    throw new ProviderError({ outcome: 'rejected', accountId, message })
  }
  const endMs = Math.min(input.expiresAtMs, clock.nowMs() + LIFETIME_MS)
  if (isHosted(config, input.scene)) return openCheckout(account, input, endMs)
  const body = createRequest(input, { accountId, countryCode: config.countryCode })
  const created = await client.createPayment(body, `payment-${input.outTradeNo}`)
  const fields = shownFields(created)
  const fact = paymentFact(created.payment, {
    accountId,
    source: 'create',
    outTradeNo: input.outTradeNo,
    // The app that the cashier's fields were signed for.
    appId: fields.get('appId') ?? null,
  })
  if (fact.status !== 'pending') return { fact, clientAction: null, providerState: {} }
  const expiresAtMs = Math.min(input.expiresAtMs, clock.nowMs() + LIFETIME_MS)
  const action = clientAction(fields, { input, accountId, expiresAtMs })
  const isOpenOutside = input.scene === 'desktopQr' || input.scene === 'mobileWeb'
  const providerState = isOpenOutside ? { openUntilMs: String(expiresAtMs) } : {}
  return { fact, clientAction: action, providerState }
}

async function queryPayment(account: Account, ref: PaymentReference): Promise<PaymentFact | null> {
  const { accountId } = account
  const unfinished = await queryUnfinished(account, ref).catch((error: unknown) => {
    if (error instanceof ProviderError && error.outcome === 'rejected') return error
    throw error
  })
  if (unfinished && !(unfinished instanceof ProviderError)) return unfinished
  const payment = await findPayment(account, ref)
  if (payment)
    return paymentFact(payment, { accountId, source: 'query', outTradeNo: ref.outTradeNo })
  // A visit that is forgotten, and no payment under its reference: that proves nothing.
  if (unfinished) throw unfinished
  return null
}

async function findPayment(
  { accountId, client }: Account,
  ref: PaymentReference,
): Promise<WirePayment | null> {
  if (ref.providerPaymentId !== null) return client.getPayment(ref.providerPaymentId)
  const reference = merchantReference(ref.outTradeNo, accountId)
  const found = await client.findPayments(reference)
  const ours = found.filter(
    ({ paymentOutput }) => paymentOutput?.references?.merchantReference === reference,
  )
  const told = ours.map((payment) => ({
    payment,
    status: paymentFact(payment, { accountId, source: 'query' }).status,
  }))
  // More than one only after a repeat beyond their memory of keys: money first, then what is open.
  const best =
    told.find(({ status }) => status === 'paid') ??
    told.find(({ status }) => status === 'pending') ??
    told[0]
  return best?.payment ?? null
}

/** Cancels where Worldline says it can be; the fact is what they say it is afterwards. */
async function closePayment(account: Account, ref: PaymentReference): Promise<PaymentFact> {
  const { accountId, client } = account
  const payment = await findPayment(account, ref)
  if (!payment) {
    throw new ProviderError({
      outcome: 'rejected',
      accountId,
      message: 'Worldline knows no payment with this reference; there is nothing to close',
    })
  }
  const told = { accountId, source: 'close', outTradeNo: ref.outTradeNo } as const
  if (payment.statusOutput?.isCancellable !== true) return paymentFact(payment, told)
  try {
    return paymentFact(await client.cancelPayment(payment.id), told)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'rejected') throw error
    // Too late to cancel, so something has happened to it meanwhile.
    return paymentFact(await client.getPayment(payment.id), told)
  }
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { accountId, client } = account
  const body = {
    amountOfMoney: exactWireAmount(input.amount, accountId),
    refundReferences: { merchantReference: merchantReference(input.outRefundNo, accountId) },
  }
  const paymentId = await paymentIdOf(account, input.payment)
  const told = { accountId, outRefundNo: input.outRefundNo, providerPaymentId: paymentId }
  // They remember keys for a day only: after a longer silence our number is the only safeguard.
  const known = await knownRefund(account, paymentId, input.outRefundNo)
  if (known) return refundFact(await approvedByRule(account, known), { ...told, source: 'query' })
  // No look at isRefundable: after a full refund whose answer was lost it says no, while the
  // repeat with the same key answers what has become of it.
  const made = await client.createRefund(paymentId, body, `refund-${input.outRefundNo}`)
  return refundFact(await approvedByRule(account, made), { ...told, source: 'create' })
}

/**
 * Approves where the configuration says so. Also on later questions: an approval whose answer was
 * lost, or that had to fail, is made up for. Its trouble changes nothing: the refund waits as it is.
 */
async function approvedByRule(account: Account, waiting: WireRefund): Promise<WireRefund> {
  if (!account.config.approveRefunds) return waiting
  try {
    return await approved(account, waiting)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return waiting
  }
}

async function approved({ client }: Account, waiting: WireRefund): Promise<WireRefund> {
  const { id, status, refundOutput } = waiting
  if (status !== AWAITS_APPROVAL) return waiting
  const amount = refundOutput?.amountOfMoney?.amount
  await client.approveRefund(id, amount === undefined ? {} : { amount })
  return client.getRefund(id)
}

/** Approves; a refund that does not wait for that any more is answered as it is. */
async function continueRefund(
  account: Account,
  ref: RefundReference,
  to: RefundDestination | null,
): Promise<RefundFact> {
  const { accountId } = account
  const refuse = (message: string) => new ProviderError({ outcome: 'rejected', accountId, message })
  if (to !== null) throw refuse('Worldline pays back the way the money came; leave out `to`')
  const found = await findRefund(account, ref)
  if (!found) throw refuse('Worldline has no such refund; there is nothing to approve')
  const told = { accountId, source: 'query', outRefundNo: ref.outRefundNo } as const
  return refundFact(await approved(account, found), told)
}

async function knownRefund(
  { client }: Account,
  paymentId: string,
  outRefundNo: string,
): Promise<WireRefund | undefined> {
  try {
    return refundNamed(await client.findRefunds(paymentId), outRefundNo)
  } catch (error) {
    // A payment without refunds may well have no list of them.
    if (error instanceof ProviderError && error.outcome === 'rejected') return undefined
    throw error
  }
}

function refundNamed(refunds: readonly WireRefund[], outRefundNo: string): WireRefund | undefined {
  return refunds.find(
    ({ refundOutput }) => refundOutput?.references?.merchantReference === outRefundNo,
  )
}

async function queryRefund(account: Account, ref: RefundReference): Promise<RefundFact | null> {
  const { accountId } = account
  const found = await findRefund(account, ref)
  const told = { accountId, source: 'query', outRefundNo: ref.outRefundNo } as const
  return found && refundFact(await approvedByRule(account, found), told)
}

async function findRefund(account: Account, ref: RefundReference): Promise<WireRefund | null> {
  const { client } = account
  if (ref.providerRefundId !== null) return client.getRefund(ref.providerRefundId)
  const paymentId = await paymentIdOf(account, ref.payment)
  return refundNamed(await client.findRefunds(paymentId), ref.outRefundNo) ?? null
}

async function paymentIdOf(account: Account, ref: PaymentReference): Promise<string> {
  if (ref.providerPaymentId !== null) return ref.providerPaymentId
  const payment = await findPayment(account, ref)
  if (payment) return payment.id
  throw new ProviderError({
    outcome: 'rejected',
    accountId: account.accountId,
    message: 'Worldline knows no payment with this reference; there is nothing to refund',
  })
}

/** The WX file lies on an SFTP server, and is brought here from there. */
function readSettlement({ accountId, config }: Account, request: SettlementRequest) {
  if (request.kind === 'file') return readFile(request, { accountId, ...config })
  const message = "Worldline's books are WX files on its SFTP server: read them by file, not by day"
  throw new ProviderError({ outcome: 'rejected', accountId, message })
}
