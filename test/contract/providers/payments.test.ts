import { describe, expect, test } from 'vitest'
import { SCENES } from '../../../shared/payment-status.ts'
import { cashierOf } from './cashier.ts'
import { PAIRINGS } from './pairings.ts'
import { failureOf, hear, sell, sold } from './sale.ts'
import { HOUR_MS, MINUTE_MS, simulate } from './simulated.ts'

/** What every adapter does with payments, whatever its wire: real HTTP, simulated counterparty. */

const ACTIONS = {
  miniProgram: 'wechatPay',
  officialAccount: 'wechatPay',
  desktopQr: 'qrCode',
  mobileWeb: 'redirect',
  app: 'appPay',
  paymentCode: 'wait',
} as const

describe.each(PAIRINGS)('$name: a payment', (pairing) => {
  const start = () => simulate(pairing)

  test.each(pairing.scenes)('is created for %s, paid there, and known as paid', async (scene) => {
    const world = await start()
    const action = pairing.actions?.[scene]
    const kind = action === undefined ? ACTIONS[scene] : action
    const { answer, wish, ask, payment, order } = await sell(world, { scene })
    const [booked, ...others] = world.simulator.books().payments
    expect(others).toEqual([])
    expect(booked).toMatchObject({ reference: 'p1001abc', amount: wish.amount })
    expect(answer.clientAction?.kind ?? null).toBe(kind)
    expect(answer.fact).toMatchObject({ outTradeNo: 'p1001abc', unknownStatus: false })
    if (kind !== null) {
      expect(booked?.state).toBe('open')
      expect(answer.fact.status).toBe('pending')
      expect(await ask()).toMatchObject({ status: 'pending', unknownStatus: false })
      await world.simulator.pay('p1001abc')
    }
    expect(await ask()).toMatchObject({ source: 'query', status: 'paid', amount: wish.amount })
    expect(payment().status).toBe('paid')
    expect(order().status).toBe('paid')
  })

  const others = SCENES.filter((scene) => !pairing.scenes.includes(scene))
  test.each(others.map((scene) => [scene]))(
    'is refused for %s before anybody hears of it',
    async (scene) => {
      const world = await start()
      const wish = world.wish({ scene })
      expect(await failureOf(world.provider.createPayment(wish))).toMatchObject({
        outcome: 'rejected',
        accountId: world.account.accountId,
      })
      expect(world.line.requests).toHaveLength(0)
      expect(world.simulator.books().payments).toEqual([])
    },
  )

  test('can be asked for exactly where the account says so', async () => {
    const { provider } = await start()
    expect(provider.capabilities.scenes.toSorted()).toEqual(pairing.scenes.toSorted())
  })

  test('that needs to know its payer is refused without one, and no other is', async () => {
    const world = await start()
    for (const [index, scene] of pairing.scenes.entries()) {
      const before = world.line.requests.length
      const wish = world.wish({ scene, payer: null, outTradeNo: `p100${index}abc` })
      const created = world.provider.createPayment(wish)
      if (world.provider.capabilities.needsOpenid.includes(scene)) {
        expect((await failureOf(created)).outcome).toBe('rejected')
        expect(world.line.requests).toHaveLength(before)
      } else expect((await created).fact.outTradeNo).toBe(wish.outTradeNo)
    }
  })

  const inWechat = pairing.scenes
    .filter((scene) => scene === 'miniProgram' || scene === 'officialAccount')
    .filter((scene) => (pairing.actions?.[scene] ?? ACTIONS[scene]) === 'wechatPay')
  test.each(inWechat)(
    'for %s opens the cashier as it is, and with one word changed it does not',
    async (scene) => {
      const world = await start()
      const cashier = cashierOf(world)
      const action = (await sell(world, { scene })).answer.clientAction
      if (action?.kind !== 'wechatPay') throw new Error('nothing opens a cashier')
      const { payParams } = action
      expect(cashier(scene, payParams)).toHaveProperty('row')
      expect(cashier(scene, { ...payParams, nonceStr: 'another' })).toHaveProperty('refusal')
    },
  )

  test('asked for again under its number is one, where the account says so', async () => {
    const world = await start()
    const { answer, wish } = await sell(world)
    await world.clock.advance(MINUTE_MS)
    if (world.provider.capabilities.idempotency !== 'key') return
    const again = await world.provider.createPayment(wish)
    expect(again.fact.providerPaymentId).toBe(answer.fact.providerPaymentId)
    expect(again.clientAction?.kind).toBe(answer.clientAction?.kind)
    expect(world.simulator.books().payments).toHaveLength(1)
  })

  test('is paid on the word of a notification, and no other payment is', async () => {
    const world = await start()
    const first = await sell(world)
    const second = await sell(world, { outTradeNo: 'p1002abc' })
    await world.simulator.pay('p1002abc')
    await world.settle()
    await hear(world, first)
    await hear(world, second)
    expect(first.payment().status).toBe('pending')
    expect(second.payment().status).toBe('paid')
    expect(await first.ask()).toMatchObject({ status: 'pending' })
  })

  test('is found by our number alone, and where there is none nobody is found', async () => {
    const world = await start()
    const { wish, ref } = await sold(world)
    await world.clock.advance(HOUR_MS)
    const { amount, scene } = wish
    const bare = {
      outTradeNo: 'p1001abc',
      providerPaymentId: null,
      providerState: {},
      amount,
      scene,
    }
    expect(await world.provider.queryPayment(bare)).toMatchObject({
      status: 'paid',
      outTradeNo: 'p1001abc',
      providerPaymentId: ref().providerPaymentId,
      amount,
    })
    const unheard = { ...bare, outTradeNo: 'p1009abc' }
    expect(await world.provider.queryPayment(unheard)).toBeNull()
  })

  test('of another currency than the account takes is refused, and nothing is made', async () => {
    const world = await start()
    const { currencies } = world.provider.capabilities
    const currency = 'NOK'
    const wish = world.wish({ amount: { value: 1999, currency } })
    expect(currencies === 'any' || !currencies.includes(currency)).toBe(true)
    expect((await failureOf(world.provider.createPayment(wish))).outcome).toBe('rejected')
    expect(world.simulator.books().payments).toEqual([])
  })
})
