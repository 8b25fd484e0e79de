import { describe, expect, test } from 'vitest'
import type { WorldlineBehaviourInput } from '../../../sandbox/providers/worldline-connect/options.ts'
import { WORLDLINE } from './pairings.ts'
import { simulate } from './simulated.ts'

/** Worldline Connect in every shape that its documents leave open. */

async function start(behaviour: WorldlineBehaviourInput) {
  return simulate({ ...WORLDLINE, sandbox: { worldline: { behaviour } } })
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

  test('counts yen in hundredths, and we do not', async () => {
    const world = await start({})
    const wish = world.wish({ amount: { value: 1999, currency: 'JPY' } })
    const { fact } = await world.provider.createPayment(wish)
    expect(fact.amount).toEqual({ value: 1999, currency: 'JPY' })
    expect(world.simulator.books().payments).toMatchObject([{ amount: wish.amount }])
  })
})
