import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../../server/store/store.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { CALL_LEASE_MS } from '../../../../server/usecases/new-payment.ts'
import { KEYED, LOOKED_UP, type ScriptedProvider } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

/**
 * A process dies, or others come in between, while accounts are asked one after the other. A death is
 * an error that nobody catches: what is on disk is all that is left.
 */

let world: World
let second: ScriptedProvider
async function begin(capabilities = KEYED): Promise<void> {
  world = await createWorld({ capabilities, others: { second: capabilities } })
  second = world.other('second')
  await world.anOrder()
}
beforeEach(() => begin())
afterEach(() => world.close())

const killed = async () => {
  throw new Error('killed')
}
const dies = (work: Promise<unknown>) => expect(work).rejects.toThrow('killed')
const refuse = (provider: ScriptedProvider) =>
  provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
const attempts = async () =>
  (await world.store.paymentsOfOrder('tea-1001')).map(
    ({ accountId, status }) => `${accountId} ${status}`,
  )

describe('the process dies', () => {
  test('while the second account is asked: the same key goes on there, with the same number', async () => {
    refuse(world.provider)
    second.during = { on: 'create', run: killed }
    await dies(createPayment(world, world.wish()))
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('paymentBusy')
    await world.clock.advance(CALL_LEASE_MS + 1)

    const payment = await createPayment(world, world.wish())
    expect(payment).toMatchObject({ accountId: 'second', clientAction: { kind: 'qrCode' } })
    expect(world.provider.calls).toEqual(['create'])
    expect([...second.payments.keys()]).toEqual([payment.outTradeNo])
    expect(await attempts()).toEqual(['scripted failed', 'second pending'])
  })

  test('between the two rows: neither is written, and the first account is asked again', async () => {
    refuse(world.provider)
    const broken = { ...world, store: withoutSecondRow(world.store) }
    await dies(createPayment(broken, world.wish()))
    expect(await attempts()).toEqual(['scripted created'])
    await world.clock.advance(CALL_LEASE_MS + 1)

    expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'scripted' })
    expect(await attempts()).toEqual(['scripted pending'])
    expect(second.calls).toEqual([])
  })

  test('while the first is asked: its refusal of the repeat proves nothing of the lost call', async () => {
    world.provider.during = { on: 'create', run: killed }
    await dies(createPayment(world, world.wish()))
    await world.clock.advance(CALL_LEASE_MS + 1)
    refuse(world.provider)
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    expect(second.calls).toEqual([])
  })

  test('while the first is asked, and a look finds nothing there: the second may be asked', async () => {
    await world.close()
    await begin(LOOKED_UP)
    world.provider.during = { on: 'create', run: killed }
    await dies(createPayment(world, world.wish()))
    world.provider.payments.clear()
    await world.clock.advance(CALL_LEASE_MS + 1)
    refuse(world.provider)
    expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'second' })
    expect(await attempts()).toEqual(['scripted failed', 'second pending'])
  })
})

describe('others come in between', () => {
  test('twenty at once with one key make one payment, at the second account', async () => {
    refuse(world.provider)
    await Promise.allSettled(Array.from({ length: 20 }, () => createPayment(world, world.wish())))
    expect(world.provider.calls).toEqual(['create'])
    expect(second.calls).toEqual(['create'])
    expect(await attempts()).toEqual(['scripted failed', 'second pending'])
  })

  test('two keys at once: whoever comes second waits, and one payment can be paid', async () => {
    refuse(world.provider)
    const keys = ['key-00000001', 'key-00000002']
    const results = await Promise.all(
      keys.map((idempotencyKey) =>
        createPayment(world, world.wish({ idempotencyKey })).catch(() => 'refused'),
      ),
    )
    expect(results.filter((result) => result === 'refused')).toHaveLength(1)
    expect(await attempts()).toEqual(['scripted failed', 'second pending'])
    expect(world.provider.payments.size + second.payments.size).toBe(1)
  })

  test('somebody resumed the attempt during the call: no second account beside theirs', async () => {
    let resumed: Promise<unknown> = Promise.resolve()
    world.provider.during = {
      on: 'create',
      async run() {
        await world.clock.advance(CALL_LEASE_MS + 1)
        resumed = createPayment(world, world.wish())
        await resumed
      },
    }
    world.provider.fail({ on: 'create', when: 'after', outcome: 'rejected' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    await expect(resumed).resolves.toMatchObject({ accountId: 'scripted', status: 'pending' })
    expect(second.calls).toEqual([])
  })

  test('the order is closed during the call: nobody else is asked', async () => {
    world.provider.during = {
      on: 'create',
      run: () =>
        world.store.transaction(async (tx) => {
          const order = await tx.lockOrder('tea-1001')
          if (order) await tx.updateOrder({ ...order, status: 'closed', closeReason: 'cancelled' })
        }),
    }
    world.provider.fail({ on: 'create', when: 'after', outcome: 'rejected' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    expect(second.calls).toEqual([])
  })
})

test('a payment that was lost at the second account is replaced there, not at the first', async () => {
  await world.close()
  await begin(LOOKED_UP)
  refuse(world.provider)
  second.fail({ on: 'create', when: 'after', outcome: 'unknown' })
  expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'second' })
  expect(world.provider.calls).toEqual(['create'])
  expect(await attempts()).toEqual(['scripted failed', 'second closed', 'second pending'])
})

/** A store whose process dies at the second payment that it is to write. */
function withoutSecondRow(store: Store): Store {
  let rows = 0
  return {
    ...store,
    transaction: (work) =>
      store.transaction((tx) =>
        work({
          ...tx,
          insertPayment(payment) {
            rows += 1
            return rows > 1 ? killed() : tx.insertPayment(payment)
          },
        }),
      ),
  }
}
