import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { Store, StoreTransaction } from '../../../../server/store/store.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { createWorld, type World } from '../../../support/world.ts'

let world: World
let payment: Payment
beforeEach(async () => {
  world = await createWorld()
  await world.anOrder()
  payment = await createPayment(world, world.wish())
  world.provider.pay(payment.outTradeNo)
})
afterEach(() => world.close())

function notify(outTradeNo: string, store: Store = world.store) {
  return receiveNotification({ ...world, store }, 'scripted', {
    method: 'POST',
    headers: {},
    query: '',
    body: new TextEncoder().encode(`genuine ${JSON.stringify({ eventId: 'e1', outTradeNo })}`),
    receivedAtMs: world.clock.nowMs(),
  })
}

/** The disk fails when a transaction comes to this step. */
function failingAt(step: 'insertInbox' | 'updatePayment' | 'insertEvents'): Store {
  const broken: Partial<StoreTransaction> = {
    [step]: () => Promise.reject(new Error('disk I/O error')),
  }
  return {
    ...world.store,
    transaction: (work) => world.store.transaction((tx) => work({ ...tx, ...broken })),
  }
}

describe('a success that cannot be stored', () => {
  test.each(['insertInbox', 'updatePayment', 'insertEvents'] as const)(
    'is not acknowledged, leaves no trace, and counts when it is sent again (%s)',
    async (step) => {
      await expect(notify(payment.outTradeNo, failingAt(step))).rejects.toThrow('disk I/O error')
      expect(await world.store.inboxRow('scripted', 'e1')).toBeUndefined()
      expect((await world.store.payment(payment.paymentId))?.status).toBe('pending')

      expect((await notify(payment.outTradeNo)).status).toBe(200)
      expect((await world.store.payment(payment.paymentId))?.status).toBe('paid')
    },
  )
})

describe('a success of a payment that is not here yet', () => {
  beforeEach(() => {
    const amount = { value: 1, currency: 'CNY' }
    const booked = { outTradeNo: 'later', providerPaymentId: 'P-later', amount }
    world.provider.payments.set('later', { ...booked, status: 'paid' })
  })

  test('is acknowledged and waits, whoever told it', async () => {
    expect((await notify('later')).status).toBe(200)
    const row = await world.store.inboxRow('scripted', 'e1')
    expect(row).toMatchObject({ state: 'waiting', facts: [{ outTradeNo: 'later' }] })
  })

  test('is tried again by itself', async () => {
    await notify('later')
    await world.later(60_000)
    expect((await world.store.inboxRow('scripted', 'e1'))?.attempts).toBeGreaterThan(1)
  })
})
