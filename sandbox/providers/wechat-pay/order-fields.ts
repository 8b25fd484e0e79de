import { isIP } from 'node:net'
import { z } from 'zod'
import type { Family, OrderType } from './ledger.ts'

export type Mode = 'direct' | 'partner'

/** Every field that an order may have, in whichever form; the schema of each endpoint has its own. */
export interface OrderBody {
  readonly appid?: string | undefined
  readonly mchid?: string | undefined
  readonly sp_appid?: string | undefined
  readonly sp_mchid?: string | undefined
  readonly sub_appid?: string | undefined
  readonly sub_mchid?: string | undefined
  readonly description: string
  readonly out_trade_no: string
  readonly time_expire?: string | undefined
  readonly attach?: string | undefined
  readonly notify_url?: string | undefined
  readonly amount: { readonly total: number; readonly currency?: string | undefined }
  readonly payer?: OrderPayer | undefined
  readonly scene_info?: OrderScene | undefined
}

interface OrderPayer {
  readonly openid?: string | undefined
  readonly sp_openid?: string | undefined
  readonly sub_openid?: string | undefined
  readonly auth_code?: string | undefined
}

interface OrderScene {
  readonly payer_client_ip?: string | undefined
  readonly device_id?: string | undefined
}

const text = (max: number) => z.string().min(1).max(max)
const textOrEmpty = (max: number) => z.string().max(max)

const ipAddress = z
  .string()
  .max(45)
  .refine((value) => isIP(value) > 0, 'an IPv4 or IPv6 address')

export const outTradeNo = z
  .string()
  .regex(/^[0-9A-Za-z_\-|*]{6,32}$/, '6 to 32 of 0-9 A-Z a-z _ - | *')

export const notifyUrl = z
  .string()
  .max(255)
  .refine((value) => {
    const url = URL.parse(value)
    return url !== null && /^https?:$/.test(url.protocol) && !value.includes('?')
  }, 'an absolute address without a query')

const rfc3339 = z
  .string()
  .max(64)
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
    'RFC 3339 with an offset',
  )
  .refine((value) => !Number.isNaN(Date.parse(value)), 'no such time')

const count = z.int().min(0)

const mainlandCommon = {
  description: text(127),
  out_trade_no: outTradeNo,
  attach: textOrEmpty(128).optional(),
  goods_tag: textOrEmpty(32).optional(),
  support_fapiao: z.boolean().optional(),
  amount: z.strictObject({ total: z.int().min(1), currency: z.literal('CNY').optional() }),
  detail: z
    .strictObject({
      cost_price: count.optional(),
      invoice_id: textOrEmpty(32).optional(),
      goods_detail: z
        .array(
          z.strictObject({
            merchant_goods_id: text(32),
            wechatpay_goods_id: textOrEmpty(32).optional(),
            goods_name: textOrEmpty(256).optional(),
            quantity: z.int().min(1),
            unit_price: count,
          }),
        )
        .min(1)
        .optional(),
    })
    .optional(),
  settle_info: z.strictObject({ profit_sharing: z.boolean().optional() }).optional(),
} as const

const prepaidCommon = {
  ...mainlandCommon,
  time_expire: rfc3339.optional(),
  notify_url: notifyUrl,
} as const

const sceneFields = {
  payer_client_ip: ipAddress,
  device_id: textOrEmpty(32).optional(),
  store_info: z
    .strictObject({
      id: text(32),
      name: textOrEmpty(256).optional(),
      area_code: textOrEmpty(32).optional(),
      address: textOrEmpty(512).optional(),
    })
    .optional(),
} as const

const mainlandScene = z.strictObject(sceneFields).optional()

const h5Scene = z.strictObject({
  ...sceneFields,
  h5_info: z.strictObject({
    type: z.enum(['Wap', 'iOS', 'Android']),
    app_name: textOrEmpty(64).optional(),
    app_url: textOrEmpty(128).optional(),
    bundle_id: textOrEmpty(128).optional(),
    package_name: textOrEmpty(128).optional(),
  }),
})

