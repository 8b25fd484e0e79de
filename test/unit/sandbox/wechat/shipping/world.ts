import type { Trade } from '../../../../../sandbox/wechat/shipping/trades.ts'
import { getJson, MERCHANT, MINI, postJson, startWechat } from '../world.ts'

export const TRANSACTION = '4200001234202603010123456789'

/** A WeChat in which one order of the Mini Program is paid and known to order management. */
export async function startShipping(changes: Partial<Trade> = {}) {
  const { wechat, clock } = await startWechat()
  const openid = wechat.people.openid('li-wei', MINI.appId)
  wechat.platform.recordTrade({
    transactionId: TRANSACTION,
    mchId: MERCHANT.mchId,
    outTradeNo: 'p01jz',
    appId: MINI.appId,
    openid,
    description: 'Longjing tea',
    amountMinor: 1999,
    paidAtMs: clock.nowMs(),
    ...changes,
  })
  await clock.advance(3_000)
  const token = wechat.identity.tokens.stable(MINI.appId, false).value
  const call = async (path: string, body: unknown, accessToken = token) => {
    const url = `${wechat.url}/wxa/sec/order/${path}?access_token=${accessToken}`
    return (await postJson(url, body)).answer
  }
  const parcel = {
    tracking_no: 'SF1234567890123',
    express_company: 'SF',
    item_desc: 'Longjing tea, 50 g',
    contact: { receiver_contact: '138****5678' },
  }
  const upload = (fields: Record<string, unknown> = {}) => ({
    order_key: { order_number_type: 2, transaction_id: TRANSACTION },
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [parcel],
    upload_time: '2026-03-01T08:10:00.000+08:00',
    payer: { openid },
    ...fields,
  })
  const split = (numbers: readonly string[], isLast: boolean) =>
    upload({
      delivery_mode: 2,
      is_all_delivered: isLast,
      shipping_list: numbers.map((tracking_no) => ({ ...parcel, tracking_no })),
    })
  const ship = (body: unknown = upload()) => call('upload_shipping_info', body)
  const order = () => call('get_order', { transaction_id: TRANSACTION })
  return { wechat, clock, openid, call, parcel, upload, split, ship, order, getJson }
}
