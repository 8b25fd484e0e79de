import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { KEYED, LOOKED_UP, type ScriptedProvider } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

/** Two accounts can serve the order; the second is asked only where the first surely has nothing. */

let world: World
let second: ScriptedProvider
async function begin(capabilities = KEYED): Promise<void> {
  world = await createWorld({ capabilities, others: { second: capabilities } })
  second = world.other('second')
  await world.anOrder()
}
afterEach(() => world.close())

const attempts = async () =>
  (await world.store.paymentsOfOrder('tea-1001')).map(
    ({ accountId, status, reason }) => `${accountId} ${status}${reason ? ` ${reason}` : ''}`,
  )
const eventTypes = async () =>
  (await world.store.events({ afterSeq: 0, limit: 50 })).map(({ type }) => type)
/** Payments that a payer could pay at any provider. */
const payable = () =>
  [world.provider, second]
    .flatMap(({ payments }) => [...payments.values()])
    .filter(({ status }) => status === 'pending').length

describe('the first account surely created nothing', () => {
  beforeEach(() => begin())

  test.each([
    ['notSent', 'providerFault'],
    ['rejected', 'rejected'],
  ] as const)('it was %s: the second serves the payer', async (outcome, reason) => {
    world.provider.fail({ on: 'create', when: 'before', outcome })
    const payment = await createPayment(world, world.wish())
    expect(payment).toMatchObject({ accountId: 'second', status: 'pending' })
    expect(payment.request.notifyUrl).toMatch(/notifications\/second$/)
    expect(await attempts()).toEqual([`scripted failed ${reason}`, 'second pending'])
    expect(await eventTypes()).toEqual([
      'order.created',
      'payment.created',
      'payment.failed',
      'payment.created',
      'payment.pending',
    ])
    expect(payable()).toBe(1)
  })

  test('the same key again is the payment that was made', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    const made = await createPayment(world, world.wish())
    expect((await createPayment(world, world.wish())).paymentId).toBe(made.paymentId)
    expect(world.provider.calls).toEqual(['create'])
    expect(second.calls).toEqual(['create'])
  })

  test('an equal wish with a new key gets it too, though another account comes first', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    const made = await createPayment(world, world.wish())
    const again = await createPayment(world, world.wish({ idempotencyKey: 'key-00000002' }))
    expect(again.paymentId).toBe(made.paymentId)
    expect(payable()).toBe(1)
  })

  test('another wish ends it at the account where it is, and begins with the first again', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    await createPayment(world, world.wish())
    const wish = world.wish({ scene: 'desktopQr', idempotencyKey: 'key-00000002' })
    expect(await createPayment(world, wish)).toMatchObject({ accountId: 'scripted' })
    expect(second.calls).toEqual(['create', 'close'])
    expect(payable()).toBe(1)
  })

  test('an account that the payer named is not left for another', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    const wish = world.wish({ accountId: 'scripted' })
    expect(await refusalOf(createPayment(world, wish))).toBe('providerRejected')
    expect(second.calls).toEqual([])
  })
})

describe('all have refused', () => {
  beforeEach(() => begin())

  test('the payer hears the last, with the accounts that were asked', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    second.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    await expect(createPayment(world, world.wish())).rejects.toMatchObject({
      code: 'providerRejected',
      detail: 'create went wrong',
      accounts: ['scripted', 'second'],
    })
    expect(await attempts()).toEqual(['scripted failed providerFault', 'second failed rejected'])
    expect((await createPayment(world, world.wish())).status).toBe('failed')
    expect(payable()).toBe(0)
  })

  test('nobody can be reached: the same key goes on at the last, and makes one payment', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    second.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    await expect(createPayment(world, world.wish())).rejects.toMatchObject({
      code: 'providerUnavailable',
      retryAfterMs: 2_000,
    })
    expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'second' })
    expect(world.provider.calls).toEqual(['create'])
    expect(payable()).toBe(1)
  })

  test('a new key begins with the first account again', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    second.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    await refusalOf(createPayment(world, world.wish()))
    const wish = world.wish({ idempotencyKey: 'key-00000002' })
    expect(await createPayment(world, wish)).toMatchObject({ accountId: 'scripted' })
  })
})

describe('it is not known whether the first account has a payment', () => {
  const lost = (on: 'create' | 'query', outcome: 'unknown' | 'rejected' | 'notSent' = 'unknown') =>
    world.provider.fail({ on, when: 'before', outcome })

  test.each(['unknown', 'unverifiable'] as const)(
    'the answer was %s, and the repeat with the same key works: one payment, there',
    async (outcome) => {
      await begin()
      world.provider.fail({ on: 'create', when: 'after', outcome })
      expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'scripted' })
      expect(second.calls).toEqual([])
    },
  )

  test.each([
    ['rejected', 'providerRejected'],
    ['notSent', 'providerOutcomeUnknown'],
    ['unknown', 'providerOutcomeUnknown'],
  ] as const)('with a key, a repeat that is %s proves nothing', async (outcome, code) => {
    await begin()
    lost('create')
    lost('create', outcome)
    expect(await refusalOf(createPayment(world, world.wish()))).toBe(code)
    expect(second.calls).toEqual([])
  })

  test.each(['rejected', 'notSent'] as const)(
    'looked up and not there, and the repeat is %s: the second is asked',
    async (outcome) => {
      await begin(LOOKED_UP)
      lost('create')
      lost('create', outcome)
      expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'second' })
      expect(world.provider.calls).toEqual(['create', 'query', 'create'])
      expect(payable()).toBe(1)
    },
  )

  test.each(['unknown', 'rejected', 'notSent'] as const)(
    'the look is %s: nobody else is asked, and the same key goes on with the first',
    async (outcome) => {
      await begin(LOOKED_UP)
      lost('create')
      lost('query', outcome)
      expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerOutcomeUnknown')
      expect(second.calls).toEqual([])
      expect(await createPayment(world, world.wish())).toMatchObject({ accountId: 'scripted' })
      expect(payable()).toBe(1)
    },
  )

  test('without key or look nobody else is ever asked', async () => {
    await begin({ ...LOOKED_UP, idempotency: 'none' })
    lost('create')
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerOutcomeUnknown')
    expect(second.calls).toEqual([])
  })

  test('its answer is about another amount: something is there, and nobody else is asked', async () => {
    await begin()
    world.provider.paidAmount = { value: 1, currency: 'CNY' }
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    expect(second.calls).toEqual([])
  })
})
