import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../server/providers/errors.ts'
import {
  asked,
  created,
  HOUR_MS,
  lastEvent,
  MINUTE_MS,
  paid,
  start,
  wish,
} from './saferpay-world.ts'

const PHONE = { 'user-agent': 'Mozilla/5.0 (iPhone) Mobile' }
const open = (url: string, headers = {}) => fetch(url, { redirect: 'manual', headers })

describe('Saferpay creates a payment', () => {
  test('with a number of 50 characters, and of 51 not', async () => {
    const world = await start()
    await created(world, { outTradeNo: 'p'.repeat(50) })
    const failed = world.provider.createPayment(wish({ outTradeNo: 'p'.repeat(51) }))
    await expect(failed).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('in a currency of the terminal only: what Saferpay refuses is refused', async () => {
    const world = await start({ config: { currencies: ['USD'] } })
    const failed = world.provider.createPayment(wish({ amount: { value: 1, currency: 'USD' } }))
    await expect(failed).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'CURRENCY_INVALID',
    })
  })

  test.each([true, false])('not with a wrong password (firewall: %s)', async (firewall) => {
    const world = await start({ behaviour: { firewall }, terminal: { password: 'another' } })
    await expect(world.provider.createPayment(wish())).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining(firewall ? 'firewall' : 'AUTHENTICATION_FAILED'),
    })
  })
})

describe('Saferpay tells the end of a payment', () => {
  test('by a notification that is a reason to ask, and one question answers it', async () => {
    const world = await start()
    const { ref, token } = await created(world)
    await world.simulator.pay(token)
    await world.simulator.notifications.idle()
    expect(lastEvent(world)).toMatchObject({ facts: [], queries: [{ outTradeNo: 'p1001' }] })
    const [booked] = world.simulator.books().payments
    expect(await asked(world, ref)).toMatchObject({
      status: 'paid',
      amount: { value: 1999, currency: 'CHF' },
      providerPaymentId: booked?.id,
      occurredAtMs: world.clock.nowMs(),
    })
    expect(world.simulator.pollingViolations()).toBe(0)
  })

  test('with the sum that was taken, not the one that we think of', async () => {
    const world = await start()
    const { ref } = await paid(world)
    for (const amount of [
      { value: 1, currency: 'CHF' },
      { value: 1999, currency: 'EUR' },
    ]) {
      expect(await asked(world, { ...ref, amount })).toMatchObject({
        amount: { value: 1999, currency: 'CHF' },
      })
    }
  })

  test('not to accounts that poll: they are blocked, and nothing is decided', async () => {
    const world = await start({ behaviour: { blockedAfterPolls: 1 } })
    const { ref } = await created(world)
    expect(await asked(world, ref)).toMatchObject({ status: 'pending' })
    await expect(world.provider.queryPayment(ref)).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining('firewall'),
    })
  })

  test('not to a question about another payment’s token', async () => {
    const world = await start()
    const first = await paid(world)
    const second = await paid(world, { outTradeNo: 'p1002' })
    const mixed = { ...first.ref, providerState: second.ref.providerState }
    await expect(world.provider.queryPayment(mixed)).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })

  test('again in the same words where it is asked again', async () => {
    const world = await start()
    const { ref, fact } = await paid(world)
    expect(await asked(world, ref)).toEqual(fact)
  })

  test.each([
    ['decline', 'failed', 'TRANSACTION_DECLINED'],
    ['abort', 'cancelled', 'TRANSACTION_ABORTED'],
  ] as const)('after %s: %s', async (verb, status, providerStatus) => {
    const world = await start()
    const { ref, token } = await created(world)
    world.simulator[verb](token)
    await world.simulator.notifications.idle()
    expect(lastEvent(world).eventId).toContain('failure')
    expect(await asked(world, ref)).toMatchObject({ status, providerStatus })
  })

  test.each([
    ['TRANSACTION_NOT_STARTED', 'expired'],
    ['TOKEN_EXPIRED', 'expired'],
    ['TRANSACTION_ABORTED', 'cancelled'],
  ] as const)('after the page has lapsed as %s: %s', async (lapsedAs, status) => {
    const world = await start({ behaviour: { lapsedAs } })
    const { ref } = await created(world)
    await world.clock.advance(20 * MINUTE_MS)
    expect(await asked(world, ref)).toMatchObject({ status })
    expect(world.simulator.pollingViolations()).toBe(0)
  })

  test('as paid where the payer was done in the last moment', async () => {
    const world = await start()
    const { ref, token } = await created(world)
    await world.clock.advance(20 * MINUTE_MS - 1)
    await world.simulator.pay(token)
    await world.clock.advance(HOUR_MS)
    expect(await asked(world, ref)).toMatchObject({ status: 'paid' })
  })

  test.each(['TRANSACTION_NOT_STARTED', 'PENDING'] as const)(
    'as open while the payer stands before the code (%s)',
    async (startedAs) => {
      const world = await start({ behaviour: { startedAs } })
      const { ref, url } = await created(world)
      await open(url)
      expect(await asked(world, ref)).toMatchObject({ status: 'pending', unknownStatus: false })
    },
  )

  test('as pending first, and by a second notification as paid', async () => {
    const world = await start({ behaviour: { paysAs: 'PENDING' } })
    const { fact, ref } = await paid(world)
    expect(fact).toMatchObject({ status: 'pending', unknownStatus: false, providerPaymentId: null })
    await world.clock.advance(10 * MINUTE_MS)
    await world.simulator.notifications.idle()
    expect(lastEvent(world).queries).toHaveLength(1)
    expect(await asked(world, ref)).toMatchObject({ status: 'paid' })
  })

  test('that is only authorised as a word for people: WeChat knows no capture', async () => {
    const world = await start({ behaviour: { paysAs: 'AUTHORIZED' } })
    const { fact } = await paid(world)
    expect(fact).toMatchObject({ status: 'pending', unknownStatus: true })
  })

  test.each([
    ['a day later, when the token is gone', {}, 25 * HOUR_MS],
    ['although its answer was used up', { assertOnce: true }, 2 * MINUTE_MS],
  ])('%s', async (_, behaviour, laterMs) => {
    const world = await start({ behaviour })
    const { ref } = await paid(world)
    await world.clock.advance(laterMs)
    expect(await asked(world, ref)).toMatchObject({ status: 'paid' })
  })

  test('not as expired while Inquire may still be behind', async () => {
    const world = await start({ behaviour: { assertOnce: true } })
    const { ref } = await paid(world)
    await expect(world.provider.queryPayment(ref)).rejects.toMatchObject({ outcome: 'unknown' })
  })
})

