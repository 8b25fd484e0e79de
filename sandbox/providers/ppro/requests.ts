import { isIPv4 } from 'node:net'
import { z } from 'zod'
import { type Money, money } from '../../../shared/money.ts'
import { CURRENCIES, type PproBehaviour, TAGS, type Tag } from './options.ts'
import type { Fields } from './wire.ts'

export interface TransactionRequest {
  readonly tag: Tag
  readonly amount: Money
  readonly merchantTxid: string | null
  readonly channel: string
  readonly merchantRedirectUrl: string | null
  readonly notificationUrl: string
  readonly locale: string
  readonly descriptor: string
}

export interface RefundRequest {
  readonly tag: Tag
  readonly txid: string
  readonly amount: Money
  readonly merchantRefundId: string | null
}

/** What was asked for, or the text for ERRMSG. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

const merchantId = z.string().regex(/^[a-zA-Z0-9.,\-_]{1,40}$/)
const amount = z.string().regex(/^[1-9]\d{0,11}$/)
const url = z.url({ protocol: /^https?$/ }).max(255)
const currency = z.enum(CURRENCIES)

const transactionSchema = z.object({
  tag: z.enum(TAGS),
  countrycode: z.literal('CN'),
  currency,
  amount,
  merchanttxid: merchantId.optional(),
  channel: z.enum(['testchannel', 'livechannel']),
  merchantredirecturl: url.optional(),
  notificationurl: url,
  accountholdername: z.string().trim().min(1).max(100),
  'specin.locale': z.enum(['zh-CN', 'zh-TW', 'en-US']).default('en-US'),
  'specin.dynamicdescriptor': z.string().max(100).default(''),
  'specin.ipaddress': z.string().optional(),
})

const refundSchema = z.object({
  tag: z.enum(TAGS),
  txid: z.string().regex(/^\w{1,20}$/),
  currency,
  amount,
  merchantrefundid: merchantId.optional(),
})

export function checkTransaction(
  fields: Fields,
  behaviour: PproBehaviour,
): Checked<TransactionRequest> {
  const parsed = transactionSchema.safeParse(withoutEmpty(fields))
  if (!parsed.success) return { ok: false, message: firstProblem(parsed.error) }
  const form = parsed.data
  if (form.tag === 'wechatpayh5') {
    const problem = addressProblem(form['specin.ipaddress'], behaviour)
    if (problem !== null) return { ok: false, message: `specin.ipaddress: ${problem}` }
  }
  const value = {
    tag: form.tag,
    amount: money(Number(form.amount), form.currency),
    merchantTxid: form.merchanttxid ?? null,
    channel: form.channel,
    merchantRedirectUrl: form.merchantredirecturl ?? null,
    notificationUrl: form.notificationurl,
    locale: form['specin.locale'],
    descriptor: form['specin.dynamicdescriptor'],
  }
  return { ok: true, value }
}

export function checkRefund(fields: Fields): Checked<RefundRequest> {
  const parsed = refundSchema.safeParse(withoutEmpty(fields))
  if (!parsed.success) return { ok: false, message: firstProblem(parsed.error) }
  const { tag, txid } = parsed.data
  const value = {
    tag,
    txid,
    amount: money(Number(parsed.data.amount), parsed.data.currency),
    merchantRefundId: parsed.data.merchantrefundid ?? null,
  }
  return { ok: true, value }
}

/** `name=` says no more than leaving the name out. */
function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** At most 128 characters, as ERRMSG allows. */
function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`.slice(0, 128)
}

const NOT_PUBLIC = /^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\./

function addressProblem(address: string | undefined, behaviour: PproBehaviour): string | null {
  if (address === undefined) return 'missing'
  if (!isIPv4(address)) return 'not an IPv4 address'
  return behaviour.strictIpAddress && NOT_PUBLIC.test(address) ? 'not a public address' : null
}
