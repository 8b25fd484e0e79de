import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CreatePaymentWish } from '../../../../server/usecases/create-payment.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { createWorld, MINI_APP, refusalOf, type World } from '../../../support/world.ts'

/** At the till: the merchant's server scans a code, and has an answer within a minute. */

const CODE = '130061098828009406'

let world: World
beforeEach(async () => {
  world = await createWorld({
    capabilities: { ...KEYED, scenes: [...KEYED.scenes, 'paymentCode'] },
  })
  await world.anOrder()
  world.provider.action = { kind: 'wait', expiresAtMs: world.clock.nowMs() + 7_200_000 }
})
afterEach(() => world.close())

const atTill = (fields: Partial<CreatePaymentWish> = {}) =>
  world.wish({
    scene: 'paymentCode',
    paymentCode: CODE,
    isMerchant: true,
    sessions: [],
    ...fields,
  })
const now = async (paymentId: string) => world.store.payment(paymentId)
const countOf = (call: string) => world.provider.calls.filter((each) => each === call).length

describe('a payer who has to confirm', () => {
  test('confirms after twenty seconds, and the till knows it within ten', async () => {
    const payment = await createPayment(world, atTill())
    expect(payment).toMatchObject({
      status: 'pending',
      clientAction: { kind: 'wait' },
      payer: null,
    })
    await world.later(20_000)
    world.provider.pay(payment.outTradeNo)
    await world.later(10_000)
    expect(await now(payment.paymentId)).toMatchObject({ status: 'paid', late: false })
  })

  test('never does: asked every few seconds, then ended at the provider by itself', async () => {
    const payment = await createPayment(world, atTill())
    await world.later(30_000)
    expect((await now(payment.paymentId))?.status).toBe('pending')
    expect(countOf('query')).toBeGreaterThanOrEqual(5)
    expect(countOf('query')).toBeLessThanOrEqual(10)
    await world.later(20_000)
    expect(await now(payment.paymentId)).toMatchObject({ status: 'closed', reason: 'expired' })
    expect(world.provider.payments.get(payment.outTradeNo)?.status).toBe('cancelled')
    expect((await world.store.order('tea-1001'))?.status).toBe('open')
  })

  test('and cannot be ended at first: ended again until it is', async () => {
    const payment = await createPayment(world, atTill())
    world.provider.fail({ on: 'close', when: 'before', outcome: 'unknown' })
    world.provider.fail({ on: 'close', when: 'before', outcome: 'notSent' })
    await world.later(50_000)
    expect(world.provider.payments.get(payment.outTradeNo)?.status).toBe('pending')
    await world.later(3 * 60_000)
    expect(world.provider.payments.get(payment.outTradeNo)?.status).toBe('cancelled')
    expect(countOf('close')).toBe(3)
    await world.later(60 * 60_000)
    expect(countOf('close')).toBe(3)
  })

  test('and pays after all while it cannot be ended: the money is seen', async () => {
    const payment = await createPayment(world, atTill())
    world.provider.fail({ on: 'close', when: 'before', outcome: 'unknown' })
    await world.later(50_000)
    world.provider.pay(payment.outTradeNo)
    await world.later(2 * 60_000)
    expect(await now(payment.paymentId)).toMatchObject({ status: 'paid', late: true })
  })
})

describe('asked again', () => {
  test('with the code of a moment ago it is the same payment, with a new code another', async () => {
    const first = await createPayment(world, atTill())
    const again = await createPayment(world, atTill({ idempotencyKey: 'key-00000002' }))
    expect(again.paymentId).toBe(first.paymentId)
    const fresh = atTill({ idempotencyKey: 'key-00000003', paymentCode: '134567890123456789' })
    const next = await createPayment(world, fresh)
    expect(next.paymentId).not.toBe(first.paymentId)
    expect(world.provider.payments.get(first.outTradeNo)?.status).toBe('cancelled')
  })

  test('a payment in another scene lives as long as its provider says', async () => {
    world.provider.action = null
    const payment = await createPayment(world, world.wish())
    await world.later(60_000)
    expect((await now(payment.paymentId))?.status).toBe('pending')
  })
})

describe("the merchant's own server", () => {
  test('may start a payment for every order, for the payer that the order names', async () => {
    const wish = world.wish({ isMerchant: true, sessions: [] })
    expect(await createPayment(world, wish)).toMatchObject({
      payer: { appId: MINI_APP, openid: 'o-liwei' },
      appId: MINI_APP,
    })
  })

  test('needs an order with a payer where the scene needs one', async () => {
    await world.anOrder('tea-2', { payer: null })
    const wish = world.wish({ orderRef: 'tea-2', isMerchant: true, sessions: [] })
    expect(await refusalOf(createPayment(world, wish))).toBe('payerRequired')
    expect(await createPayment(world, { ...wish, scene: 'desktopQr' })).toMatchObject({
      payer: null,
    })
  })

  test('and nobody else may without being the payer or knowing the token', async () => {
    const wish = world.wish({ sessions: [], scene: 'desktopQr' })
    expect(await refusalOf(createPayment(world, wish))).toBe('orderNotFound')
  })
})
