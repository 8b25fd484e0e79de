import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../shared/clock.ts'
import type { ClientAction } from '../../domain/client-action.ts'
import type { FactSource, PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError } from '../errors.ts'
import type { HttpClient } from '../http.ts'
import type {
  CreatedPayment,
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RefundDestination,
  RefundInput,
  RefundReference,
} from '../provider.ts'
import { createWechatPayClient, type WechatPayClient } from './client.ts'
import { readSettlement } from './client-settlement.ts'
import { capabilitiesOf, lifetimeMsOf, payingAppId, type WechatPayConfig } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import { appParams, pageParams, readPrivateKey, readPublicKey } from './signing.ts'
import { fault, orderBody, paymentFact, refundBody, refundFact } from './translate.ts'

export { type WechatPayConfig, wechatPayConfigSchema } from './config.ts'

interface Account {
  readonly accountId: string
  readonly config: WechatPayConfig
  readonly clock: Clock
  readonly client: WechatPayClient
  readonly nonce: () => string
  /** Signs what opens the cashier. */
  readonly privateKey: ReturnType<typeof readPrivateKey>
}

/**
 * WeChat Pay itself, APIv3, for one merchant number or one sub-merchant of a service provider. The
 * order number is the key: the same order sent again is answered with a fresh prepay_id. Keeps
 * WeChat's platform certificates while it lives, and nothing else.
 */
export function createWechatPayProvider(options: {
  accountId: string
  config: WechatPayConfig
  http: HttpClient
  clock: Clock
  random?: (size: number) => Uint8Array
}): Provider {
  const { accountId, config, http, clock, random = randomBytes } = options
  const nonce = () => Buffer.from(random(16)).toString('hex').toUpperCase()
  const privateKey = readPrivateKey(config.privateKey)
  const publicKeys = new Map(
    Object.entries(config.publicKeys).map(([id, text]) => [id, readPublicKey(text)]),
  )
  const deps = { accountId, config, privateKey, clock, nonce }
  const client = createWechatPayClient({ ...deps, publicKeys, http })
  const account: Account = { ...deps, client }
  return {
    accountId,
    name: 'wechat-pay',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref, 'query'),
    parseNotification: (notification) =>
      parseNotification(notification, { accountId, config, keys: client.line.keys }),
    acknowledge: () => ACKNOWLEDGEMENT,
    closePayment: (ref) => closePayment(account, ref),
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
    ...(config.region === 'mainland'
      ? {
          continueRefund: (ref, to) => continueRefund(account, ref, to),
          readSettlement: (request) => readSettlement(client.line, request),
        }
      : {}),
  }
}

const PRODUCTS = {
  miniProgram: 'jsapi',
  officialAccount: 'jsapi',
  desktopQr: 'native',
  mobileWeb: 'h5',
  app: 'app',
} as const

async function createPayment(account: Account, input: CreatePaymentInput): Promise<CreatedPayment> {
  const { client } = account
  const body = orderBody(input, account)
  const appId = payingAppId(input, account.config)
  const providerState = { appId, notifyUrl: input.notifyUrl }
  if (input.scene === 'paymentCode') {
    const taken = await client.payByCode(body)
    const fact = taken
      ? paymentFact(taken, {
          ...account,
          source: 'create',
          asked: { ...input, providerPaymentId: null },
        })
      : await paidFact(account, input)
    const expiresAtMs = expiryOf(account, input)
    const clientAction = fact.status === 'pending' ? ({ kind: 'wait', expiresAtMs } as const) : null
    return { fact, clientAction, providerState }
  }
  const token = await client.order(PRODUCTS[input.scene], body)
  if (token === null) {
    return { fact: await paidFact(account, input), clientAction: null, providerState }
  }
  const clientAction = actionFor(account, { input, token, appId })
  const fact = plainFact(account, {
    source: 'create',
    outTradeNo: input.outTradeNo,
    // Nobody can have paid it yet.
    status: 'pending',
    providerStatus: 'NOTPAY',
    appId,
  })
  return { fact, clientAction, providerState }
}

/** What follows from a plain yes of WeChat Pay's, which tells nothing more. */
function plainFact(
  { accountId }: Account,
  told: Pick<PaymentFact, 'source' | 'outTradeNo' | 'status' | 'providerStatus' | 'appId'>,
): PaymentFact {
  return {
    kind: 'payment',
    accountId,
    providerPaymentId: null,
    amount: null,
    occurredAtMs: null,
    settlement: null,
    unknownStatus: false,
    ...told,
  }
}

/**
 * WeChat Pay says that this number is paid already: an earlier try was, and they tell with what. A
 * question that fails does not undo that, so whatever became of it, the outcome is unknown.
 */
async function paidFact(
  account: Account,
  { outTradeNo }: CreatePaymentInput,
): Promise<PaymentFact> {
  const { client, accountId } = account
  const transaction = await client.queryByOutTradeNo(outTradeNo).catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error
    throw fault(accountId, 'unknown', `paid already, and nobody can say how: ${error.message}`)
  })
  const asked = { outTradeNo, providerPaymentId: null }
  const fact = transaction && paymentFact(transaction, { ...account, source: 'create', asked })
  if (fact && fact.status !== 'pending') return fact
  throw fault(account.accountId, 'unknown', 'WeChat Pay says both paid and not paid of one order')
}