describe('the payer', () => {
  test('comes back with the tag of our own address', async () => {
    const world = await start()
    const { ref, token, url } = await created(world)
    const page = await open(url)
    await world.simulator.pay(token)
    const back = await open(`${world.simulator.url}${page.headers.get('location')}`)
    const { searchParams } = new URL(back.headers.get('location') ?? '')
    const query = Object.fromEntries(searchParams)
    expect(world.provider.verifyReturn?.(ref, query)).toBe(true)
    const others = { ...ref, outTradeNo: 'p1002' }
    expect(world.provider.verifyReturn?.(others, query)).toBe(false)
  })

  test('on a phone is turned down without the H5 permission', async () => {
    const world = await start({ behaviour: { h5Permission: false } })
    const { ref, url } = await created(world, { scene: 'mobileWeb' })
    await open(url, PHONE)
    expect(await asked(world, ref)).toMatchObject({ status: 'failed' })
  })

  test('who opens the page twice has aborted', async () => {
    const world = await start()
    const { ref, url } = await created(world)
    await open(url)
    await open(url)
    expect(await asked(world, ref)).toMatchObject({ status: 'cancelled' })
  })
})

test('a notification of another Saferpay account is refused', async () => {
  const world = await start()
  await paid(world)
  const other = await start({ config: { notificationSecret: 'the-secret-of-another-account' } })
  const [notified] = world.arrivals
  if (!notified) throw new Error('nothing has been sent')
  expect(() => other.provider.parseNotification(notified.raw)).toThrow(ProviderError)
})
