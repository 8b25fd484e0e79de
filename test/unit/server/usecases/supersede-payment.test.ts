import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { LIFETIME_MS } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.anOrder()
})
afterEach(() => world.close())

const newKey = { idempotencyKey: 'key-00000002' }
const statusThere = (outTradeNo: string) => world.provider.payments.get(outTradeNo)?.status

describe('what the payer gets when asking again', () => {
  const redirect = (singleUse?: boolean) => ({
    kind: 'redirect' as const,
    url: 'https://pay.example/page',
    expiresAtMs: world.clock.nowMs() + 600_000,
    ...(singleUse === undefined ? {} : { singleUse }),
  })

  test('a page that opens once is not handed out again: the attempt makes room', async () => {
    world.provider.action = redirect(true)
    const first = await createPayment(world, world.wish())
    const second = await createPayment(world, world.wish(newKey))
    expect(second.paymentId).not.toBe(first.paymentId)
    expect(statusThere(first.outTradeNo)).toBe('cancelled')
    expect(statusThere(second.outTradeNo)).toBe('pending')
  })

  test('the same key is answered the same, page and all', async () => {
    world.provider.action = redirect(true)
    const first = await createPayment(world, world.wish())
    expect(await createPayment(world, world.wish())).toMatchObject({
      paymentId: first.paymentId,
      clientAction: redirect(true),
    })
  })

  test.each([undefined, false])(
    'a page that opens often is shared (singleUse %s)',
    async (once) => {
      world.provider.action = redirect(once)
      const first = await createPayment(world, world.wish())
      expect((await createPayment(world, world.wish(newKey))).paymentId).toBe(first.paymentId)
    },
  )
})

test('an attempt that made room, could not be ended and was paid, untold, is found at its end', async () => {
  const { outTradeNo, paymentId } = await createPayment(world, world.wish())
  world.provider.fail({ on: 'close', when: 'before', outcome: 'unknown' })
  await createPayment(world, world.wish({ ...newKey, scene: 'desktopQr' }))
  world.provider.pay(outTradeNo)
  await world.later(LIFETIME_MS + 2 * 60_000)
  expect(await world.store.payment(paymentId)).toMatchObject({ status: 'paid', late: true })
})

describe('an attempt whose answer was lost, so that only our number is known', () => {
  beforeEach(async () => {
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    world.provider.fail({ on: 'create', when: 'before', outcome: 'unknown' })
    await refusalOf(createPayment(world, world.wish()))
  })

  test('is closed at its provider too before another is made', async () => {
    const [first] = await world.store.paymentsOfOrder('tea-1001')
    expect(first).toMatchObject({ status: 'created', providerPaymentId: null })
    await createPayment(world, world.wish(newKey))
    expect(statusThere(first?.outTradeNo ?? '')).toBe('cancelled')
  })

  test('turns out paid while it is closed: nothing new is made', async () => {
    const [first] = await world.store.paymentsOfOrder('tea-1001')
    world.provider.pay(first?.outTradeNo ?? '')
    const refusal = createPayment(world, world.wish(newKey))
    expect(await refusalOf(refusal)).toBe('orderAlreadyPaid')
    expect(world.provider.payments.size).toBe(1)
  })

  test('and one that never arrived has nothing to close, and makes room all the same', async () => {
    world.provider.payments.clear()
    const next = await createPayment(world, world.wish(newKey))
    expect(next.status).toBe('pending')
    expect(world.provider.payments.size).toBe(1)
  })
})