function expiryOf({ clock }: Account, { scene, expiresAtMs }: CreatePaymentInput): number {
  return Math.min(expiresAtMs, clock.nowMs() + lifetimeMsOf(scene))
}

/** What the payer does next. Throws `unknown`: the order exists, but cannot be presented. */
function actionFor(
  account: Account,
  { input, token, appId }: { input: CreatePaymentInput; token: string; appId: string },
): ClientAction {
  const { config, clock, privateKey, nonce, accountId } = account
  const expiresAtMs = expiryOf(account, input)
  if (input.scene === 'desktopQr') {
    if (token.startsWith('weixin://')) {
      return { kind: 'qrCode', content: token, image: null, expiresAtMs }
    }
    throw fault(accountId, 'unknown', 'code_url is not an address that opens WeChat Pay')
  }
  if (input.scene === 'mobileWeb') {
    const url = cashierPage(token, input.returnUrl)
    if (url !== null) return { kind: 'redirect', url, expiresAtMs }
    throw fault(accountId, 'unknown', 'h5_url is not an address')
  }
  const timeStamp = String(Math.floor(clock.nowMs() / 1_000))
  const cashier = { appId, prepayId: token, timeStamp, nonceStr: nonce() }
  if (input.scene === 'app') {
    const partnerId = config.partner?.subMchId ?? config.mchId
    return { kind: 'appPay', params: appParams({ ...cashier, partnerId }, privateKey), expiresAtMs }
  }
  return { kind: 'wechatPay', payParams: pageParams(cashier, privateKey), expiresAtMs }
}

/** Where the payer comes back to is told in the address; the return proves nothing. */
function cashierPage(h5Url: string, returnUrl: string): string | null {
  if (!/^https?:/i.test(h5Url) || !URL.canParse(h5Url)) return null
  return `${h5Url}${h5Url.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(returnUrl)}`
}

async function queryPayment(
  account: Account,
  ref: PaymentReference,
  source: FactSource,
): Promise<PaymentFact | null> {
  const { client } = account
  const transaction =
    ref.providerPaymentId === null
      ? await client.queryByOutTradeNo(ref.outTradeNo)
      : await client.queryById(ref.providerPaymentId)
  return transaction && paymentFact(transaction, { ...account, source, asked: ref })
}

/** A payment by code is reversed, and only when nobody has paid: reversing pays back. */
async function closePayment(account: Account, ref: PaymentReference): Promise<PaymentFact> {
  const { client } = account
  if (ref.scene === 'paymentCode') {
    const now = await known(account, ref)
    if (now.status !== 'pending') return now
    await client.reverse(ref.outTradeNo)
    return known(account, ref)
  }
  try {
    await client.close(ref.outTradeNo)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'rejected') throw error
    // Not to be closed, so something has happened to it meanwhile.
    return known(account, ref)
  }
  return plainFact(account, {
    source: 'close',
    outTradeNo: ref.outTradeNo,
    status: 'cancelled',
    providerStatus: 'CLOSED',
    appId: null,
  })
}

async function known(account: Account, ref: PaymentReference): Promise<PaymentFact> {
  const fact = await queryPayment(account, ref, 'close')
  if (fact) return fact
  const message = 'WeChat Pay knows no order with this number; there is nothing to close'
  throw fault(account.accountId, 'rejected', message)
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { payment, outRefundNo } = input
  const made = await account.client.refund(refundBody(input, account))
  const asked = { payment, outRefundNo, providerRefundId: null }
  const refused = { out_refund_no: outRefundNo, status: 'NOT_ENOUGH' }
  return refundFact(made ?? refused, { ...account, source: 'create', asked })
}

async function queryRefund(account: Account, ref: RefundReference): Promise<RefundFact | null> {
  const found = await account.client.queryRefund(ref.outRefundNo)
  return found && refundFact(found, { ...account, source: 'query', asked: ref })
}

/** An ABNORMAL refund goes on only to another card, or to the merchant's own account. */
async function continueRefund(
  account: Account,
  ref: RefundReference,
  to: RefundDestination | null,
): Promise<RefundFact> {
  const { accountId, config, client } = account
  if (ref.providerRefundId === null) {
    throw fault(accountId, 'rejected', "an abnormal refund needs WeChat Pay's number of the refund")
  }
  if (to === null) {
    const cure = 'name another card of the payer, or the account of the merchant'
    throw fault(accountId, 'rejected', `WeChat Pay asks where this refund shall go: ${cure}`)
  }
  const answer = await client.abnormalRefund(ref.providerRefundId, {
    ...(config.partner ? { sub_mchid: config.partner.subMchId } : {}),
    out_refund_no: ref.outRefundNo,
    ...(to.kind === 'merchantAccount'
      ? { type: 'MERCHANT_BANK_CARD' }
      : {
          type: 'USER_BANK_CARD',
          bank_type: to.bankType,
          bank_account: to.accountNumber,
          real_name: to.holderName,
        }),
  })
  return refundFact(answer, { ...account, source: 'create', asked: ref })
}
