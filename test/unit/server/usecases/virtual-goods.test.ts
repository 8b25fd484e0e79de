import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type CreatePaymentWish,
  createPayment,
} from '../../../../server/usecases/create-payment.ts'
import { PROBLEMS } from '../../../../shared/contract/problem.ts'
import { SCENES, type Scene } from '../../../../shared/payment-status.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

/**
 * WeChat has virtual goods sold in Mini Programs through wx.requestVirtualPayment only; who sells them
 * through wx.requestPayment may lose payments altogether. So the server refuses, whoever asks.
 */

let world: World
beforeEach(async () => {
  const everywhere = { ...KEYED, scenes: SCENES, needsOpenid: [] }
  world = await createWorld({ capabilities: everywhere, others: { second: everywhere } })
  await world.anOrder('e-book', { goodsKind: 'virtual', payer: null })
  await world.anOrder('tea', { goodsKind: 'physical', payer: null })
})
afterEach(() => world.close())

function pay(scene: Scene, orderRef: string, fields: Partial<CreatePaymentWish> = {}) {
  const paymentCode = scene === 'paymentCode' ? '130061098828009406' : undefined
  const sessions = scene === 'miniProgram' ? [world.session] : []
  const checkoutToken = `token of ${orderRef}`
  return createPayment(
    world,
    world.wish({ scene, orderRef, sessions, checkoutToken, paymentCode, ...fields }),
  )
}

test.each(SCENES.filter((scene) => scene !== 'miniProgram'))(
  'an e-book can be paid in the scene %s',
  async (scene) => {
    expect(await pay(scene, 'e-book')).toMatchObject({ scene, orderRef: 'e-book' })
  },
)

test('tea can be paid in a Mini Program', async () => {
  expect(await pay('miniProgram', 'tea')).toMatchObject({ scene: 'miniProgram' })
})

describe('an e-book cannot be paid in a Mini Program', () => {
  test.each<[string, Partial<CreatePaymentWish>]>([
    ['by its payer', {}],
    ['through an account that is named', { accountId: 'second' }],
    ['by the merchant’s own server', { isMerchant: true, sessions: [] }],
    ['again under the same key', { idempotencyKey: 'key-00000001' }],
  ])('%s', async (_, fields) => {
    expect(await refusalOf(pay('miniProgram', 'e-book', fields))).toBe('virtualGoods')
    expect(await refusalOf(pay('miniProgram', 'e-book', fields))).toBe('virtualGoods')
    expect(world.provider.calls).toEqual([])
    expect(await world.store.paymentsOfOrder('e-book')).toEqual([])
  })

  test('though it is being paid somewhere else, which goes on', async () => {
    const payment = await pay('desktopQr', 'e-book')
    expect(await refusalOf(pay('miniProgram', 'e-book', { idempotencyKey: 'key-00000002' }))).toBe(
      'virtualGoods',
    )
    expect((await world.store.payment(payment.paymentId))?.status).toBe('pending')
  })

  test('and the refusal names the rule and the ways that are open', () => {
    const [status, advice] = PROBLEMS.virtualGoods
    expect(status).toBe(422)
    expect(advice).toContain('wx.requestVirtualPayment')
    expect(advice).toContain('outside the Mini Program')
  })
})

test('somebody else is not even told what kind of goods it is', async () => {
  const stranger = { sessions: [], checkoutToken: 'guess' }
  expect(await refusalOf(pay('miniProgram', 'e-book', stranger))).toBe('orderNotFound')
})
