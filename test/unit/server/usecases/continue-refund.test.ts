import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Refund } from '../../../../server/domain/refund.ts'
import type { Capabilities } from '../../../../server/providers/provider.ts'
import { type ContinueWish, continueRefund } from '../../../../server/usecases/continue-refund.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, refusalOf, type World } from '../../../support/world.ts'

/** The merchant carries on a refund that waits; never more goes back than was meant to. */

const HOUR_MS = 3_600_000
const MEMORY_MS = 3 * HOUR_MS
const LOOKED_FOR: Capabilities = { ...KEYED, idempotency: 'lookup' }
const FORGETFUL: Capabilities = {
  ...KEYED,
  refunds: { partial: true, repeated: true, windowMs: 1e12, keyMemoryMs: MEMORY_MS },
}

let world: World
let refund: Refund
afterEach(() => world.close())

/** A paid payment and a refund of 500 for it, as it is after `prepare`. */
async function aRefund(capabilities: Capabilities, prepare: () => void): Promise<void> {
  world = await createWorld({ capabilities })
  const { paymentId } = await aPaidPayment(world)
  prepare()
  const amount = { value: 500, currency: 'CNY' }
  const wish = { paymentId, amount, reason: null, idempotencyKey: 'refund-500' }
  refund = await requestRefund(world, wish)
}

const proceed = (wish: Partial<ContinueWish> = {}) =>
  continueRefund(world, { refundId: refund.refundId, to: null, sendAgain: false, ...wish })
const atProvider = () => [...world.provider.refunds.values()].map(({ status }) => status)
const now = () => world.store.refund(refund.refundId)
const TO_MERCHANT = { to: { kind: 'merchantAccount' } } as const

describe('a refund that waits at its provider', () => {
  beforeEach(() =>
    aRefund(LOOKED_FOR, () => {
      world.provider.refundEndsAs = 'needsAction'
    }),
  )

  test.each([{}, TO_MERCHANT])('goes on, where the account can do that (%j)', async (wish) => {
    world.provider.letContinue()
    expect(await proceed(wish)).toMatchObject({ status: 'processing', advice: null })
    expect(atProvider()).toEqual(['processing'])
    const booked = world.provider.refunds.get(refund.outRefundNo)
    if (booked) booked.status = 'succeeded'
    await world.later(HOUR_MS)
    expect(await now()).toMatchObject({ status: 'succeeded' })
  })

  test('is looked at soon after that, however long it has waited', async () => {
    await world.later(12 * HOUR_MS)
    world.provider.letContinue()
    await proceed()
    const booked = world.provider.refunds.get(refund.outRefundNo)
    if (booked) booked.status = 'succeeded'
    await world.later(60_000)
    expect(await now()).toMatchObject({ status: 'succeeded' })
  })

  test('stays as it is where the account cannot, and the advice is repeated', async () => {
    await expect(proceed()).rejects.toMatchObject({
      code: 'refundUnsupported',
      message: 'approve it',
    })
    expect(await now()).toMatchObject({ status: 'needsAction' })
    expect(atProvider()).toEqual(['needsAction'])
  })

  test('is not sent again, whatever the merchant vouches for', async () => {
    expect(await refusalOf(proceed({ sendAgain: true }))).toBe('refundUnsupported')
    expect(atProvider()).toEqual(['needsAction'])
  })

  test('that has moved on meanwhile is answered as it is, and not carried on', async () => {
    world.provider.letContinue()
    const booked = world.provider.refunds.get(refund.outRefundNo)
    if (booked) booked.status = 'failed'
    expect(await proceed()).toMatchObject({ status: 'failed' })
    expect(world.provider.calls).not.toContain('continueRefund')
  })

  test('is not carried on before the provider has said what it is', async () => {
    world.provider.letContinue()
    world.provider.fail({ on: 'queryRefund', when: 'before', outcome: 'unknown' })
    expect(await refusalOf(proceed())).toBe('providerUnavailable')
    expect(world.provider.calls).not.toContain('continueRefund')
    expect(await proceed()).toMatchObject({ status: 'processing' })
  })

  test.each([
    ['rejected', 'refundUnsupported'],
    ['unknown', 'providerOutcomeUnknown'],
    ['notSent', 'providerUnavailable'],
  ] as const)('waits on where the provider’s answer is "%s"', async (outcome, code) => {
    world.provider.letContinue()
    world.provider.fail({ on: 'continueRefund', when: 'before', outcome })
    expect(await refusalOf(proceed())).toBe(code)
    expect(await now()).toMatchObject({ status: 'needsAction', busyUntilMs: null })
    expect(await proceed()).toMatchObject({ status: 'processing' })
  })

  test('whose yes was lost on the way back is learnt by asking', async () => {
    world.provider.letContinue()
    world.provider.fail({ on: 'continueRefund', when: 'after', outcome: 'unknown' })
    expect(await refusalOf(proceed())).toBe('providerOutcomeUnknown')
    await world.later(60_000)
    expect(await now()).toMatchObject({ status: 'processing' })
  })

  test('is carried on by one of two at once', async () => {
    world.provider.letContinue()
    let second = ''
    world.provider.during = {
      on: 'continueRefund',
      run: async () => {
        const booked = world.provider.refunds.get(refund.outRefundNo)
        // To whoever asks now, it still waits.
        if (booked) booked.status = 'needsAction'
        second = await refusalOf(proceed())
        if (booked) booked.status = 'processing'
      },
    }
    expect(await proceed()).toMatchObject({ status: 'processing' })
    expect(second).toBe('paymentBusy')
    expect(world.provider.calls.filter((call) => call === 'continueRefund')).toHaveLength(1)
  })

  test('is not touched where what the provider says contradicts our books', async () => {
    world.provider.letContinue()
    const booked = world.provider.refunds.get(refund.outRefundNo)
    if (booked) {
      world.provider.refunds.set(refund.outRefundNo, {
        ...booked,
        amount: { value: 501, currency: 'CNY' },
      })
    }
    expect(await refusalOf(proceed())).toBe('refundUnsupported')
    expect(world.provider.calls).not.toContain('continueRefund')
    expect(await world.store.quarantined(10)).toMatchObject([{ reason: 'amountMismatch' }])
  })
})

