import { isIP } from 'node:net'
import { z } from 'zod'
import { type ApiProblem, invalid, missing } from './errors.ts'
import { MAX_MINOR, TERMINAL_TYPES, type TerminalType } from './options.ts'

const metadataSchema = z.record(z.string().max(40), z.string().max(500))
const optionsSchema = z.object({
  terminal_type: z.enum(TERMINAL_TYPES),
  os_type: z.enum(['IOS', 'ANDROID']).optional(),
  client_ip: z.string().refine((text) => isIP(text) > 0, 'is not an IP address'),
  openid: z.string().max(128).optional(),
})
const methodShape = {
  payment_method_data: z
    .object({
      type: z.literal('wechat_pay'),
      wechat_pay: z.object({ payment_code: z.string().optional() }).optional(),
      billing_details: z.unknown().optional(),
    })
    .optional(),
  payment_method_options: z.object({ wechat_pay: optionsSchema.optional() }).optional(),
  return_url: z.string().min(1).optional(),
}
const descriptiveShape = {
  description: z.string().max(1_000).optional(),
  metadata: metadataSchema.optional(),
  merchant_order_id: z.string().min(1).max(64).optional(),
  merchant_user_id: z.string().min(1).optional(),
}

const createSchema = z.object({
  ...methodShape,
  ...descriptiveShape,
  amount: z.int().min(1),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  confirm: z.boolean().default(false),
  payment_method_types: z.array(z.literal('wechat_pay')).min(1).optional(),
  capture_method: z.literal('automatic').optional(),
  customer: z.string().optional(),
  shipping: z.unknown().optional(),
})
const updateSchema = z.object(descriptiveShape)
const confirmSchema = z.object(methodShape)
const refundSchema = z.object({
  payment_intent: z.string().min(1),
  /** The schema says text, public code sends a number; both are taken. */
  amount: z
    .union([
      z.int().min(1),
      z
        .string()
        .regex(/^[1-9]\d{0,14}$/)
        .transform(Number),
    ])
    .optional(),
  reason: z
    .enum(['duplicate', 'fraudulent', 'requested_by_customer', 'resolved_dispute'])
    .optional(),
  metadata: metadataSchema.optional(),
})

export type IntentFields = z.infer<typeof updateSchema>
export type RefundFields = z.infer<typeof refundSchema>

/** How an intent is to be paid; keeps all the rules of its terminal type. */
export interface MethodFields {
  readonly options: z.infer<typeof optionsSchema>
  readonly paymentCode: string | null
  readonly returnUrl: string | null
}

export interface CreateFields extends IntentFields {
  readonly amount: number
  readonly currency: string
  readonly confirm: boolean
  readonly method: MethodFields | null
}

/** Throws ApiProblem. */
export function readCreate(body: string): CreateFields {
  const fields = parse(body, createSchema)
  const currency = fields.currency.toUpperCase()
  const limit = MAX_MINOR[currency]
  if (limit === undefined) throw invalid('currency', `WeChat Pay does not take ${currency}.`)
  if (fields.amount > limit) throw invalid('amount', 'Amount must be no more than 50,000 USD.')
  if (fields.confirm && !fields.payment_method_data) throw missing('payment_method_data')
  return {
    ...descriptive(fields),
    amount: fields.amount,
    currency,
    confirm: fields.confirm,
    method: methodOf(fields),
  }
}

/** Null where the request says nothing about the method. Throws ApiProblem. */
export function readConfirm(body: string): MethodFields | null {
  return methodOf(parse(body.trim() === '' ? '{}' : body, confirmSchema))
}

/** Throws ApiProblem. */
export function readUpdate(body: string): IntentFields {
  return descriptive(parse(body, updateSchema))
}

/** Throws ApiProblem. */
export function readRefund(body: string): RefundFields {
  return parse(body, refundSchema)
}

function descriptive(fields: IntentFields): IntentFields {
  const { description, metadata, merchant_order_id, merchant_user_id } = fields
  return {
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(merchant_order_id === undefined ? {} : { merchant_order_id }),
    ...(merchant_user_id === undefined ? {} : { merchant_user_id }),
  }
}

const OPTIONS = 'payment_method_options[wechat_pay]'

function methodOf(fields: z.infer<typeof confirmSchema>): MethodFields | null {
  const data = fields.payment_method_data
  if (!data) return null
  const options = fields.payment_method_options?.wechat_pay
  if (!options) throw missing(`${OPTIONS}[terminal_type]`)
  const paymentCode = data.wechat_pay?.payment_code ?? null
  checkPayer(options.terminal_type, { openid: options.openid ?? '', code: paymentCode ?? '' })
  return { options, paymentCode, returnUrl: fields.return_url ?? null }
}

function checkPayer(terminal: TerminalType, payer: { openid: string; code: string }): void {
  const inWechat = terminal === 'OFFICIAL_ACCOUNT' || terminal === 'MINI_PROGRAM'
  if (inWechat && payer.openid === '') throw missing(`${OPTIONS}[openid]`)
  if (terminal !== 'SCAN_CODE') return
  const param = 'payment_method_data[wechat_pay][payment_code]'
  if (payer.code === '') throw missing(param)
  // WeChat's payment codes: 18 digits that begin with 10 to 15.
  if (!/^1[0-5]\d{16}$/.test(payer.code)) throw invalid(param, 'Not a WeChat payment code.')
}

/** The body by its schema, with the first broken rule as the problem. Throws ApiProblem. */
export function parse<T>(body: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw invalid('body', 'The request body is not JSON.')
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw problemOf(result.error.issues[0], json)
}

function problemOf(issue: z.core.$ZodIssue | undefined, json: unknown): ApiProblem {
  const [first = 'body', ...rest] = issue?.path.map(String) ?? []
  const param = first + rest.map((part) => `[${part}]`).join('')
  const given = (issue?.path ?? []).reduce<unknown>(
    (value, key) => (typeof value === 'object' && value ? Reflect.get(value, key) : undefined),
    json,
  )
  if (given === undefined || given === null) return missing(param)
  return invalid(param, issue?.message ?? 'Invalid.')
}
