import { describe, expect, test } from 'vitest'
import { MERCHANT, PAGE } from '../world.ts'
import { startShipping, TRANSACTION } from './world.ts'

const OK = { errcode: 0, errmsg: 'ok' }

test('goods shipped in one parcel are shipped, and the order tells so', async () => {
  const { ship, order } = await startShipping()
  expect(await order()).toMatchObject({ order: { order_state: 1, paid_amount: 1999 } })
  expect(await ship()).toEqual(OK)
  expect(await order()).toMatchObject({
    order: {
      transaction_id: TRANSACTION,
      merchant_trade_no: 'p01jz',
      order_state: 2,
      shipping: {
        delivery_mode: 1,
        logistics_type: 1,
        finish_shipping: true,
        finish_shipping_count: 1,
        shipping_list: [{ tracking_no: 'SF1234567890123', express_company: 'SF' }],
      },
    },
  })
})

test('an order is unknown for the first seconds after it was paid', async () => {
  const { ship, order, wechat, clock } = await startShipping()
  wechat.shipping.settings.syncMs = 10_000
  expect(await ship()).toMatchObject({ errcode: 10060001 })
  expect(await order()).toMatchObject({ errcode: 10060001 })
  await clock.advance(7_000)
  expect(await ship()).toEqual(OK)
})

test('an order can be named by the merchant’s own numbers', async () => {
  const { ship, upload, call } = await startShipping()
  const key = { order_number_type: 1, mchid: MERCHANT.mchId, out_trade_no: 'p01jz' }
  expect(await ship(upload({ order_key: key }))).toEqual(OK)
  const named = { merchant_id: MERCHANT.mchId, merchant_trade_no: 'p01jz' }
  expect(await call('get_order', named)).toMatchObject({ order: { transaction_id: TRANSACTION } })
})

test('the same once more is no news, one correction is taken, and a second one is not', async () => {
  const { ship, upload, parcel, order } = await startShipping()
  const other = (tracking_no: string) => upload({ shipping_list: [{ ...parcel, tracking_no }] })
  await ship()
  expect(await ship()).toMatchObject({ errcode: 10060023 })
  expect(await ship(other('SF-2'))).toEqual(OK)
  expect(await order()).toMatchObject({ order: { shipping: { finish_shipping_count: 2 } } })
  expect(await ship(other('SF-3'))).toMatchObject({ errcode: 10060003 })
})

test('several parcels are gathered until the last one, then shipping is finished', async () => {
  const { ship, split, order } = await startShipping()
  expect(await ship(split(['A-1', 'A-2'], false))).toEqual(OK)
  expect(await order()).toMatchObject({
    order: { order_state: 1, shipping: { finish_shipping: false, finish_shipping_count: 0 } },
  })
  expect(await ship(split(['A-3'], true))).toEqual(OK)
  expect(await order()).toMatchObject({
    order: {
      order_state: 2,
      shipping: {
        finish_shipping_count: 1,
        shipping_list: [{ tracking_no: 'A-1' }, { tracking_no: 'A-2' }, { tracking_no: 'A-3' }],
      },
    },
  })
})

test('another mode than begun is the correction', async () => {
  const { ship, split, order } = await startShipping()
  await ship(split(['A-1'], false))
  expect(await ship()).toEqual(OK)
  expect(await order()).toMatchObject({ order: { shipping: { finish_shipping_count: 2 } } })
})

test('what the payer has received cannot be shipped again', async () => {
  const { ship, split, wechat } = await startShipping()
  await ship()
  wechat.shipping.confirm(TRANSACTION)
  expect(await ship(split(['A-1'], true))).toMatchObject({ errcode: 10060002 })
})