const codepayScene = z.strictObject({
  device_id: textOrEmpty(32).optional(),
  device_ip: ipAddress.optional(),
  store_info: z.strictObject({
    id: textOrEmpty(32).optional(),
    out_id: textOrEmpty(32).optional(),
  }),
})

const identities = {
  direct: { appid: text(32), mchid: text(32) },
  partner: {
    sp_appid: text(32),
    sp_mchid: text(32),
    sub_appid: text(32).optional(),
    sub_mchid: text(32),
  },
} as const

const openid = text(128)
const payers = {
  direct: z.strictObject({ openid }),
  partner: z
    .strictObject({ sp_openid: openid.optional(), sub_openid: openid.optional() })
    .refine((payer) => (payer.sp_openid === undefined) !== (payer.sub_openid === undefined), {
      path: ['sp_openid'],
      message: 'either sp_openid or sub_openid',
    }),
} as const

const codepayPayer = z.strictObject({
  auth_code: z.string().regex(/^1[0-5]\d{16}$/, '18 digits beginning with 10 to 15'),
})

const globalCommon = {
  description: text(128),
  out_trade_no: outTradeNo,
  attach: textOrEmpty(127).optional(),
  notify_url: notifyUrl,
  goods_tag: textOrEmpty(32).optional(),
  limit_pay: textOrEmpty(32).optional(),
  time_start: rfc3339.optional(),
  time_expire: rfc3339.optional(),
  merchant_category_code: z.string().regex(/^\d{4}$/, 'four digits'),
  amount: z.strictObject({
    total: z.int().min(1),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'three capital letters')
      .optional(),
  }),
} as const

const globalScene = z.strictObject({
  payer_client_ip: ipAddress.optional(),
  device_id: textOrEmpty(32).optional(),
  device_ip: ipAddress.optional(),
  operator_id: textOrEmpty(32).optional(),
  store_info: z
    .strictObject({ id: textOrEmpty(32).optional(), name: text(256), address: text(512) })
    .optional(),
})

type Schemas = Readonly<Record<Mode, Readonly<Record<OrderType, z.ZodType<OrderBody>>>>>

function mainlandSchemas(mode: Mode): Schemas[Mode] {
  const base = { ...identities[mode], ...prepaidCommon }
  const withScene = z.strictObject({ ...base, scene_info: mainlandScene })
  return {
    JSAPI: z.strictObject({ ...base, payer: payers[mode], scene_info: mainlandScene }),
    APP: withScene,
    NATIVE: withScene,
    MWEB: z.strictObject({ ...base, scene_info: h5Scene }),
    MICROPAY: z.strictObject({
      ...identities[mode],
      ...mainlandCommon,
      payer: codepayPayer,
      scene_info: codepayScene,
    }),
  }
}

/** Order Placement pages of the cross-border documents, 2022-08-04 to 2025-03-21. */
function globalSchemas(mode: Mode): Schemas[Mode] {
  const schema = (tradeType: OrderType) =>
    z.strictObject({
      ...identities[mode],
      ...globalCommon,
      trade_type: z.literal(tradeType),
      payer: tradeType === 'JSAPI' ? payers[mode] : payers[mode].optional(),
      scene_info:
        tradeType === 'MWEB'
          ? globalScene.required({ payer_client_ip: true })
          : globalScene.optional(),
    })
  return {
    JSAPI: schema('JSAPI'),
    APP: schema('APP'),
    NATIVE: schema('NATIVE'),
    MWEB: schema('MWEB'),
    MICROPAY: schema('MICROPAY'),
  }
}

const SCHEMAS: Readonly<Record<Family, Schemas>> = {
  mainland: { direct: mainlandSchemas('direct'), partner: mainlandSchemas('partner') },
  global: { direct: globalSchemas('direct'), partner: globalSchemas('partner') },
}

export function orderSchema(form: {
  readonly family: Family
  readonly mode: Mode
  readonly tradeType: OrderType
}): z.ZodType<OrderBody> {
  return SCHEMAS[form.family][form.mode][form.tradeType]
}
