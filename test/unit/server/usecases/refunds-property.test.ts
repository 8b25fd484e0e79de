import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reservesMoney } from '../../../../server/domain/refund.ts'
import type { Capabilities } from '../../../../server/providers/provider.ts'
import { continueRefund } from '../../../../server/usecases/continue-refund.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED, type Mishap } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, type World } from '../../../support/world.ts'

/**
 * Invariant I4 at every instant: whatever is wished, refused, lost, notified, carried on or waited
 * for, in whatever order and two at a time, never more is reserved than was paid, and no refund is
 * booked twice at its provider. The merchant is honest: what is vouched for has been looked at.
 * fast-check prints the seed and shrinks what fails.
 */

const PAID = 1999
const MINUTE_MS = 60_000
const KINDS: readonly (readonly [string, Capabilities])[] = [
  ['knows a repeat for ever', KEYED],
  ['is asked first', { ...KEYED, idempotency: 'lookup' }],
  [
    'forgets a repeat, and cannot be asked',
    {
      ...KEYED,
      refunds: { partial: true, repeated: true, windowMs: 1e12, keyMemoryMs: 10 * MINUTE_MS },
    },
  ],
]

const MISHAPS: readonly Mishap[] = [
  { on: 'refund', when: 'before', outcome: 'unknown' },
  { on: 'refund', when: 'after', outcome: 'unknown' },
  { on: 'refund', when: 'before', outcome: 'notSent' },
  { on: 'refund', when: 'before', outcome: 'rejected' },
  { on: 'queryRefund', when: 'before', outcome: 'unknown' },
  { on: 'queryRefund', when: 'before', outcome: 'rejected' },
  { on: 'continueRefund', when: 'before', outcome: 'rejected' },
  { on: 'continueRefund', when: 'after', outcome: 'unknown' },
]

const move = fc.oneof(
  fc.record({ do: fc.constant('request'), value: fc.integer({ min: 1, max: PAID }) }),
  fc.record({ do: fc.constant('mishap'), mishap: fc.constantFrom(...MISHAPS) }),
  // Longer than any provider's memory.
  fc.record({
    do: fc.constant('mishap'),
    mishap: fc.constantFrom(...MISHAPS.slice(0, 2)),
    times: fc.constant(1_000),
  }),
  fc.record({ do: fc.constant('recover') }),
  fc.record({ do: fc.constant('continue'), nth: fc.nat(3) }),
  fc.record({ do: fc.constant('notify'), nth: fc.option(fc.nat(3)) }),
  fc.record({
    do: fc.constant('newRefunds'),
    end: fc.constantFrom('succeeded', 'failed', 'processing', 'needsAction'),
  }),
  fc.record({
    do: fc.constant('decide'),
    nth: fc.nat(3),
    end: fc.constantFrom('succeeded', 'failed'),
  }),
  fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1_000, 40_000, 12 * MINUTE_MS) }),
)
type Move = Readonly<{
  do: string
  value?: number
  mishap?: Mishap
  times?: number
  nth?: number | null
  end?: string
  ms?: number
}>

class Story {
  readonly world: World
  readonly paymentId: string
  readonly outTradeNo: string
  #count = 0

  constructor(world: World, payment: { paymentId: string; outTradeNo: string }) {
    this.world = world
    this.paymentId = payment.paymentId
    this.outTradeNo = payment.outTradeNo
  }

  async play(wanted: Move): Promise<void> {
    try {
      await this.#act(wanted)
    } catch (error) {
      if (!(error instanceof UseCaseError)) throw error
    }
    await this.check()
  }

  async #act({ do: what, value = 1, mishap, times = 1, nth, end, ms = 0 }: Move): Promise<void> {
    const { provider } = this.world
    const refunds = await this.world.store.refundsOfPayment(this.paymentId)
    const refund = refunds.at(nth ?? 0)
    const booked = refund && provider.refunds.get(refund.outRefundNo)
    this.#count += 1
    if (what === 'request') await this.#request(value)
    else if (what === 'mishap' && mishap) provider.fail(mishap, times)
    else if (what === 'recover') provider.forgive()
    else if (what === 'continue' && refund) {
      const wish = { refundId: refund.refundId, to: null, sendAgain: booked === undefined }
      await continueRefund(this.world, wish)
    } else if (what === 'notify') await this.#notify(nth === null ? undefined : refund?.outRefundNo)
    else if (what === 'newRefunds') provider.refundEndsAs = endOf(end)
    else if (what === 'decide' && booked && !['succeeded', 'failed'].includes(booked.status)) {
      booked.status = endOf(end)
    } else if (what === 'wait') await this.world.later(ms)
  }

  async #request(value: number): Promise<void> {
    const amount = { value, currency: 'CNY' }
    const idempotencyKey = `refund-${this.#count}`
    const wish = { paymentId: this.paymentId, amount, reason: null, idempotencyKey }
    await requestRefund(this.world, wish)
  }

  async #notify(outRefundNo: string | undefined): Promise<void> {
    const about = { outTradeNo: this.outTradeNo, providerPaymentId: null }
    const said = { eventId: `e${this.#count}`, ...(outRefundNo ? { outRefundNo } : { about }) }
    const body = new TextEncoder().encode(`genuine ${JSON.stringify(said)}`)
    const raw = { method: 'POST', headers: {}, query: '', body } as const
    await receiveNotification(this.world, 'scripted', {
      ...raw,
      receivedAtMs: this.world.clock.nowMs(),
    })
  }

  async check(): Promise<void> {
    const refunds = await this.world.store.refundsOfPayment(this.paymentId)
    const reserved = refunds.filter(({ status }) => reservesMoney(status))
    expect(sum(reserved)).toBeLessThanOrEqual(PAID)
    const booked = [...this.world.provider.refunds]
    expect(booked.filter(([number]) => number.endsWith(' twice'))).toEqual([])
    const given = booked.map(([, one]) => one).filter(({ status }) => status !== 'failed')
    expect(sum(given)).toBeLessThanOrEqual(PAID)
    // What goes back there is held back here.
    const numbers = new Set(reserved.map(({ outRefundNo }) => outRefundNo))
    expect(given.filter(({ outRefundNo }) => !numbers.has(outRefundNo))).toEqual([])
  }
}

function endOf(word: string | undefined) {
  if (word === 'failed' || word === 'processing' || word === 'needsAction') return word
  return 'succeeded'
}

function sum(parts: readonly { readonly amount: { readonly value: number } }[]): number {
  return parts.reduce((total, { amount }) => total + amount.value, 0)
}

describe.each(KINDS)('at a provider that %s', (_, capabilities) => {
  test('no story gives back more than was paid', { timeout: 60_000 }, async () => {
    const story = fc.array(fc.tuple(move, fc.option(move, { freq: 2 })), {
      minLength: 4,
      maxLength: 14,
    })
    await fc.assert(
      fc.asyncProperty(story, async (moves) => {
        const world = await createWorld({ capabilities })
        try {
          world.provider.letContinue()
          const teller = new Story(world, await aPaidPayment(world))
          for (const [first, second] of moves) {
            await Promise.all([teller.play(first), ...(second ? [teller.play(second)] : [])])
          }
          await world.later(15 * MINUTE_MS)
          world.provider.forgive()
          await world.later(15 * MINUTE_MS)
          await teller.check()
        } finally {
          await world.close()
        }
      }),
      { numRuns: 25 },
    )
  })
})
