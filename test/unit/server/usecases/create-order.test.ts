import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CreateOrderInput, createOrder } from '../../../../server/usecases/create-order.ts'
import { createWorld, refusalOf, START_MS, type World } from '../../../support/world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const TEA: CreateOrderInput = {
  orderRef: 'tea-7',
  amount: { value: 1_999, currency: 'CNY' },
  description: 'Longjing, 50 g',
  payer: null,
  goodsKind: 'physical',
  expiresAtMs: null,
  checkoutToken: 'token-of-tea-7',
}

describe('an order that is there already', () => {
  test('is answered with where the wish is the same, and written once', async () => {
    const order = await createOrder(world, TEA)
    expect(await createOrder(world, TEA)).toEqual(order)
    expect(await world.store.events({ afterSeq: 0, limit: 10 })).toHaveLength(1)
  })

  test.each<[string, Partial<CreateOrderInput>]>([
    ['price', { amount: { value: 1, currency: 'CNY' } }],
    ['currency', { amount: { value: 1_999, currency: 'EUR' } }],
    ['description', { description: 'Da Hong Pao, 50 g' }],
    ['kind of goods', { goodsKind: 'virtual' }],
    ['payer', { payer: { appId: 'wx-mini', openid: 'somebody' } }],
    ['token', { checkoutToken: 'another-token' }],
  ])('is not handed out for a wish with another %s, and stays as it was', async (_, other) => {
    const order = await createOrder(world, TEA)
    expect(await refusalOf(createOrder(world, { ...TEA, ...other }))).toBe('orderRefTaken')
    expect(await world.store.order('tea-7')).toEqual(order)
  })
})

test.each([
  ['is over already', START_MS],
  ['is more than 30 days away', START_MS + 31 * 24 * 60 * 60_000],
])('an order whose end %s is refused, and not written', async (_, expiresAtMs) => {
  expect(await refusalOf(createOrder(world, { ...TEA, expiresAtMs }))).toBe('invalidRequest')
  expect(await world.store.order('tea-7')).toBeUndefined()
})