describe('an upload that is not right is refused in WeChat’s numbers', () => {
  const parcel = { item_desc: 'tea' }
  const express = { tracking_no: '1', express_company: 'ZTO', item_desc: 'tea' }
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...express, tracking_no: `${index}` }))

  test.each<[number, string, Record<string, unknown>]>([
    [
      10060001,
      'an order nobody paid',
      { order_key: { order_number_type: 2, transaction_id: '1' } },
    ],
    [10060005, 'a way of shipping that is none', { logistics_type: 5 }],
    [
      10060006,
      'pick-up in parts',
      { logistics_type: 4, delivery_mode: 2, shipping_list: [parcel] },
    ],
    [10060007, 'parts without a word on the last', { delivery_mode: 2 }],
    [10060008, 'goods without a name', { logistics_type: 3, shipping_list: [{}] }],
    [
      10060009,
      'a long name',
      { logistics_type: 3, shipping_list: [{ item_desc: '茶'.repeat(121) }] },
    ],
    [10060014, 'SF without a contact', { shipping_list: [{ ...express, express_company: 'SF' }] }],
    [
      10060014,
      'a contact in the clear',
      { shipping_list: [{ ...express, contact: { receiver_contact: '13812345678' } }] },
    ],
    [10060024, '16 parcels', { delivery_mode: 2, is_all_delivered: true, shipping_list: many(16) }],
    [
      10060025,
      'a long company',
      { shipping_list: [{ ...express, express_company: 'Z'.repeat(129) }] },
    ],
    [10060026, 'a long number', { shipping_list: [{ ...express, tracking_no: '1'.repeat(129) }] }],
    [10060031, 'somebody else’s openid', { payer: { openid: 'o-stranger' } }],
    [268485194, 'a number of no kind', { order_key: { order_number_type: 3 } }],
    [268485195, 'no transaction', { order_key: { order_number_type: 2 } }],
    [268485196, 'no merchant', { order_key: { order_number_type: 1, out_trade_no: 'x' } }],
    [268485197, 'no order number', { order_key: { order_number_type: 1, mchid: 'x' } }],
    [268485216, 'a time without milliseconds', { upload_time: '2026-03-01T08:10:00+08:00' }],
    [268485224, 'a mode that is none', { delivery_mode: 3 }],
    [268485226, 'no tracking number', { shipping_list: [{ ...express, tracking_no: '' }] }],
    [268485227, 'no company', { shipping_list: [{ ...express, express_company: '' }] }],
    [268485228, 'two parcels as one', { shipping_list: many(2) }],
  ])('%i for %s', async (errcode, _what, fields) => {
    const { ship, upload, order } = await startShipping()
    expect(await ship(upload(fields))).toMatchObject({ errcode })
    expect(await order()).toMatchObject({ order: { order_state: 1 } })
  })

  test.each([
    [41001, ''],
    [40001, 'made-up'],
  ])('%i for the token "%s"', async (errcode, token) => {
    const { call, upload } = await startShipping()
    expect(await call('upload_shipping_info', upload(), token)).toMatchObject({ errcode })
  })

  test('an order of another app is not there', async () => {
    const { call, upload, wechat } = await startShipping()
    const token = wechat.identity.tokens.stable(PAGE.appId, false).value
    const answer = await call('upload_shipping_info', upload(), token)
    expect(answer).toMatchObject({ errcode: 10060001 })
  })
})

test('every failure can be provoked, and a lost answer has shipped the goods', async () => {
  const { ship, wechat, order } = await startShipping()
  const fault = { kind: 'errcode', errcode: 10060012 } as const
  wechat.identity.faults.add({ endpoint: 'uploadShippingInfo', fault })
  expect(await ship()).toMatchObject({ errcode: 10060012 })
  wechat.identity.faults.add({ endpoint: 'uploadShippingInfo', fault: { kind: 'lostAnswer' } })
  await expect(ship()).rejects.toThrow('fetch failed')
  expect(await order()).toMatchObject({ order: { order_state: 2 } })
})

test('the order page is registered with its placeholder, and not without', async () => {
  const { call } = await startShipping()
  const path = 'pages/order/order?outTradeNo=\u0024{商品订单号}'
  expect(await call('update_order_detail_path', { path: 'pages/order' })).toMatchObject({
    errcode: 10060014,
  })
  expect(await call('update_order_detail_path', { path })).toEqual(OK)
  expect(await call('get_order_detail_path', {})).toEqual({ ...OK, path })
})
