import { isIP } from 'node:net'
import { decimalToMinor, type Money } from '../../../shared/money.ts'
import { CURRENCIES, METHODS, type Method } from './options.ts'
import type { Fields } from './wire.ts'

/** A request that is refused, by its code and the text for errormessage. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: `-${string}`
  constructor(code: `-${string}`, message: string) {
    super(message)
    this.code = code
  }
}

export interface PaymentRequest {
  readonly method: Method
  readonly amount: Money
  readonly orderId: string
  readonly custom1: string
  readonly language: string
  readonly urls: { readonly success: string; readonly failed: string }
  readonly notificationUrl: string
}

export interface RefundRequest {
  readonly transactionId: string
  readonly amount: Money
  readonly externalId: string
}

/** payment_preauthorize for payment method 5, by the tables of the WeChat Pay page. */
export function checkPayment(fields: Fields): PaymentRequest {
  const of = reader(fields)
  const method = METHODS.find((known) => known === fields['custom2'])
  if (fields['payment_method'] !== '5') throw new Refused('-6000', 'payment_method: 5')
  if (!method) throw new Refused('-6000', 'custom2: unknown')
  const amount = checkAmount(fields, /^\d{1,9}(?:\.\d\d)?$/)
  of('accountname', { min: 3, max: 100 })
  of('bankcountry', { min: 2, max: 2, pattern: /^[A-Z]{2}$/ })
  checkCustomer(fields, method)
  const returned = of('url_return', URL_RULE)
  const failed = of('url_failed', URL_RULE) || of('url_fail', URL_RULE)
  return {
    method,
    amount,
    orderId: of('orderid', { max: 40 }),
    custom1: of('custom1', { max: 255 }),
    language: of('language', { max: 2, pattern: /^(?:[a-z]{2})?$/ }) || 'en',
    urls: { success: of('url_success', URL_RULE) || returned, failed: failed || returned },
    notificationUrl: of('notification_url', URL_RULE),
  }
}

/** The desktop table asks for all of them; the published H5 request leaves the names empty. */
function checkCustomer(fields: Fields, method: Method): void {
  const of = reader(fields)
  const min = method === 'wechatpay' ? 1 : 0
  of('firstname', { min, max: 50 })
  of('lastname', { min, max: 50 })
  of('email', { min, max: 50, pattern: /^(?:[^@\s]+@[^@\s]+)?$/ })
  of('external_id', { max: 255 })
  const address = of('customerip', { min: method === 'wechatpayh5' ? 1 : 0, max: 39 })
  if (address !== '' && isIP(address) === 0) throw new Refused('-6000', 'customerip: no address')
}

export function checkRefund(fields: Fields): RefundRequest {
  const of = reader(fields)
  return {
    transactionId: of('transactionid', { min: 1, max: 20, pattern: /^\d+$/ }),
    amount: checkAmount(fields, /^\d{1,9}(?:\.\d{1,2})?$/),
    externalId: of('external_id', { max: 255 }),
  }
}

function checkAmount({ amount = '', currency = '' }: Fields, pattern: RegExp): Money {
  if (!CURRENCIES.some((known) => known === currency)) throw new Refused('-6103', 'wrong currency')
  const sum = pattern.test(amount) ? decimalToMinor(amount, currency) : null
  if (!sum?.value) throw new Refused('-6102', 'wrong price')
  return sum
}

interface Rule {
  readonly min?: number
  readonly max: number
  readonly pattern?: RegExp
}

const URL_RULE: Rule = { max: 255, pattern: /^(?:https?:\/\/[^\s]+)?$/ }

function reader(fields: Fields) {
  return (name: string, { min = 0, max, pattern = /^/ }: Rule): string => {
    const value = fields[name] ?? ''
    if (value.length < min) throw new Refused('-6000', `${name}: missing or too short`)
    if (value.length > max) throw new Refused('-6000', `${name}: too long`)
    if (!pattern.test(value)) throw new Refused('-6000', `${name}: invalid`)
    return value
  }
}

export interface Period {
  readonly fromMs: number
  /** Not included any more. */
  readonly untilMs: number
}

const DAY_MS = 24 * 60 * 60 * 1_000

/** start_date and end_date, `dd.mm.yyyy`, both inclusive. */
export function checkPeriod(fields: Fields): Period {
  const fromMs = dayOf(fields['start_date'] ?? '')
  const untilMs = dayOf(fields['end_date'] ?? '') + DAY_MS
  if (fromMs < untilMs) return { fromMs, untilMs }
  throw new Refused('-6000', 'start_date, end_date: dd.mm.yyyy, in order')
}

function dayOf(text: string): number {
  const [, dd, mm, yyyy] = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text) ?? []
  return Date.UTC(Number(yyyy), Number(mm) - 1, Number(dd))
}
