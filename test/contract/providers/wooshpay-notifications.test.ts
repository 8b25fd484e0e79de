import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../server/providers/errors.ts'
import type { RawNotification } from '../../../server/providers/provider.ts'
import { created, notificationWith, type Pair, paid, wooshpayPair } from './wooshpay-world.ts'

/** WooshPay's webhooks, from the simulator's signature to the adapter's facts. */

const SUCCEEDED = 'payment_intent.succeeded'

function outcomeOf({ provider }: Pair, notification: RawNotification): string {
  try {
    return provider.parseNotification(notification).kind
  } catch (error) {
    if (error instanceof ProviderError) return error.outcome
    throw error
  }
}

describe('a notification', () => {
  test('that is replayed after its time is refused', async () => {
    const pair = await wooshpayPair()
    await paid(pair)
    const genuine = notificationWith(pair, SUCCEEDED)
    const later = (ms: number) => ({ ...genuine, receivedAtMs: genuine.receivedAtMs + ms })
    expect(outcomeOf(pair, later(300_000))).toBe('event')
    expect(outcomeOf(pair, later(301_000))).toBe('unverifiable')
    expect(outcomeOf(pair, later(-301_000))).toBe('unverifiable')
  })

  test.each([
    [true, {}, 'event'],
    [false, {}, 'unverifiable'],
    [false, { webhookToleranceMs: 4 * 86_400_000 }, 'event'],
  ])('that comes late, signed anew %s, with %j: %s', async (anew, config, outcome) => {
    const behaviour = { repeatsAreSignedAnew: anew }
    const pair = await wooshpayPair({ behaviour, config })
    const { id } = await created(pair)
    await pair.settle()
    pair.simulator.faults.set({ notifications: { drop: 4 } })
    await pair.simulator.pay(id)
    await pair.clock.advance(3_600_000)
    expect(outcomeOf(pair, notificationWith(pair, SUCCEEDED))).toBe(outcome)
  })

  test('is believed under both secrets while one replaces the other', async () => {
    const secrets = ['whsec_next', 'whsec_sandboxwooshpay']
    const pair = await wooshpayPair({ config: { webhookSecrets: secrets } })
    await paid(pair)
    expect(outcomeOf(pair, notificationWith(pair, SUCCEEDED))).toBe('event')
    pair.rotate('whsec_next')
    await paid(pair, { outTradeNo: 'p1002' })
    const rotated = notificationWith(pair, SUCCEEDED)
    expect(outcomeOf(pair, rotated)).toBe('event')
    const behind = pair.connect({ webhookSecrets: ['whsec_sandboxwooshpay'] })
    expect(() => behind.parseNotification(rotated)).toThrow(ProviderError)
  })

  test('a live account takes no notification of test mode', async () => {
    const pair = await wooshpayPair()
    await paid(pair)
    const live = pair.connect({ secretKey: 'sk_live_teashop' })
    const notification = notificationWith(pair, SUCCEEDED)
    expect(() => live.parseNotification(notification)).toThrow('test mode')
  })
})
