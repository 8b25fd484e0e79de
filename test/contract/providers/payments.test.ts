import { describe, expect, test } from 'vitest'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import { ProviderError } from '../../../server/providers/errors.ts'
import { PAIRINGS } from './pairings.ts'
import { referenceOf, type Simulated, simulate } from './simulated.ts'

/** What every adapter does with payments, whatever its wire: real HTTP, simulated counterparty. */

const SEED = 'contract of payments'
const ACTIONS = {
  miniProgram: 'wechatPay',
  officialAccount: 'wechatPay',
  desktopQr: 'qrCode',
  mobileWeb: 'redirect',
  app: 'appPay',
  paymentCode: 'wait',
} as const

async function created(world: Simulated, wish = world.wish()) {
  const { fact } = await world.provider.createPayment(wish)
  const ref = referenceOf(wish, fact.providerPaymentId)
  return { fact, ref, id: fact.providerPaymentId ?? '' }
}

/** What the last genuine notification says, asked for where it carries nothing itself. */
async function notified(
  { provider, notifications }: Simulated,
  ref: ReturnType<typeof referenceOf>,
) {
  const last = notifications.at(-1)
  if (!last) throw new Error('nothing has been sent')
  const parsed = provider.parseNotification(last)
  if (parsed.kind !== 'event') throw new Error('no event')
  const fact = parsed.facts.find((one): one is PaymentFact => one.kind === 'payment')
  const named = parsed.queries[0]
  const asked = named && (await provider.queryPayment({ ...ref, ...idOf(named) }))
  return { parsed, fact: fact ?? asked }
}

function idOf({ providerPaymentId }: { providerPaymentId: string | null }) {
  return providerPaymentId === null ? {} : { providerPaymentId }
}

describe.each(PAIRINGS)('$name', (pairing) => {
  const start = () => simulate(pairing, SEED)

  test.each(pairing.scenes)(
    'creates a payment for %s, with what the payer needs',
    async (scene) => {
      const world = await start()
      const wish = world.wish({ scene })
      const { fact, clientAction } = await world.provider.createPayment(wish)
      expect(fact).toMatchObject({ status: 'pending', outTradeNo: 'p1001', unknownStatus: false })
      expect(fact.providerPaymentId).toBeTruthy()
      expect(clientAction?.kind).toBe(ACTIONS[scene])
      expect(world.simulator.books().payments).toMatchObject([
        { id: fact.providerPaymentId, reference: 'p1001', amount: wish.amount, state: 'open' },
      ])
    },
  )

  test('has no scene that the simulator could not be asked for', async () => {
    const { provider } = await start()
    expect(provider.capabilities.scenes).toEqual(pairing.scenes)
  })

  test('learns by a notification that the payment is paid', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    await world.simulator.pay(id)
    await world.settle()
    const { parsed, fact } = await notified(world, ref)
    expect(fact).toMatchObject({ status: 'paid', amount: ref.amount, providerPaymentId: id })
    expect(parsed.facts.length > 0).toBe(pairing.notifiesFacts)
  })

  test('gives every repeat of a notification the same event id', async () => {
    const world = await start()
    const { id } = await created(world)
    world.simulator.faults.set({ notifications: { duplicate: 'all' } })
    await world.simulator.pay(id)
    await world.settle()
    const [first, second] = world.notifications.slice(-2)
    if (!first || !second) throw new Error('it was not sent twice')
    expect(world.provider.parseNotification(second)).toEqual(
      world.provider.parseNotification(first),
    )
  })

  test('refuses a forged notification, and the payment is still open', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    const before = world.notifications.length
    world.simulator.forgePaid(id)
    await world.settle()
    const forged = world.notifications.slice(before)
    expect(forged).toHaveLength(1)
    for (const notification of forged) {
      expect(() => world.provider.parseNotification(notification)).toThrow(ProviderError)
    }
    expect(await world.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
  })

  test('refuses a forged and a cut-off notification between genuine ones', async () => {
    const world = await start()
    const { id } = await created(world)
    world.simulator.faults.set({ notifications: { forge: 'all' } })
    const before = world.notifications.length
    await world.simulator.pay(id)
    await world.settle()
    const outcomes = world.notifications.slice(before).map((notification) => {
      try {
        return world.provider.parseNotification(notification).kind
      } catch (error) {
        return error instanceof ProviderError ? error.outcome : error
      }
    })
    expect(outcomes.filter((outcome) => outcome === 'event')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'unverifiable')).toHaveLength(2)
  })

  test('learns by asking that the payment is open, then paid', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    expect(await world.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
    await world.simulator.pay(id)
    expect(await world.provider.queryPayment(ref)).toMatchObject({
      source: 'query',
      status: 'paid',
      amount: ref.amount,
    })
  })

  test('learns that the payment was turned down', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    world.simulator.decline(id)
    expect(await world.provider.queryPayment(ref)).toMatchObject({ status: 'failed' })
  })

  test('finds a payment by our number, and none where there is none', async () => {
    const world = await start()
    const { id } = await created(world)
    const found = await world.provider.queryPayment(referenceOf(world.wish()))
    expect(found).toMatchObject({ providerPaymentId: id, outTradeNo: 'p1001' })
    const other = referenceOf(world.wish({ outTradeNo: 'p1002' }))
    expect(await world.provider.queryPayment(other)).toBeNull()
  })

  test('makes one payment where the first answer was lost', async () => {
    const world = await start()
    const wish = world.wish()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    const lost = world.provider.createPayment(wish)
    await expect(lost).rejects.toMatchObject({ outcome: 'unknown' })
    const known = await world.provider.queryPayment(referenceOf(wish))
    if (world.provider.capabilities.idempotency === 'key') {
      const { fact, clientAction } = await world.provider.createPayment(wish)
      expect(fact.providerPaymentId).toBe(known?.providerPaymentId)
      expect(clientAction).not.toBeNull()
    }
    expect(known).toMatchObject({ status: 'pending', outTradeNo: 'p1001' })
    expect(world.simulator.books().payments).toHaveLength(1)
  })

  test.each(['fail5xx', 'timeoutBefore'] as const)('leaves it open after %s', async (fault) => {
    const world = await start()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault }] })
    await expect(world.provider.createPayment(world.wish())).rejects.toMatchObject({
      outcome: 'unknown',
    })
    expect(await world.provider.queryPayment(referenceOf(world.wish()))).toBeNull()
  })

  test('closes nothing that is paid', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    await world.simulator.pay(id)
    const closed = await world.provider.closePayment?.(ref)
    expect(closed?.status ?? 'paid').toBe('paid')
    expect(world.simulator.books().payments).toMatchObject([{ state: 'paid' }])
  })
})
