import { z } from 'zod'
import { type Money, money } from '../../../shared/money.ts'
import { canonical, parseBody } from './body.ts'
import { parameterError } from './errors.ts'
import type { Call } from './exchange.ts'
import type { Owner } from './ledger.ts'
import type { WechatPayBehaviour } from './options.ts'
import { notifyUrl, outTradeNo } from './order-fields.ts'
import { checkNotifyUrl, ownerOf } from './order-request.ts'

export interface RefundRequest {
  readonly owner: Owner
  readonly transactionId: string | null
  readonly outTradeNo: string | null
  readonly outRefundNo: string
  readonly amount: Money
  readonly totalMinor: number
  readonly notifyUrl: string | null
  /** Equal for identical requests. */
  readonly fingerprint: string
}

const text = (max: number) => z.string().min(1).max(max)
const outRefundNo = z
  .string()
  .regex(/^[0-9A-Za-z_\-|*@]{1,64}$/, '1 to 64 of 0-9 A-Z a-z _ - | * @')
const minor = z.int().min(1)

const common = {
  transaction_id: text(32).optional(),
  out_trade_no: outTradeNo.optional(),
  out_refund_no: outRefundNo,
  reason: z.string().max(80).optional(),
  notify_url: notifyUrl.optional(),
} as const

const mainlandOnly = {
  funds_account: z.enum(['AVAILABLE', 'UNSETTLED']).optional(),
  amount: z.strictObject({
    refund: minor,
    from: z
      .array(z.strictObject({ account: z.enum(['AVAILABLE', 'UNAVAILABLE']), amount: minor }))
      .optional(),
    total: minor,
    currency: z.literal('CNY'),
  }),
  goods_detail: z
    .array(
      z.strictObject({
        merchant_goods_id: text(32),
        wechatpay_goods_id: text(32).optional(),
        goods_name: z.string().max(256).optional(),
        unit_price: z.int().min(0),
        refund_amount: z.int().min(0),
        refund_quantity: minor,
      }),
    )
    .optional(),
} as const

const globalAmount = z.strictObject({
  refund: minor,
  total: minor,
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters'),
})

interface RefundBody {
  readonly appid?: string | undefined
  readonly mchid?: string | undefined
  readonly sp_mchid?: string | undefined
  readonly sub_mchid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly out_trade_no?: string | undefined
  readonly out_refund_no: string
  readonly notify_url?: string | undefined
  readonly amount: {
    readonly refund: number
    readonly total: number
    readonly currency: string
  }
}

/** Mainland bodies name no merchant: the signature does, and `sub_mchid` for a service provider. */
const SCHEMAS: Readonly<Record<Call['family'], Record<Call['mode'], z.ZodType<RefundBody>>>> = {
  mainland: {
    direct: z.strictObject({ ...common, ...mainlandOnly }),
    partner: z.strictObject({ ...common, ...mainlandOnly, sub_mchid: text(32) }),
  },
  global: {
    direct: z.strictObject({ ...common, appid: text(32), mchid: text(32), amount: globalAmount }),
    partner: z.strictObject({
      ...common,
      sp_appid: text(32),
      sp_mchid: text(32),
      sub_appid: text(32).optional(),
      sub_mchid: text(32),
      amount: globalAmount,
    }),
  },
}

/** Throws Refused for whatever is wrong with the request itself. */
export function readRefund(call: Call, behaviour: WechatPayBehaviour): RefundRequest {
  const { family, mode, merchant } = call
  const body = parseBody(call.request, SCHEMAS[family][mode])
  if (body.notify_url !== undefined) checkNotifyUrl(body.notify_url, behaviour)
  const { transaction_id: transactionId = null, out_trade_no: orderNo = null } = body
  if (transactionId === null && orderNo === null) {
    const issue = 'transaction_id or out_trade_no'
    throw parameterError({ field: '/transaction_id', issue, location: 'body' })
  }
  return {
    owner: ownerOf(family === 'global' ? body : signer(call, body.sub_mchid), mode, merchant),
    transactionId,
    outTradeNo: orderNo,
    outRefundNo: body.out_refund_no,
    amount: money(body.amount.refund, body.amount.currency),
    totalMinor: body.amount.total,
    notifyUrl: body.notify_url ?? null,
    fingerprint: canonical(body),
  }
}

/** Whoever signed, in the fields that an order would name it by. */
export function signer(call: Call, subMchId: string | undefined): Parameters<typeof ownerOf>[0] {
  const { mchId } = call.merchant
  return call.mode === 'direct' ? { mchid: mchId } : { sp_mchid: mchId, sub_mchid: subMchId }
}

export interface AbnormalRequest {
  readonly out_refund_no: string
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  readonly bank_type?: string | undefined
  readonly bank_account?: string | undefined
  readonly real_name?: string | undefined
  readonly sub_mchid?: string | undefined
}

/** The banks of the abnormal refund page, 2023-08-23; debit cards only. */
const BANK_TYPE = /^(CMB|COMM|ABC|CCB|ICBC|BOC|PAB|SPDB|CITIC|CEB|CMBC|CIB|GDB|PSBC|NBCB)_DEBIT$/

const abnormalFields = {
  out_refund_no: outRefundNo,
  type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
  bank_type: z.string().regex(BANK_TYPE, 'a bank of the list').optional(),
  bank_account: text(1024).optional(),
  real_name: text(1024).optional(),
} as const

const ABNORMAL: Readonly<Record<Call['mode'], z.ZodType<AbnormalRequest>>> = {
  direct: z.strictObject(abnormalFields),
  partner: z.strictObject({ ...abnormalFields, sub_mchid: text(32) }),
}

export function readAbnormal(call: Call): AbnormalRequest {
  return parseBody(call.request, ABNORMAL[call.mode])
}
