import { expect, test } from 'vitest'
import { jsonReply } from '../../../../sandbox/http.ts'
import { CATALOGUE } from '../../../../sandbox/tea-shop/catalogue.ts'
import { startShop } from './fake-merchant-api.ts'

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { status: response.status, body: Object(answer) }
}

const BASKET = { items: [{ productId: 'longjing', quantity: 2 }], locale: 'en' }

test('the catalogue has prices in minor units, three languages, and pictures of its own', async () => {
  const { shop } = await startShop()
  const response = await fetch(`${shop.url}/shop/products`)
  const { products } = Object(await response.json())
  expect(products).toHaveLength(CATALOGUE.length)
  for (const { name, price, picture } of products) {
    expect(name).toEqual({
      'zh-CN': expect.stringMatching(/\p{Script=Han}/u),
      'zh-TW': expect.stringMatching(/\p{Script=Han}/u),
      en: expect.any(String),
    })
    expect(Number.isInteger(price.value) && price.value > 0 && price.currency === 'CNY').toBe(true)
    const drawing = await fetch(shop.url + picture)
    expect(drawing.headers.get('content-type')).toContain('image/svg+xml')
    expect(await drawing.text()).toMatch(/^<svg [\s\S]*<\/svg>$/)
  }
})

test('an order is priced by the catalogue and placed at the toolkit with key and API key', async () => {
  const { shop, api } = await startShop()
  const { status, body } = await post(`${shop.url}/shop/orders`, BASKET)
  expect(status).toBe(201)
  expect(body).toMatchObject({
    orderRef: expect.stringMatching(/^TEA-20260624-[0-9A-Z]{6}-[0-9A-Z]{10}$/),
    checkoutToken: 'secret',
    checkoutUrl: expect.stringContaining('?t=secret'),
    amount: { value: 25_600, currency: 'CNY' },
    items: [{ productId: 'longjing', quantity: 2, subtotal: { value: 25_600, currency: 'CNY' } }],
  })
  expect(api.heard).toMatchObject([
    {
      headers: {
        authorization: 'Bearer key-of-the-shop',
        'idempotency-key': `tea-shop-${body.orderRef}`,
      },
      body: { amount: { value: 25_600, currency: 'CNY' }, description: 'West Lake Longjing × 2' },
    },
  ])
})

test('a price from the page is refused, not ignored', async () => {
  const { shop, api } = await startShop()
  const items = [{ productId: 'longjing', quantity: 1, price: { value: 1, currency: 'CNY' } }]
  const { status, body } = await post(`${shop.url}/shop/orders`, { items })
  expect([status, body.code]).toEqual([400, 'invalidBasket'])
  expect(api.heard).toEqual([])
})

test.each([
  ['an empty basket', { items: [] }, 400, 'invalidBasket'],
  ['half a tin', { items: [{ productId: 'longjing', quantity: 0.5 }] }, 400, 'invalidBasket'],
  ['minus one', { items: [{ productId: 'longjing', quantity: -1 }] }, 400, 'invalidBasket'],
  ['a hundred tins', { items: [{ productId: 'longjing', quantity: 100 }] }, 400, 'invalidBasket'],
  [
    'a hundred tins in two lines',
    { items: Array.from({ length: 2 }, () => ({ productId: 'longjing', quantity: 50 })) },
    400,
    'invalidBasket',
  ],
  ['coffee', { items: [{ productId: 'coffee', quantity: 1 }] }, 422, 'productUnknown'],
  [
    'a product of every object',
    { items: [{ productId: 'toString', quantity: 1 }] },
    422,
    'productUnknown',
  ],
  ['another language', { items: BASKET.items, locale: 'fr' }, 400, 'invalidBasket'],
  ['no object', [], 400, 'invalidBasket'],
  ['no JSON', '{"items":', 400, 'invalidJson'],
])('%s is refused with a reason', async (_, basket, status, code) => {
  const { shop, api } = await startShop()
  const answer = await post(`${shop.url}/shop/orders`, basket)
  expect([answer.status, answer.body.code]).toEqual([status, code])
  expect(answer.body.message).toEqual(expect.any(String))
  expect(api.heard).toEqual([])
})

