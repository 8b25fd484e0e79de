import { beforeEach, describe, expect, test } from 'vitest'
import { createCashier } from '../../../../miniprogram/payment/cashier.ts'
import { createPendingOrderStore } from '../../../../miniprogram/payment/pending-order.ts'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { CheckoutServer } from '../../../support/checkout-server.ts'
import { memoryStorage } from '../memory-storage.ts'

const ORDER = { orderRef: 'TEA-1', checkoutToken: 'secret' }

/** One device and one server; every `launch` is the program started afresh on that device. */
function aWorld() {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24))
  const server = new CheckoutServer(clock)
  const storage = memoryStorage()
  const pendingOrders = createPendingOrderStore(storage)
  const cashier: { says: string | undefined; opened: unknown[]; kept: unknown } = {
    says: 'requestPayment:ok',
    opened: [],
    kept: undefined,
  }
  let keys = 0
  const launch = (platform = 'ios') =>
    createCashier({
      api: { request: (request) => server.request(request) },
      session: { token: async () => 'session', renew: async () => 'session' },
      storage,
      clock,
      visibility: { visible: () => true, onChange: () => () => undefined },
      newKey: () => {
        keys += 1
        return `key-0000-${keys}`
      },
      locale: 'en',
      platform,
      pendingOrders,
      wx: {
        requestPayment({ success, fail, complete: _complete, ...params }) {
          cashier.opened.push(params)
          cashier.kept = pendingOrders.read()
          const { says: errMsg } = cashier
          if (errMsg === 'requestPayment:ok') success({ errMsg })
          else if (errMsg !== undefined) fail({ errMsg })
        },
      },
    })
  return { clock, server, pendingOrders, cashier, launch }
}

describe('paying', () => {
  let world: ReturnType<typeof aWorld>
  beforeEach(() => {
    world = aWorld()
  })

  test('shows paid on the word of the server, and forgets the order', async () => {
    const paying = world.launch().pay(ORDER)
    await world.clock.advance(1_000)
    world.server.decide('paid')
    expect(await paying).toEqual({ kind: 'paid', why: null })
    expect(world.pendingOrders.read()).toBeNull()
  })

  test('a cashier that says ok is not paid while the server does not say so', async () => {
    const paying = world.launch().pay(ORDER)
    await world.clock.advance(120_000)
    expect(await paying).toEqual({ kind: 'pending', why: null })
    expect(world.pendingOrders.read()).toEqual(ORDER)
  })

  test('names neither price nor payer, and gives the cashier exactly what the server signed', async () => {
    const paying = world.launch().pay(ORDER)
    await world.clock.advance(1_000)
    world.server.decide('paid')
    await paying
    const sent = { scene: 'miniProgram', locale: 'en', checkoutToken: 'secret' }
    expect(world.server.posts.map(({ body }) => body)).toEqual([sent])
    expect(world.cashier.opened).toEqual([
      {
        timeStamp: '1772352000',
        nonceStr: 'nonce',
        package: 'prepay_id=wx01',
        signType: 'RSA',
        paySign: 'signature',
      },
    ])
  })

  test('the order is on the device before the cashier opens', async () => {
    const paying = world.launch().pay(ORDER)
    await world.clock.advance(1_000)
    expect(world.cashier.kept).toEqual(ORDER)
    world.server.decide('failed')
    expect((await paying).kind).toBe('failed')
  })

  test('two taps are one payment and one cashier', async () => {
    const program = world.launch()
    const both = Promise.all([program.pay(ORDER), program.pay(ORDER)])
    await world.clock.advance(1_000)
    world.server.decide('paid')
    expect(await both).toEqual([
      { kind: 'paid', why: null },
      { kind: 'paid', why: null },
    ])
    expect(world.server.posts).toHaveLength(1)
    expect(world.cashier.opened).toHaveLength(1)
  })

  test('a payer who leaves has not paid yet, and pays the same payment next time', async () => {
    world.cashier.says = 'requestPayment:fail cancel'
    const program = world.launch()
    const first = program.pay(ORDER)
    await world.clock.advance(60_000)
    expect((await first).kind).toBe('dismissed')

    world.cashier.says = 'requestPayment:ok'
    const second = program.pay(ORDER)
    await world.clock.advance(1_000)
    world.server.decide('paid')
    expect((await second).kind).toBe('paid')
    expect(new Set(world.server.keys).size).toBe(1)
    expect(world.server.payments).toHaveLength(1)
  })

  test('in DevTools, which would report success for nothing, no cashier is opened', async () => {
    const paying = world.launch('devtools').pay(ORDER)
    await world.clock.advance(60_000)
    expect(await paying).toEqual({ kind: 'problem', why: 'simulator' })
    expect(world.cashier.opened).toHaveLength(0)
  })

  test('tells once the cashier is gone', async () => {
    let confirming = 0
    const paying = world.launch().pay(ORDER, {
      confirming: () => {
        confirming += 1
      },
    })
    await world.clock.advance(1_000)
    expect(confirming).toBe(1)
    world.server.decide('paid')
    await paying
  })
})

describe('picking up', () => {
  test('a payment whose callback was lost with the program is found paid at the next launch', async () => {
    const world = aWorld()
    world.cashier.says = undefined
    void world.launch().pay(ORDER)
    await world.clock.advance(1_000)
    world.server.decide('paid')

    const kept = world.pendingOrders.read()
    expect(kept).toEqual(ORDER)
    const found = world.launch().resume(ORDER)
    await world.clock.advance(1_000)
    expect(await found).toEqual({ kind: 'paid', why: null })
    expect(world.cashier.opened).toHaveLength(1)
    expect(world.pendingOrders.read()).toBeNull()
  })

  test('an order that nobody began to pay has nothing to pick up, and no request is sent', async () => {
    const world = aWorld()
    expect(await world.launch().resume(ORDER)).toBeNull()
    expect(world.server.requests).toHaveLength(0)
  })

  test('without a network the outcome stays open and the order stays kept', async () => {
    const world = aWorld()
    world.cashier.says = undefined
    void world.launch().pay(ORDER)
    await world.clock.advance(1_000)
    world.server.online = false
    const looking = world.launch().resume(ORDER)
    await world.clock.advance(120_000)
    expect((await looking)?.kind).toBe('offline')
    expect(world.pendingOrders.read()).toEqual(ORDER)
  })
})
