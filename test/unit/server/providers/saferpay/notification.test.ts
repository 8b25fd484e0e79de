import { beforeEach, describe, expect, test } from 'vitest'
import type { Provider, RawNotification } from '../../../../../server/providers/provider.ts'
import { failureOf } from '../support/failure.ts'
import { aReference, aWish, called, connect, INITIALIZED } from './fixture.ts'

interface Urls {
  readonly success: string
  readonly failure: string
  readonly back: string
}

let provider: Provider
let urls: Urls

/** The addresses that Saferpay is told at Initialize. */
beforeEach(async () => {
  const world = await connect({ Initialize: [{ json: INITIALIZED }] })
  await world.provider.createPayment(aWish())
  const body = JSON.parse(world.peer.last().body)
  provider = world.provider
  urls = {
    success: body.Notification.SuccessNotifyUrl,
    failure: body.Notification.FailNotifyUrl,
    back: body.ReturnUrl.Url,
  }
})

const parse = (raw: RawNotification) => {
  const parsed = provider.parseNotification(raw)
  if (parsed.kind !== 'event') throw new Error('no event')
  return parsed
}
const changed = (url: string, change: (query: URLSearchParams) => void) => {
  const target = new URL(url)
  change(target.searchParams)
  return target.href
}

describe('a notification of Saferpay', () => {
  test.each(['success', 'failure'] as const)('of %s is only a reason to ask', (name) => {
    expect(parse(called(urls[name]))).toMatchObject({
      facts: [],
      queries: [{ outTradeNo: 'order-1001', providerPaymentId: null }],
    })
  })

  test('is the same event when it is repeated, and success is not failure', () => {
    const first = parse(called(urls.success))
    expect(parse(called(urls.success, { receivedAtMs: 599_999 }))).toEqual(first)
    expect(parse(called(urls.failure)).eventId).not.toBe(first.eventId)
  })

  test('much later is another event: it may be news of a payment that was pending', () => {
    const later = parse(called(urls.success, { receivedAtMs: 600_000 }))
    expect(later.eventId).not.toBe(parse(called(urls.success)).eventId)
  })

  test('is acknowledged with 200', () => {
    expect(provider.acknowledge().status).toBe(200)
  })

  test.each<[string, () => RawNotification]>([
    ['without a tag', () => called(changed(urls.success, (query) => query.delete('tag')))],
    ['with a wrong tag', () => called(changed(urls.success, (query) => query.set('tag', 'x')))],
    [
      'of failure as success',
      () => called(changed(urls.failure, (query) => query.set('event', 'success'))),
    ],
    [
      'of another payment',
      () => called(changed(urls.success, (query) => query.set('payment', 'order-1002'))),
    ],
    [
      'with two payments',
      () => called(changed(urls.success, (query) => query.append('payment', 'order-1002'))),
    ],
    ['from the payer’s return', () => called(urls.back)],
    ['without a query', () => called('https://shop.example/')],
    ['that is cut off', () => called(urls.success.slice(0, -20))],
    ['that is posted', () => called(urls.success, { method: 'POST' })],
  ])('%s is not believed', async (_, raw) => {
    const failure = await failureOf(() => provider.parseNotification(raw()))
    expect(failure.outcome).toBe('unverifiable')
    expect(failure.message).not.toContain('order-100')
  })
})

describe('the payer’s return', () => {
  const query = (url: string) => Object.fromEntries(new URL(url).searchParams)
  const returned = (url: string, fields = {}) =>
    provider.verifyReturn?.(aReference(fields), query(url))

  test('is genuine with the tag that only we can make', () => {
    expect(returned(urls.back)).toBe(true)
  })

  test('is not genuine for another payment, without a tag, or from a notification', () => {
    expect(returned(urls.back, { outTradeNo: 'order-1002' })).toBe(false)
    expect(returned('https://shop.example/return/abc?payment=order-1001')).toBe(false)
    expect(returned(urls.success)).toBe(false)
    expect(returned('https://shop.example/return/abc')).toBe(false)
  })
})
