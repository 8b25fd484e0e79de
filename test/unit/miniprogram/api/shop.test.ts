import { expect, test } from 'vitest'
import { isMissing, isOffline, isRefused } from '../../../../miniprogram/api/http.ts'
import { createShopApi } from '../../../../miniprogram/api/shop.ts'
import type { Locale } from '../../../../miniprogram/payment/locale.ts'
import { FakeWx, type WxReply } from '../fake-wx.ts'

const PRODUCT = {
  productId: 'longjing',
  name: { 'zh-CN': '西湖龙井', 'zh-TW': '西湖龍井', en: 'Longjing' },
  note: { 'zh-CN': '清甜', 'zh-TW': '清甜', en: 'sweet' },
  unit: { 'zh-CN': '罐', 'zh-TW': '罐', en: 'tin' },
  price: { value: 12_800, currency: 'CNY' },
  picture: '/shop/pictures/longjing.svg',
}

function aShop(answer: WxReply, locale: Locale = 'en') {
  const wx = new FakeWx().install()
  wx.answer = () => answer
  const session = { token: async () => 'token-1', renew: async () => 'token-2' }
  return { wx, shop: createShopApi({ shopUrl: 'https://tea.example', locale, session }) }
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  )
}

test.each([
  ['zh-CN', '西湖龙井'],
  ['zh-TW', '西湖龍井'],
  ['en', 'Longjing'],
] as const)('the catalogue reads in %s', async (locale, name) => {
  const { shop } = aShop({ statusCode: 200, data: { products: [PRODUCT] } }, locale)
  expect(await shop.products()).toMatchObject([
    {
      name,
      price: { value: 12_800, currency: 'CNY' },
      picture: `https://tea.example${PRODUCT.picture}`,
    },
  ])
})

test('an order names products and quantities, never a price, under its key', async () => {
  const data = { orderRef: 'TEA-1', checkoutToken: 'secret', checkoutUrl: 'https://x' }
  const { wx, shop } = aShop({ statusCode: 201, data })
  const placed = await shop.placeOrder({ quantities: { longjing: 2 }, idempotencyKey: 'key-1' })
  expect(placed).toEqual({ orderRef: 'TEA-1', checkoutToken: 'secret' })
  expect(wx.requests[0]).toMatchObject({
    method: 'POST',
    data: { items: [{ productId: 'longjing', quantity: 2 }], locale: 'en' },
    header: { 'idempotency-key': 'key-1', authorization: 'Bearer token-1' },
  })
})

test('no answer is offline; nobody knows whether the order arrived', async () => {
  const { shop } = aShop(null)
  const error = await errorOf(shop.placeOrder({ quantities: { a: 1 }, idempotencyKey: 'key-1' }))
  expect([isOffline(error), isRefused(error)]).toEqual([true, false])
})

test('a clear no is told from a fault of the server', async () => {
  const refused = await errorOf(aShop({ statusCode: 422, data: {} }).shop.products())
  const broken = await errorOf(aShop({ statusCode: 503, data: {} }).shop.products())
  const missing = await errorOf(aShop({ statusCode: 404, data: {} }).shop.order('TEA-9'))
  expect([refused, broken, missing].map(isRefused)).toEqual([true, false, true])
  expect([refused, broken, missing].map(isMissing)).toEqual([false, false, true])
})

test.each([
  'a login page of a hotel',
  { products: 'many' },
  { products: [{ ...PRODUCT, price: { value: 12.5, currency: 'CNY' } }] },
  { products: [{ ...PRODUCT, price: '128' }] },
  { products: [{ ...PRODUCT, name: 'Longjing' }] },
])('an answer that is not the shop’s is no catalogue: %j', async (data) => {
  const error = await errorOf(aShop({ statusCode: 200, data }).shop.products())
  expect(error).toMatchObject({ name: 'HttpError', kind: 'refused' })
})

test('an order is read as the server tells it, also where its lines are gone', async () => {
  const data = {
    orderRef: 'TEA-1',
    status: 'paid',
    amount: { value: 12_800, currency: 'CNY' },
    refunded: { value: 0, currency: 'CNY' },
    description: 'Longjing',
    items: null,
    createdAt: '2026-06-24T01:59:00.000Z',
    paidAt: '2026-06-24T02:00:00.000Z',
  }
  const { shop } = aShop({ statusCode: 200, data })
  expect(await shop.order('TEA-1')).toMatchObject({
    status: 'paid',
    lines: [],
    paidAt: data.paidAt,
  })
})

test('a status that this version does not know is not taken for any other', async () => {
  const data = {
    orderRef: 'T',
    status: 'done',
    amount: PRODUCT.price,
    description: 'x',
    items: null,
  }
  const error = await errorOf(aShop({ statusCode: 200, data }).shop.order('T'))
  expect(error).toMatchObject({ name: 'HttpError' })
})

test('my orders are asked for with my session, which renews itself once', async () => {
  const { wx, shop } = aShop(null)
  wx.answer = ({ header }) =>
    header['authorization'] === 'Bearer token-2'
      ? { statusCode: 200, data: { orders: [] } }
      : { statusCode: 401, data: { code: 'notLoggedIn' } }
  expect(await shop.myOrders()).toEqual([])
  expect(wx.requests.map(({ header }) => header['authorization'])).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ])
})

test('a session that stays refused is told after one renewal, not tried for ever', async () => {
  const { wx, shop } = aShop({ statusCode: 401, data: { code: 'notLoggedIn' } })
  expect(await errorOf(shop.myOrders())).toMatchObject({ status: 401 })
  expect(wx.requests).toHaveLength(2)
})
