import { describe, expect, test } from 'vitest'
import { PAIRINGS } from './pairings.ts'
import { referenceOf, type Simulated, simulate } from './simulated.ts'

/** Worldline Connect in every shape that its documents leave open. */

const SEED = 'contract of worldline'

async function start(behaviour: Parameters<Simulated['sandbox']['worldline']['configure']>[0]) {
  const pairing = PAIRINGS.find(({ name }) => name === 'Worldline Connect')
  if (!pairing) throw new Error('Worldline Connect is not among the pairings')
  const world = await simulate(pairing, SEED)
  world.sandbox.worldline.configure(behaviour)
  return world
}

describe('Worldline Connect', () => {
  test.each([
    { jsapiAction: 'SHOW_FORM' },
    { jsapiAction: 'CALL_THIRD_PARTY', signType: 'HMAC-SHA256' },
    { jsapiAction: 'SHOW_FORM', signType: 'RSA' },
    { signTypeGiven: false },
  ] as const)('opens the cashier whatever the form of the answer: %j', async (behaviour) => {
    const world = await start(behaviour)
    const { fact, clientAction } = await world.provider.createPayment(world.wish())
    const signType = 'signType' in behaviour ? behaviour.signType : 'MD5'
    expect(clientAction).toMatchObject({
      kind: 'wechatPay',
      payParams: { appId: fact.appId, package: expect.stringMatching(/^prepay_id=/), signType },
    })
  })

  test('takes a payment also where our return address is not public', async () => {
    const world = await start({ strictReturnUrl: true })
    const wish = world.wish({ returnUrl: 'http://localhost:3000/return' })
    expect((await world.provider.createPayment(wish)).fact.status).toBe('pending')
  })

  test('that declines with 402 has decided the payment', async () => {
    const world = await start({})
    world.sandbox.worldline.declineNext(1)
    expect(await world.provider.createPayment(world.wish())).toMatchObject({
      fact: { status: 'failed', providerStatus: 'REJECTED' },
      clientAction: null,
    })
  })

  test.each([true, false])('closes an open payment where it can (%s)', async (cancellable) => {
    const world = await start({ cancellable })
    const wish = world.wish()
    const { fact } = await world.provider.createPayment(wish)
    const closed = await world.provider.closePayment?.(referenceOf(wish, fact.providerPaymentId))
    expect(closed?.status).toBe(cancellable ? 'cancelled' : 'pending')
  })

  test('asks people to approve a refund where the account demands it', async () => {
    const world = await start({ refundsNeedApproval: true })
    const wish = world.wish()
    const { fact } = await world.provider.createPayment(wish)
    await world.simulator.pay(fact.providerPaymentId ?? '')
    const payment = referenceOf(wish, fact.providerPaymentId)
    const input = { payment, outRefundNo: 'rf1', amount: wish.amount, reason: null }
    expect(await world.provider.refund?.(input)).toMatchObject({
      status: 'needsAction',
      advice: expect.stringContaining('Approve'),
    })
  })

  test('counts yen in hundredths, and we do not', async () => {
    const world = await start({})
    const wish = world.wish({ amount: { value: 1999, currency: 'JPY' } })
    const { fact } = await world.provider.createPayment(wish)
    expect(fact.amount).toEqual({ value: 1999, currency: 'JPY' })
    expect(world.simulator.books().payments).toMatchObject([{ amount: wish.amount }])
  })
})
