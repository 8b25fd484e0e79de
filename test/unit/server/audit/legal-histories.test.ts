import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { audit } from '../../../../server/audit/audit.ts'
import { closeOrder } from '../../../../server/usecases/close-order.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { notify } from '../../../support/audited-shop.ts'
import { KEYED, LOOKED_UP, type Mishap } from '../../../support/scripted-provider.ts'
import { createWorld, type World } from '../../../support/world.ts'

/**
 * Whatever payers, shop and provider do in whatever order, as long as it is done by the rules: the
 * audit finds nothing wrong, on the way and at the end. fast-check prints the seed and shrinks what fails.
 */

const MISHAPS: readonly Mishap[] = (['create', 'query', 'close', 'refund', 'queryRefund'] as const)
  .flatMap((on) => [
    { on, when: 'before', outcome: 'notSent' } as const,
    { on, when: 'before', outcome: 'rejected' } as const,
    { on, when: 'before', outcome: 'unknown' } as const,
    { on, when: 'after', outcome: 'unknown' } as const,
  ])
  // A refund that is refused leaves a second success with the shop: that is a finding, and true.
  .filter(({ on, outcome }) => on !== 'refund' || outcome !== 'rejected')

const anyOf = fc.nat(5)
const anyMove = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pay'),
      nth: anyOf,
      key: fc.nat(3),
      scene: fc.constantFrom('miniProgram', 'desktopQr'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('success'), nth: anyOf, told: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('refund'),
      nth: anyOf,
      value: fc.integer({ min: 1, max: 1999 }),
    }),
  },
  fc.record({ do: fc.constant('end'), nth: anyOf, as: fc.constantFrom('failed', 'cancelled') }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close'), nth: anyOf }) },
  fc.record({
    do: fc.constant('newRefunds'),
    as: fc.constantFrom('succeeded', 'processing', 'needsAction'),
  }),
  fc.record({ do: fc.constant('mishap'), mishap: fc.constantFrom(...MISHAPS) }),
  fc.record({ do: fc.constant('later'), ms: fc.constantFrom(1_000, 60_000, 7_200_000) }),
)
/** Few, so that much happens to each. */
const ORDERS = ['tea-0', 'tea-1', 'tea-2'] as const
const AUDIT_EVERY = 4
const WAYS = ['order.closed', 'payment.duplicate', 'payment.closed', 'refund.succeeded'] as const
type Move = typeof anyMove extends fc.Arbitrary<infer M> ? M : never

test.each([
  ['is asked at intervals', KEYED],
  ['is asked after events', LOOKED_UP],
])(
  'a legal history has no finding, where a provider %s',
  async (_, capabilities) => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(anyMove, { minLength: 15, maxLength: 30 }), async (moves) => {
        const world = await createWorld({ capabilities })
        try {
          for (const orderRef of ORDERS) {
            await world.anOrder(orderRef)
            for (const scene of ['miniProgram', 'desktopQr'] as const) {
              const idempotencyKey = `key-${orderRef}-${scene}`
              await createPayment(world, world.wish({ orderRef, scene, idempotencyKey }))
            }
          }
          for (const [index, each] of moves.entries()) {
            await byTheRules(() => play(world, each, index))
            await world.work()
            if (index % AUDIT_EVERY > 0 && index < moves.length - 1) continue
            const { totals, findings } = await audit(world)
            const wrong = totals.violation + totals.difference
            expect(wrong, JSON.stringify(findings)).toBe(0)
          }
          const events = await world.store.events({ afterSeq: 0, limit: 1_000 })
          for (const { type } of events) seen.add(type)
        } finally {
          await world.close()
        }
      }),
      { numRuns: 30 },
    )
    // Else nothing was proved: these histories go wherever a history can go.
    expect([...seen].toSorted()).toEqual(expect.arrayContaining([...WAYS]))
  },
  60_000,
)

async function play(world: World, move: Move, index: number): Promise<unknown> {
  switch (move.do) {
    case 'pay': {
      const orderRef = orderNamed(move.nth)
      const idempotencyKey = `key-${orderRef}-${move.key}`
      return createPayment(world, world.wish({ orderRef, scene: move.scene, idempotencyKey }))
    }
    case 'close':
      return closeOrder(world, orderNamed(move.nth), 'cancelled')
    case 'success': {
      const booked = there(world, move.nth)
      if (!booked || booked.status === 'failed') return
      return move.told
        ? notify(world, `evt-${index}`, booked.outTradeNo)
        : world.provider.pay(booked.outTradeNo)
    }
    case 'end': {
      const booked = there(world, move.nth)
      if (booked?.status === 'pending') booked.status = move.as
      return
    }
    case 'refund':
      return refund(world, move, index)
    case 'newRefunds':
      world.provider.refundEndsAs = move.as
      return
    case 'mishap':
      return world.provider.fail(move.mishap)
    case 'later':
      return world.later(move.ms)
  }
}

function orderNamed(nth: number): string {
  return ORDERS[nth % ORDERS.length] ?? ORDERS[0]
}

/** One of the payments that the provider knows, if there are any. */
function there(world: World, nth: number) {
  const all = [...world.provider.payments.values()]
  return all[nth % Math.max(1, all.length)]
}

async function refund(world: World, move: { nth: number; value: number }, index: number) {
  const booked = there(world, move.nth)
  if (!booked) return
  const { accountId } = world.provider
  const name = { accountId, outTradeNo: booked.outTradeNo, providerPaymentId: null }
  const payment = await world.store.paymentByNumber(name)
  if (!payment) return
  await requestRefund(world, {
    paymentId: payment.paymentId,
    amount: { value: move.value, currency: 'CNY' },
    reason: null,
    idempotencyKey: `refund-${index}`,
  })
}

/** A refusal is an answer like any other. */
async function byTheRules(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof UseCaseError)) throw error
  }
}