test('a form is no JSON order, a huge body is refused, and a wrong address says so', async () => {
  const { shop } = await startShop()
  const orders = `${shop.url}/shop/orders`
  const form = await post(orders, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })
  const huge = await post(orders, { items: [], note: 'x'.repeat(70_000) })
  const nowhere = await fetch(`${shop.url}/shop/nothing`)
  expect([form.status, huge.status, nowhere.status]).toEqual([415, 413, 404])
})

test('fifty taps with one key are one order, also side by side', async () => {
  const { shop, api } = await startShop()
  const key = { 'idempotency-key': 'basket-0001' }
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post(`${shop.url}/shop/orders`, BASKET, key)),
  )
  expect(new Set(answers.map(({ body }) => body.orderRef)).size).toBe(1)
  expect(api.orders.size).toBe(1)
})

test('without a key, or with another one, the same basket is another order', async () => {
  const { shop, api } = await startShop()
  const orders = `${shop.url}/shop/orders`
  await post(orders, BASKET)
  await post(orders, BASKET)
  await post(orders, BASKET, { 'idempotency-key': 'basket-0001' })
  await post(orders, BASKET, { 'idempotency-key': 'basket-0002' })
  expect(api.orders.size).toBe(4)
})

test('a key used for another basket is refused', async () => {
  const { shop } = await startShop()
  const key = { 'idempotency-key': 'basket-0001' }
  const orders = `${shop.url}/shop/orders`
  await post(orders, BASKET, key)
  const other = { items: [{ productId: 'longjing', quantity: 3 }] }
  const { status, body } = await post(orders, other, key)
  expect([status, body.code]).toEqual([409, 'idempotencyKeyReused'])
})

test('an order whose answer was lost is found again by the repeat, not made twice', async () => {
  const { shop, api } = await startShop()
  api.fates.push('lost')
  const key = { 'idempotency-key': 'basket-0001' }
  const first = await post(`${shop.url}/shop/orders`, BASKET, key)
  const second = await post(`${shop.url}/shop/orders`, BASKET, key)
  expect([first.status, first.body.code, second.status]).toEqual([503, 'toolkitUnreachable', 201])
  expect(api.orders.size).toBe(1)
})

test.each([
  ['unauthenticated', 502, 'toolkitRefused'],
  ['internal', 503, 'toolkitUnreachable'],
  [jsonReply(201, { hello: 'proxy' }), 502, 'toolkitRefused'],
] as const)(
  'when the toolkit answers %j the payer learns no secret',
  async (fate, status, code) => {
    const { shop, api } = await startShop()
    api.fates.push(fate)
    const answer = await post(`${shop.url}/shop/orders`, BASKET)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(JSON.stringify(answer.body)).not.toContain('key-of-the-shop')
  },
)

test('the status of an order is the toolkit’s, its lines are the shop’s', async () => {
  const { shop, api } = await startShop()
  const { body: placed } = await post(`${shop.url}/shop/orders`, BASKET)
  const paid = {
    ...api.orders.get(placed.orderRef),
    status: 'paid',
    paidAt: '2026-06-24T02:01:00.000Z',
  }
  api.orders.set(placed.orderRef, paid)
  const order = Object(await (await fetch(`${shop.url}/shop/orders/${placed.orderRef}`)).json())
  expect(order).toMatchObject({ status: 'paid', items: [{ productId: 'longjing' }] })
  expect(JSON.stringify(order)).not.toContain('secret')
})

test.each(['TEA-UNKNOWN', 'with%20space', '%2e%2e'])('there is no order %s', async (orderRef) => {
  const { shop } = await startShop()
  const response = await fetch(`${shop.url}/shop/orders/${orderRef}`)
  expect(response.status).toBe(404)
})
