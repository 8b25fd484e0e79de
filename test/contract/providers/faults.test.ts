import { describe, expect, test } from 'vitest'
import { freePort } from '../../../scripts/free-port.ts'
import type { ProviderError } from '../../../server/providers/errors.ts'
import {
  answeredInHtml,
  answeredWithNothing,
  badGateway,
  cutOff,
  type Meddler,
  RETRY_AFTER_MS,
  tooMany,
  unreachable,
} from './line.ts'
import { PAIRINGS, STRANGE_WORD } from './pairings.ts'
import { refunding } from './refunding.ts'
import { failureOf, sell, sold } from './sale.ts'
import { type Simulated, simulate } from './simulated.ts'

/**
 * What an adapter makes of a broken line. Only two claims are allowed: that surely nothing was made,
 * and then the provider's books must agree; or that nobody knows.
 */

/** Lost or spoiled answers: the provider has done what it was asked for. */
const SPOILED: readonly (readonly [name: string, hand: Meddler])[] = [
  ['a page in HTML', answeredInHtml],
  ['nothing at all', answeredWithNothing],
  ['its first ten characters', cutOff],
  ['502 from a gateway', badGateway],
]

const SILENCE = ['fail5xx', 'timeoutBefore', 'timeoutAfterSuccess'] as const

function claimsNothing({ outcome }: ProviderError): boolean {
  return outcome === 'notSent' || outcome === 'rejected'
}

describe.each(PAIRINGS)('$name', (pairing) => {
  const start = () => simulate(pairing)
  const create = (world: Simulated) => failureOf(world.provider.createPayment(world.wish()))

  test.each(SPOILED)('leaves a payment open whose answer becomes %s', async (_, hand) => {
    const world = await start()
    world.line.meddle(hand)
    const { outcome } = await create(world)
    expect(['unknown', 'unverifiable']).toContain(outcome)
  })

  test.each(SPOILED)('leaves a refund open whose answer becomes %s', async (_, hand) => {
    const world = await start()
    const sale = await sold(world)
    world.line.meddle(hand)
    const error = await failureOf(refunding(world, sale, { value: 500 }).send())
    const { refunds } = world.simulator.books()
    if (claimsNothing(error)) expect(refunds).toEqual([])
    else expect(['unknown', 'unverifiable']).toContain(error.outcome)
    expect(error.outcome).not.toBe('rejected')
  })

  test.each(SPOILED)('learns nothing from a question answered with %s', async (_, hand) => {
    const world = await start()
    const sale = await sold(world)
    const made = refunding(world, sale, { value: 500 })
    await made.send()
    world.line.meddle(hand)
    for (const ask of [sale.ask, made.ask]) {
      expect(['unknown', 'unverifiable']).toContain((await failureOf(ask())).outcome)
    }
    expect(sale.payment().status).toBe('paid')
  })

  test('says that nothing was sent where nobody listens', async () => {
    const world = await start()
    const sale = await sold(world)
    const before = world.simulator.books()
    world.line.meddle(unreachable(await freePort()))
    const wish = world.wish({ outTradeNo: 'p1002abc' })
    const { send } = refunding(world, sale, { value: 500 })
    for (const call of [() => world.provider.createPayment(wish), send, sale.ask]) {
      expect((await failureOf(call())).outcome).toBe('notSent')
    }
    expect(world.simulator.books()).toEqual(before)
  })

  test('says that nothing was sent where there are too many requests, and for how long', async () => {
    const world = await start()
    const sale = await sold(world)
    world.line.meddle(tooMany)
    const wish = world.wish({ outTradeNo: 'p1002abc' })
    const limited = { outcome: 'notSent', retryAfterMs: RETRY_AFTER_MS }
    const { send } = refunding(world, sale, { value: 500 })
    for (const call of [() => world.provider.createPayment(wish), send, sale.ask]) {
      expect(await failureOf(call())).toMatchObject(limited)
    }
  })

  test.each(SILENCE)(
    'leaves a payment open after %s, and makes no more than one',
    async (fault) => {
      const world = await start()
      world.simulator.faults.set({ calls: [{ operation: 'create', fault, dose: 'all' }] })
      expect((await create(world)).outcome).toBe('unknown')
      const made = fault === 'timeoutAfterSuccess' ? 1 : 0
      expect(world.simulator.books().payments).toHaveLength(made)
    },
  )

  test.each(SILENCE)('leaves a refund open after %s, and makes no more than one', async (fault) => {
    const world = await start()
    const sale = await sold(world)
    world.simulator.faults.set({ calls: [{ operation: 'refund', fault, dose: 'all' }] })
    const { outcome } = await failureOf(refunding(world, sale, { value: 500 }).send())
    expect(outcome).toBe('unknown')
    const made = fault === 'timeoutAfterSuccess' ? 1 : 0
    expect(world.simulator.books().refunds).toHaveLength(made)
  })

  test.each(SILENCE)(
    'is none the wiser for a question that met %s, and asks again',
    async (fault) => {
      const world = await start()
      const sale = await sell(world)
      await world.simulator.pay('p1001abc')
      world.simulator.faults.set({ calls: [{ fault, dose: 'all' }] })
      expect((await failureOf(sale.ask())).outcome).toBe('unknown')
      expect(sale.payment().status).toBe('pending')
      world.simulator.faults.clear()
      expect(await sale.ask()).toMatchObject({ status: 'paid' })
    },
  )

  test.each(SILENCE)('ends no payment by a wish that met %s', async (fault) => {
    const world = await start()
    const sale = await sell(world)
    const { provider } = world
    world.simulator.faults.set({ calls: [{ fault, dose: 'all' }] })
    if (provider.closePayment) {
      const { outcome } = await failureOf(provider.closePayment(sale.ref()))
      expect(outcome).toBe('unknown')
    }
    world.simulator.faults.clear()
    const [booked] = world.simulator.books().payments
    expect((await sale.ask()).status === 'pending').toBe(booked?.state === 'open')
  })

  test('follows a payment in a word that nobody has heard of, and believes nothing', async () => {
    const world = await start()
    const sale = await sell(world)
    pairing.strange.payment(world)
    await world.simulator.pay('p1001abc')
    const fact = await sale.ask()
    expect(fact).toMatchObject({ status: 'pending', unknownStatus: true })
    expect(fact.providerStatus).toContain(STRANGE_WORD)
    expect(sale.payment().status).toBe('pending')
    await world.settle()
    const told = world.arrivals.flatMap(({ event }) => event?.facts ?? [])
    for (const strange of told.filter(({ providerStatus }) => providerStatus === STRANGE_WORD)) {
      expect(strange).toMatchObject({ status: 'pending', unknownStatus: true })
    }
  })
})
