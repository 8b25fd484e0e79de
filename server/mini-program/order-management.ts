import { z } from 'zod'
import type { Parcel, ShipmentContent, ShippedOrder } from '../domain/shipment.ts'
import type { AccessTokens } from '../identity/access-token.ts'
import type { WechatAnswer, WechatApi, WechatCall } from '../identity/wechat-api.ts'
import type { WechatApp } from '../identity/wechat-client.ts'
import type { Later, OrderManagement, Said } from './port.ts'
import { failureOf, isNoNews, isOrderUnknown, tokenless } from './words.ts'

/** An app with what its owner wants of order management. */
export interface MiniProgramApp extends WechatApp {
  /** Where WeChat's order centre leads, with its placeholder for the order number. */
  readonly orderCentrePath?: string | undefined
}

/**
 * Order management of our Mini Programs at WeChat. Calls are not repeated here: a worker does, and
 * looks first. Source: developers.weixin.qq.com, "Order shipping management" (as of 2026).
 */
export function createOrderManagement(
  { api, tokens }: { api: WechatApi; tokens: AccessTokens },
  apps: readonly MiniProgramApp[],
): OrderManagement {
  const byId = new Map(
    apps.filter(({ kind }) => kind === 'miniProgram').map((app) => [app.appId, app]),
  )
  const call = async (
    appId: string,
    { path, body }: Pick<WechatCall, 'path'> & { body: object },
  ): Promise<WechatAnswer | Later> => {
    const app = byId.get(appId)
    if (!app) {
      const reason = `${appId} is no Mini Program of the configuration`
      return { kind: 'later', reason, mayBeDone: false }
    }
    try {
      return await tokens.call(app, (accessToken) =>
        api({ path, body, query: { access_token: accessToken }, repeats: 0 }),
      )
    } catch (error) {
      return tokenless(error)
    }
  }

  return {
    has: (appId) => byId.has(appId),
    orderPaths: [...byId.values()].flatMap(({ appId, orderCentrePath: path }) =>
      path === undefined ? [] : [{ appId, path }],
    ),
    async setOrderPath(appId, path) {
      const body = { path }
      const answer = await call(appId, { path: `${ORDERS}/update_order_detail_path`, body })
      return answer.kind === 'later' ? answer : said(answer)
    },
    async upload(content, shippedAtMs) {
      const body = uploadOf(content, shippedAtMs)
      const answer = await call(content.appId, { path: `${ORDERS}/upload_shipping_info`, body })
      return answer.kind === 'later' ? answer : said(answer)
    },
    async look({ appId, transactionId }) {
      const body = { transaction_id: transactionId }
      const answer = await call(appId, { path: `${ORDERS}/get_order`, body })
      if (answer.kind === 'later') return answer
      if (isOrderUnknown(answer)) return { kind: 'known', shipped: null }
      if (answer.kind === 'answer') return readOrder(answer.body)
      return { ...failureOf(answer), kind: 'later', mayBeDone: false }
    },
  }
}

const ORDERS = '/wxa/sec/order'

function said(answer: WechatAnswer): Said {
  if (answer.kind === 'answer' || isNoNews(answer)) return { kind: 'done' }
  return failureOf(answer)
}

const METHODS = { express: 1, sameCity: 2, virtual: 3, pickUp: 4 } as const satisfies Record<
  ShipmentContent['method'],
  number
>
const UNIFIED = 1
const SPLIT = 2
const BY_TRANSACTION = 2

function uploadOf(content: ShipmentContent, shippedAtMs: number): object {
  const { transactionId, method, isSplit, isAllDelivered, parcels, openid } = content
  return {
    order_key: { order_number_type: BY_TRANSACTION, transaction_id: transactionId },
    logistics_type: METHODS[method],
    delivery_mode: isSplit ? SPLIT : UNIFIED,
    ...(isSplit ? { is_all_delivered: isAllDelivered } : {}),
    shipping_list: parcels.map(parcelOf),
    upload_time: beijingTime(shippedAtMs),
    payer: { openid },
  }
}

function parcelOf({ company, trackingNo, itemDescription, receiverContact }: Parcel): object {
  return {
    ...(company === null ? {} : { express_company: company }),
    ...(trackingNo === null ? {} : { tracking_no: trackingNo }),
    item_desc: itemDescription,
    ...(receiverContact === null ? {} : { contact: { receiver_contact: receiverContact } }),
  }
}

const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1_000

/** RFC 3339 with milliseconds, as WeChat's examples write it. */
function beijingTime(atMs: number): string {
  return new Date(atMs + BEIJING_OFFSET_MS).toISOString().replace('Z', '+08:00')
}

const orderSchema = z.object({
  order: z.object({
    shipping: z
      .object({
        logistics_type: z.number().catch(0),
        finish_shipping: z.boolean().catch(false),
        finish_shipping_count: z.number().catch(0),
        shipping_list: z.array(z.object({ tracking_no: z.string().catch('') })).catch([]),
      })
      .optional(),
  }),
})

function readOrder(body: unknown): Later | { kind: 'known'; shipped: ShippedOrder } {
  const read = orderSchema.safeParse(body)
  if (!read.success) {
    const reason = 'WeChat told of the order in words that cannot be read'
    return { kind: 'later', reason, mayBeDone: false }
  }
  const { shipping } = read.data.order
  return {
    kind: 'known',
    shipped: {
      method: methodOf(shipping?.logistics_type),
      trackingNos: (shipping?.shipping_list ?? []).map(({ tracking_no: number }) => number),
      finished: shipping?.finish_shipping ?? false,
      finishedCount: shipping?.finish_shipping_count ?? 0,
    },
  }
}

function methodOf(type: number | undefined): ShippedOrder['method'] {
  const methods = ['express', 'sameCity', 'virtual', 'pickUp'] as const
  return methods.find((method) => METHODS[method] === type) ?? null
}
