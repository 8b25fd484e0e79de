import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BridgeResult, CheckoutResult } from '../../../../shared/client/types.ts'
import type { Verdict } from '../../../../shared/payment-status.ts'
import type { Fate } from '../../../support/checkout-server.ts'
import { problem } from '../../../support/checkout-server.ts'
import { type CheckoutWorld, createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

/**
 * Goal: whatever the network, the page and the cashier do, and in whatever order, a checkout never
 * says more than the server said, and in the end says exactly that. Method: random schedules of
 * disturbances against the fake server; fast-check prints the seed and shrinks what fails.
 */
type Step =
  | { kind: 'time'; ms: number }
  | { kind: 'network'; online: boolean }
  | { kind: 'fate'; fate: Fate }
  | { kind: 'cashier'; result: BridgeResult }
  | { kind: 'view'; visible: boolean }
  | { kind: 'verdict'; verdict: Verdict }
  | { kind: 'reload' }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('time'), ms: fc.integer({ min: 0, max: 40_000 }) }),
  fc.record({ kind: fc.constant('network'), online: fc.boolean() }),
  fc.record({
    kind: fc.constant('fate'),
    fate: fc.constantFrom<Fate>('dropped', 'lost', 'hangs', problem('shuttingDown'), {
      status: 502,
      body: '<html>',
    }),
  }),
  fc.record({
    kind: fc.constant('cashier'),
    result: fc.constantFrom<BridgeResult>(
      { surface: 'finished' },
      { surface: 'dismissed' },
      { surface: 'failed', reason: 'unknown' },
      { surface: 'unavailable', reason: 'noPermission' },
      { surface: 'none' },
    ),
  }),
  fc.record({ kind: fc.constant('view'), visible: fc.boolean() }),
  fc.record({
    kind: fc.constant('verdict'),
    verdict: fc.constantFrom<Verdict>('paid', 'failed', 'closed'),
  }),
  fc.record({ kind: fc.constant('reload') }),
)

async function take(world: CheckoutWorld, step: Step): Promise<void> {
  if (step.kind === 'time') await world.clock.advance(step.ms)
  if (step.kind === 'network') world.server.online = step.online
  if (step.kind === 'fate') world.server.fates.push(step.fate)
  if (step.kind === 'cashier') await world.answer(step.result)
  if (step.kind === 'view') await world.show(step.visible)
  if (step.kind === 'verdict' && world.server.payments.at(-1)?.verdict === 'pending') {
    world.server.decide(step.verdict)
  }
}

function verdictOnServer(world: CheckoutWorld, result: CheckoutResult): Verdict | undefined {
  const { payments } = world.server
  return payments.find(({ paymentId }) => paymentId === result.payment?.paymentId)?.verdict
}

/** Runs one schedule; every settled run is looked at in the moment in which it settles. */
async function play(steps: readonly Step[]): Promise<CheckoutWorld> {
  const world = createCheckoutWorld()
  let visible = true
  let hiddenRequests = 0
  const api = {
    request: (request: Parameters<typeof world.server.request>[0]) => {
      if (!visible) hiddenRequests += 1
      return world.server.request(request)
    },
  }
  const judge = (result: CheckoutResult | null) => {
    if (!result || result.verdict === 'pending') return
    expect(result.verdict).toBe(verdictOnServer(world, result))
  }
  const judged: Promise<void>[] = []
  const start = (run: Promise<CheckoutResult | null>) =>
    judged.push(
      run.then(judge, (error: unknown) => {
        expect(error).toMatchObject({ name: 'CheckoutError', retryable: true })
      }),
    )

  start(world.page({ api }).pay())
  await world.clock.advance(0)
  for (const step of steps) {
    if (step.kind === 'view') visible = step.visible
    if (step.kind === 'reload') start(world.page({ api }).resume())
    await take(world, step)
  }
  visible = true
  world.server.online = true
  world.server.fates.length = 0
  await world.show(true)
  await world.clock.advance(2_000_000)
  await Promise.all(judged)
  expect(hiddenRequests).toBe(0)
  return world
}

describe('the server’s last word', () => {
  test('is what every run says, and what the last page says when the trouble is over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), async (steps) => {
        const world = await play(steps)
        const { payments, keys } = world.server
        const decided = payments.at(-1)?.verdict ?? 'pending'

        const last = follow(world.page().resume())
        await world.clock.advance(60_000)
        expect(last.settled).toBe(true)
        // Null: an earlier run has told the verdict already, and nothing is left to resume.
        if (last.value) expect(last.value.verdict).toBe(decided)
        else expect(decided).not.toBe('pending')
        expect(new Set(keys).size).toBe(1)
        expect(payments).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })
})