describe('a refund that waits and never got to its provider', () => {
  beforeEach(() =>
    // Such as an empty balance: nothing was booked, and after topping up the number is still free.
    aRefund(LOOKED_FOR, () => {
      const { provider } = world
      const book = provider.refund.bind(provider)
      provider.refundEndsAs = 'needsAction'
      provider.refund = async (input) => {
        const fact = await book(input)
        provider.refunds.delete(input.outRefundNo)
        provider.refund = book
        provider.refundEndsAs = 'succeeded'
        return { ...fact, providerRefundId: null }
      }
    }),
  )

  test('is sent again with the same number', async () => {
    expect(refund).toMatchObject({ status: 'needsAction', providerRefundId: null })
    expect(await proceed()).toMatchObject({ status: 'succeeded' })
    expect([...world.provider.refunds.keys()]).toEqual([refund.outRefundNo])
  })

  test('is sent the usual way, so another one is refused', async () => {
    expect(await refusalOf(proceed(TO_MERCHANT))).toBe('refundUnsupported')
    expect(atProvider()).toEqual([])
  })

  test('has failed where it is refused then, and its money is free', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' })
    expect(await proceed()).toMatchObject({ status: 'failed', advice: 'refund went wrong' })
  })

  test('is one refund where that answer is lost', async () => {
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    expect(await refusalOf(proceed())).toBe('providerOutcomeUnknown')
    expect(await proceed()).toMatchObject({ status: 'succeeded' })
    expect([...world.provider.refunds.keys()]).toEqual([refund.outRefundNo])
  })

  test('is sent by one of two at once', async () => {
    const { provider } = world
    const book = provider.refund.bind(provider)
    let second = ''
    provider.refund = async (input) => {
      provider.refund = book
      // Nothing is booked yet, so to whoever asks now it is not there.
      second = await refusalOf(proceed())
      return book(input)
    }
    expect(await proceed()).toMatchObject({ status: 'succeeded' })
    expect(second).toBe('paymentBusy')
    expect([...provider.refunds.keys()]).toEqual([refund.outRefundNo])
  })
})

test('a refund that its provider once numbered and now denies is sent again only on our word', async () => {
  await aRefund(LOOKED_FOR, () => {
    world.provider.refundEndsAs = 'needsAction'
  })
  world.provider.refunds.clear()
  expect(await refusalOf(proceed())).toBe('refundUncertain')
  expect(atProvider()).toEqual([])
  world.provider.refundEndsAs = 'succeeded'
  expect(await proceed({ sendAgain: true })).toMatchObject({ status: 'succeeded' })
})

describe('a refund that nobody can ask about any more', () => {
  beforeEach(async () => {
    await aRefund(FORGETFUL, () => {
      world.provider.fail({ on: 'refund', when: 'before', outcome: 'unknown' }, 1_000)
    })
    await world.later(MEMORY_MS + HOUR_MS)
    world.provider.forgive()
    expect(await now()).toMatchObject({ status: 'needsAction' })
  })

  test('is not sent again unless the merchant has compared', async () => {
    await expect(proceed()).rejects.toMatchObject({
      code: 'refundUncertain',
      message: expect.stringContaining(refund.outRefundNo),
    })
    expect(atProvider()).toEqual([])
  })

  test('is sent with the same number where the merchant vouches that it is not there', async () => {
    expect(await proceed({ sendAgain: true })).toMatchObject({ status: 'succeeded' })
    expect([...world.provider.refunds.keys()]).toEqual([refund.outRefundNo])
  })

  test('may be repeated for a while after that, since the provider knows it again', async () => {
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    expect(await refusalOf(proceed({ sendAgain: true }))).toBe('providerOutcomeUnknown')
    expect(await now()).toMatchObject({ status: 'needsAction', dueAtMs: null })
    expect(await proceed()).toMatchObject({ status: 'succeeded' })
    expect([...world.provider.refunds.keys()]).toEqual([refund.outRefundNo])
  })

  test('cannot go another way', async () => {
    const wish = { ...TO_MERCHANT, sendAgain: true }
    expect(await refusalOf(proceed(wish))).toBe('refundUnsupported')
    expect(atProvider()).toEqual([])
  })
})

describe('a refund that waits for nobody', () => {
  test.each(['processing', 'succeeded', 'failed'] as const)(
    'is not carried on: %s',
    async (status) => {
      await aRefund(LOOKED_FOR, () => {
        world.provider.refundEndsAs = status
      })
      const before = world.provider.calls.length
      await expect(proceed({ sendAgain: true })).rejects.toMatchObject({
        code: 'refundNotWaiting',
        message: expect.stringContaining(status),
      })
      expect(world.provider.calls).toHaveLength(before)
    },
  )

  test('is not carried on: one that is not there', async () => {
    await aRefund(LOOKED_FOR, () => undefined)
    expect(await refusalOf(proceed({ refundId: 'rf_unknown' }))).toBe('refundNotFound')
  })
})
