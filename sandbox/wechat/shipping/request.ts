import { z } from 'zod'
import { ApiError } from '../identity/errors.ts'

/**
 * `upload_shipping_info` as it comes over the wire. Source: developers.weixin.qq.com, "Order shipping
 * management", with its return codes (as of 2026).
 */
export interface Upload {
  readonly key: OrderKey
  readonly logisticsType: number
  readonly deliveryMode: number
  readonly isAllDelivered: boolean
  readonly parcels: readonly Parcel[]
  readonly openid: string
}

export type OrderKey =
  | { readonly kind: 'transaction'; readonly transactionId: string }
  | { readonly kind: 'number'; readonly mchId: string; readonly outTradeNo: string }

export interface Parcel {
  readonly trackingNo: string
  readonly company: string
  readonly itemDesc: string
  readonly contact: string | null
}

const EXPRESS = 1
const SPLIT = 2
const MOST_PARCELS = 15
const LONGEST_DESC = 120
const LONGEST_NUMBER = 128
/** The last four digits stay; something before them is hidden. */
const MASKED = /^(?=.*\*)[\d*-]*\d{4}(?:-\d{1,6})?$/

const text = z.string().default('')
const uploadSchema = z.object({
  order_key: z.object({
    order_number_type: z.number().int(),
    transaction_id: text,
    mchid: text,
    out_trade_no: text,
  }),
  logistics_type: z.number().int(),
  delivery_mode: z.number().int(),
  is_all_delivered: z.boolean().optional(),
  shipping_list: z.array(
    z.object({
      tracking_no: text,
      express_company: text,
      item_desc: text,
      contact: z.object({ receiver_contact: text, consignor_contact: text }).optional(),
    }),
  ),
  upload_time: z.string(),
  payer: z.object({ openid: z.string() }),
})
type Wire = z.infer<typeof uploadSchema>

/** Throws ApiError. */
export function readUpload(body: unknown): Upload {
  const parsed = uploadSchema.safeParse(body)
  if (!parsed.success) throw new ApiError(10060014)
  const wire = parsed.data
  const { logistics_type: logisticsType, delivery_mode: deliveryMode } = wire
  if (logisticsType < 1 || logisticsType > 4) throw new ApiError(10060005)
  if (deliveryMode !== 1 && deliveryMode !== SPLIT) throw new ApiError(268485224)
  checkMode(wire)
  if (!isRfc3339WithMilliseconds(wire.upload_time)) throw new ApiError(268485216)
  return {
    key: readKey(wire.order_key),
    logisticsType,
    deliveryMode,
    isAllDelivered: deliveryMode === 1 || wire.is_all_delivered === true,
    parcels: wire.shipping_list.map((parcel) => readParcel(parcel, logisticsType)),
    openid: wire.payer.openid,
  }
}

function checkMode({ delivery_mode: mode, logistics_type: type, ...wire }: Wire): void {
  const { length } = wire.shipping_list
  if (mode === 1 && length !== 1) throw new ApiError(268485228)
  if (length === 0) throw new ApiError(10060014)
  if (length > MOST_PARCELS) throw new ApiError(10060024)
  if (mode !== SPLIT) return
  if (type !== EXPRESS) throw new ApiError(10060006)
  if (wire.is_all_delivered === undefined) throw new ApiError(10060007)
}

function readParcel(parcel: Wire['shipping_list'][number], logisticsType: number): Parcel {
  const { tracking_no: trackingNo, express_company: company, item_desc: itemDesc } = parcel
  if (logisticsType === EXPRESS) {
    if (trackingNo === '') throw new ApiError(268485226)
    if (company === '') throw new ApiError(268485227)
  }
  if (company.length > LONGEST_NUMBER) throw new ApiError(10060025)
  if (trackingNo.length > LONGEST_NUMBER) throw new ApiError(10060026)
  if (itemDesc === '') throw new ApiError(10060008)
  if (itemDesc.length > LONGEST_DESC) throw new ApiError(10060009)
  const words = [parcel.contact?.receiver_contact ?? '', parcel.contact?.consignor_contact ?? '']
  const contacts = words.filter((word) => word !== '')
  if (contacts.some((word) => !MASKED.test(word))) throw new ApiError(10060014)
  if (company === 'SF' && contacts.length === 0) throw new ApiError(10060014)
  return { trackingNo, company, itemDesc, contact: contacts[0] ?? null }
}

function readKey(key: Wire['order_key']): OrderKey {
  const { transaction_id: transactionId, mchid: mchId, out_trade_no: outTradeNo } = key
  if (key.order_number_type === 2) {
    if (transactionId === '') throw new ApiError(268485195)
    return { kind: 'transaction', transactionId }
  }
  if (key.order_number_type !== 1) throw new ApiError(268485194)
  if (mchId === '') throw new ApiError(268485196)
  if (outTradeNo === '') throw new ApiError(268485197)
  return { kind: 'number', mchId, outTradeNo }
}

function isRfc3339WithMilliseconds(word: string): boolean {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$/
  return form.test(word) && !Number.isNaN(Date.parse(word))
}
