import { z } from 'zod'
import type { Route } from '../../http.ts'
import type { ApiCall } from '../identity/api.ts'
import { ApiError } from '../identity/errors.ts'
import type { Endpoint } from '../identity/faults.ts'
import { apiRoutes, type RouteParts } from '../identity/routes.ts'
import type { Tokens } from '../identity/tokens.ts'
import type { Shipped, ShippingBook } from './book.ts'
import { type OrderKey, readUpload } from './request.ts'

/** What WeChat replaces with the merchant's order number. */
const PLACEHOLDER = '\u0024{商品订单号}'
const LONGEST_PATH = 1_024

export interface ShippingRouteParts extends RouteParts {
  readonly tokens: Pick<Tokens, 'ownerOf'>
  readonly book: ShippingBook
  /** The order page of each Mini Program. */
  readonly orderPaths: Map<string, string>
}

/** Order management of Mini Programs on api.weixin.qq.com. */
export function shippingRoutes(parts: ShippingRouteParts): readonly Route[] {
  const { tokens, book, orderPaths } = parts
  const withToken =
    (answer: (appId: string, body: unknown) => object): ApiCall =>
    (input, body) => {
      const accessToken = input.get('access_token') ?? ''
      if (accessToken === '') throw new ApiError(41001)
      const appId = tokens.ownerOf(accessToken)
      return { errcode: 0, errmsg: 'ok', ...answer(appId, parseJson(body)) }
    }
  const at = (endpoint: Endpoint, path: string, answer: Parameters<typeof withToken>[0]) =>
    apiRoutes(parts, { endpoint, path, verb: 'POST', api: withToken(answer) })
  return [
    ...at('uploadShippingInfo', '/wxa/sec/order/upload_shipping_info', (appId, body) => {
      book.upload(appId, readUpload(body))
      return {}
    }),
    ...at('getOrder', '/wxa/sec/order/get_order', (appId, body) => ({
      order: renderOrder(book.order(appId, readKey(body))),
    })),
    ...at('updateOrderDetailPath', '/wxa/sec/order/update_order_detail_path', (appId, body) => {
      const { success, data } = pathSchema.safeParse(body)
      if (!success || !data.path.includes(PLACEHOLDER)) throw new ApiError(10060014)
      orderPaths.set(appId, data.path)
      return {}
    }),
    ...at('getOrderDetailPath', '/wxa/sec/order/get_order_detail_path', (appId) => ({
      path: orderPaths.get(appId) ?? '',
    })),
  ]
}

const pathSchema = z.object({ path: z.string().min(1).max(LONGEST_PATH) })
const keySchema = z.object({
  transaction_id: z.string().default(''),
  merchant_id: z.string().default(''),
  merchant_trade_no: z.string().default(''),
})

function readKey(body: unknown): OrderKey {
  const { success, data } = keySchema.safeParse(body)
  if (!success) throw new ApiError(10060014)
  const { transaction_id: transactionId, merchant_id: mchId, merchant_trade_no: outTradeNo } = data
  if (transactionId !== '') return { kind: 'transaction', transactionId }
  if (mchId === '') throw new ApiError(268485196)
  if (outTradeNo === '') throw new ApiError(268485197)
  return { kind: 'number', mchId, outTradeNo }
}

function renderOrder(shipped: Shipped): object {
  const { trade, confirmed, finished, finishedCount, parcels } = shipped
  const shippedState = finished ? 2 : 1
  return {
    transaction_id: trade.transactionId,
    merchant_id: trade.mchId,
    sub_merchant_id: '',
    merchant_trade_no: trade.outTradeNo,
    description: trade.description,
    paid_amount: trade.amountMinor,
    openid: trade.openid,
    pay_time: Math.floor(trade.paidAtMs / 1_000),
    order_state: confirmed ? 3 : shippedState,
    in_complaint: false,
    shipping: {
      delivery_mode: shipped.deliveryMode,
      logistics_type: shipped.logisticsType,
      finish_shipping: finished,
      finish_shipping_count: finishedCount,
      goods_desc: parcels.map(({ itemDesc }) => itemDesc).join('; '),
      shipping_list: parcels.map(({ trackingNo, company, itemDesc, contact }) => ({
        tracking_no: trackingNo,
        express_company: company,
        goods_desc: itemDesc,
        contact: contact === null ? {} : { receiver_contact: contact },
      })),
    },
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new ApiError(47001)
  }
}
