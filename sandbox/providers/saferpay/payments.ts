import { type Money, minorDigits, money } from '../../../shared/money.ts'
import { ALPHANUMERIC } from '../../random.ts'
import { SandboxError } from '../../simulator.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { isOpen, type PaymentRow } from './ledger.ts'
import { notifyEnd } from './notifications.ts'
import type { SaferpayTerminal } from './options.ts'
import {
  type InitializeRequest,
  initializeSchema,
  invalid,
  knowsWechat,
  validated,
} from './requests.ts'
import { type Answer, type RequestHeader, SaferpayRefusal, wireInstant } from './wire.ts'
import type { World } from './world.ts'

export const PAGE_PATH = '/vt2/api/PaymentPage'

/** PaymentPage/Initialize: books a page that waits for its payer. */
export function initialize(
  world: World,
  terminal: SaferpayTerminal,
  call: { header: RequestHeader; body: unknown },
): Answer {
  const request = validated(initializeSchema, call.body)
  if (request.TerminalId !== terminal.terminalId) throw invalid(['TerminalId: unknown'])
  const byWechat = checkMethod(request, call.header)
  const { Amount } = request.Payment
  if (!terminal.currencies.includes(Amount.CurrencyCode))
    throw new SaferpayRefusal('CURRENCY_INVALID')
  const row = newRow(world, { terminal, request, byWechat })
  world.ledger.add(row)
  world.timers.later(row.expiresAtMs - world.nowMs(), () => lapse(world, row))
  const path = `${PAGE_PATH}/${row.customerId}/${row.terminalId}/${row.token}`
  return {
    status: 200,
    body: {
      Token: row.token,
      Expiration: wireInstant(row.expiresAtMs),
      RedirectUrl: world.publicUrl() + path,
    },
  }
}

/** Before 1.40 the word WECHATPAY is ignored; since then WeChat's own demands hold. */
function checkMethod(
  { PaymentMethods, Payment, Notification }: InitializeRequest,
  header: RequestHeader,
) {
  if (!PaymentMethods?.includes('WECHATPAY') || !knowsWechat(header.SpecVersion)) return false
  if (PaymentMethods.length > 1) return true
  const missing = (['SuccessNotifyUrl', 'FailNotifyUrl'] as const).filter(
    (name) => Notification?.[name] === undefined,
  )
  if (missing.length > 0) throw invalid(missing.map((name) => `Notification.${name}: missing`))
  if ((Payment.OrderId?.length ?? 0) > 50) throw invalid(['Payment.OrderId: 50 at most'])
  return true
}

function newRow(
  world: World,
  input: { terminal: SaferpayTerminal; request: InitializeRequest; byWechat: boolean },
): PaymentRow {
  const { Payment, Payer, ReturnUrl, Notification } = input.request
  const word = (length: number) => world.random.word(length, ALPHANUMERIC)
  return {
    token: word(28).toLowerCase(),
    session: word(32),
    transactionId: word(28),
    customerId: input.terminal.customerId,
    terminalId: input.terminal.terminalId,
    orderId: Payment.OrderId ?? null,
    amount: money(Number(Payment.Amount.Value), Payment.Amount.CurrencyCode),
    description: Payment.Description,
    language: Payer?.LanguageCode ?? 'en',
    payerIp: Payer?.IpAddress ?? null,
    byWechat: input.byWechat,
    returnUrl: ReturnUrl.Url,
    successUrl: Notification?.SuccessNotifyUrl ?? null,
    failUrl: Notification?.FailNotifyUrl ?? null,
    createdAtMs: world.nowMs(),
    expiresAtMs: world.nowMs() + world.behaviour().lifetimeMs,
    state: 'NEW',
    prepay: null,
    finalAtMs: null,
    failedTries: 0,
    freshEvents: 0,
    pollingViolations: 0,
    toldEnd: 0,
    refunds: [],
  }
}

/** The payer opens the page: now the order goes to WeChat. Without H5 permission, phones fail. */
export function start(world: World, row: PaymentRow, mobile: boolean): void {
  if (row.state !== 'NEW') return
  row.state = 'STARTED'
  if (!row.byWechat) return
  const terminal = world.terminals.get(row.terminalId)
  if (!terminal || (mobile && !world.behaviour().h5Permission)) {
    end(world, row, 'DECLINED')
    return
  }
  try {
    const prepay = world.wechat.createPrepay({
      tradeType: mobile ? 'MWEB' : 'NATIVE',
      appId: terminal.wechat.appId,
      mchId: terminal.wechat.mchId,
      signing: { signType: 'MD5', key: terminal.wechat.apiKey },
      amount: row.amount,
      description: row.description,
      walletAmount: inYuan(row.amount, world.behaviour().walletRates),
      onPaid: () => pay(world, row),
      onFailedTry: () => {
        row.failedTries += 1
      },
    })
    const link = prepay.codeUrl ?? prepay.h5Url ?? ''
    row.prepay = { prepayId: prepay.prepayId, link, mobile }
  } catch (error) {
    if (!(error instanceof WechatRefusal)) throw error
    end(world, row, 'DECLINED')
  }
}

/** WeChat has the payer's money. */
export function pay(world: World, row: PaymentRow): void {
  if (!isOpen(row) || !world.ledger.payments().includes(row)) return
  const { paysAs, pendingMs } = world.behaviour()
  if (paysAs !== 'PENDING') {
    end(world, row, paysAs)
    return
  }
  row.state = 'PENDING'
  row.freshEvents += 1
  world.timers.later(pendingMs, () => end(world, row, 'CAPTURED'))
}

/** The payment is over, one way or the other, and the merchant is called. */
export function end(
  world: World,
  row: PaymentRow,
  state: 'CAPTURED' | 'AUTHORIZED' | 'DECLINED' | 'ABORTED',
): void {
  if (!isOpen(row) && row.state !== 'PENDING') return
  if (row.prepay && state !== 'CAPTURED' && state !== 'AUTHORIZED') {
    world.wechat.closePrepay(row.prepay.prepayId)
  }
  row.state = state
  row.finalAtMs = world.nowMs()
  notifyEnd(world, row)
}

/** Nobody paid in time. Nothing is known of a notification about that, so there is none. */
export function lapse(world: World, row: PaymentRow): void {
  if (!isOpen(row)) return
  if (row.prepay) world.wechat.closePrepay(row.prepay.prepayId)
  row.state = 'LAPSED'
  row.finalAtMs = world.nowMs()
  row.freshEvents += 1
}

/** The payment of a script, if it can still be paid. Throws SandboxError 409. */
export function payable(world: World, row: PaymentRow): { prepayId: string } {
  if (row.byWechat) start(world, row, false)
  if (isOpen(row) && row.prepay) return row.prepay
  const why = row.byWechat ? row.state : 'not by WeChat'
  throw new SandboxError(409, `the payment ${row.transactionId} is ${why}`)
}

const RATE_DIGITS = 4

/** What the wallet is debited with, rounded half up. */
function inYuan({ value, currency }: Money, rates: Readonly<Record<string, string>>): Money {
  if (currency === 'CNY') return { value, currency }
  const rate = BigInt((rates[currency] ?? '1.0000').replace('.', ''))
  const scale = 10n ** BigInt(RATE_DIGITS + minorDigits(currency) - minorDigits('CNY'))
  const minor = (2n * BigInt(value) * rate + scale) / (2n * scale)
  return money(Math.max(1, Number(minor)), 'CNY')
}
