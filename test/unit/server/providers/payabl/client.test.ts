import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Provider } from '../../../../../server/providers/provider.ts'
import { everythingIn, failureOf } from '../support/failure.ts'
import { type Peer, type Reply, startPeer } from '../support/peer.ts'
import { anItem, aReference, aWish, type Connected, connect, diagnosis } from './fixture.ts'

/** What goes wrong on the line, and what it means for the money. */

let answer: () => Reply | 'reset' | Promise<Reply>
let peer: Peer
let connected: Connected
let provider: Provider

const SECRET = 'a-secret-of-this-test'

beforeEach(async () => {
  answer = () => ({ status: 404 })
  peer = await startPeer(() => answer())
  connected = connect(peer.url, { secret: SECRET })
  provider = connected.provider
})
afterEach(async () => {
  await connected.close()
  await peer.close()
})

const create = () => provider.createPayment(aWish())
const refund = async () =>
  provider.refund?.({
    payment: aReference(),
    outRefundNo: 'rf1001',
    amount: { value: 5, currency: 'EUR' },
    reason: null,
  })

describe('what goes wrong on the line', () => {
  test.each<[string, () => Reply | 'reset', string]>([
    ['HTTP 500', () => ({ status: 500 }), 'unknown'],
    ['HTTP 504', () => ({ status: 504 }), 'unknown'],
    ['HTTP 403', () => ({ status: 403, body: 'no' }), 'rejected'],
    ['HTTP 302', () => ({ status: 302, headers: { location: '/' } }), 'unknown'],
    ['a torn connection', () => 'reset', 'unknown'],
    ['a fault as JSON', () => ({ body: '{"httpCode":403,"httpReason":"Forbidden"}' }), 'rejected'],
    ['a fault in text', () => ({ body: '{"httpCode":"429","httpReason":"Slow"}' }), 'notSent'],
    ['the other JSON', () => ({ status: 400, body: '{"title":"Bad","detail":"x"}' }), 'rejected'],
    ['JSON that says nothing', () => ({ body: '{"httpCode":1}' }), 'unknown'],
    ['broken JSON', () => ({ body: '{' }), 'unknown'],
  ])('%s leaves a payment and a refund %3$s', async (_, reply, outcome) => {
    answer = reply
    expect((await failureOf(create)).outcome).toBe(outcome)
    expect((await failureOf(refund)).outcome).toBe(outcome)
  })

  test('a question that is refused outright says nothing about its payment', async () => {
    answer = () => ({ status: 403 })
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure.outcome).toBe('unknown')
  })

  test('patience is asked for in seconds', async () => {
    answer = () => ({ status: 429, headers: { 'retry-after': '3' } })
    expect(await failureOf(create)).toMatchObject({ outcome: 'notSent', retryAfterMs: 3_000 })
  })

  test('patience is asked for by a date', async () => {
    const date = new Date(connected.clock.nowMs() + 60_000).toUTCString()
    answer = () => ({ status: 429, headers: { 'retry-after': date } })
    expect((await failureOf(create)).retryAfterMs).toBe(60_000)
    answer = () => ({ status: 429, headers: { 'retry-after': 'soon' } })
    expect((await failureOf(create)).retryAfterMs).toBeNull()
  })

  test('silence until the deadline is unknown', async () => {
    answer = () => {
      connected.clock.advance(10_000)
      return new Promise(() => undefined)
    }
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('all questions of one verb share one deadline', async () => {
    answer = () => {
      connected.clock.advance(9_999)
      return { body: diagnosis([anItem()]) }
    }
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure.outcome).toBe('unknown')
    expect(peer.heard).toHaveLength(2)
  })

  test('a port where nobody listens means that nothing was sent', async () => {
    await peer.close()
    expect((await failureOf(create)).outcome).toBe('notSent')
  })

  test('no error shows the secret, not even one that payabl. sends back', async () => {
    answer = () => ({ body: `status=-999&errormessage=the+secret+${SECRET}+is+wrong%0D%0A` })
    const refused = await failureOf(create)
    answer = () => ({ status: 400, body: JSON.stringify({ title: `no ${SECRET}` }) })
    const faulty = await failureOf(create)
    answer = () => 'reset'
    const broken = await failureOf(create)
    expect(refused.message).toContain('the secret [redacted] is wrong')
    for (const error of [refused, faulty, broken]) {
      expect(everythingIn(error)).not.toContain(SECRET)
    }
  })
})
