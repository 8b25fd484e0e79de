import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { everythingIn, failureOf } from '../support/failure.ts'
import { type Heard, type Peer, type Reply, startPeer } from '../support/peer.ts'
import {
  API_V3_KEY,
  anOrder,
  aReference,
  aWish,
  type Connected,
  connect,
  merchant,
  NOW_MS,
  refusal,
  signedReply,
  stranger,
} from './fixture.ts'

/** What goes wrong on the line, what it means for the money, and when the second host is asked. */

type Answer = (heard: Heard) => Reply | 'reset' | Promise<Reply | 'reset'>
let answer: Answer
let second: Answer
let peers: readonly [Peer, Peer]
let connected: Connected

beforeEach(async () => {
  second = () => refusal(500, 'SYSTEM_ERROR')
  peers = [await startPeer((heard) => answer(heard)), await startPeer((heard) => second(heard))]
  connected = connect(peers[0].url)
})
afterEach(async () => {
  await connected.close()
  for (const peer of peers) await peer.close()
})

const create = () => connected.provider.createPayment(aWish())
const placed = () => signedReply(200, { prepay_id: 'wx1' })

describe('the outcome of an order', () => {
  test.each([
    [400, 'PARAM_ERROR', '0', 'rejected'],
    [400, 'PARAMERROR', '0', 'rejected'],
    [400, 'APPID_MCHID_NOT_MATCH', '0', 'rejected'],
    [400, 'INVALID_REQUEST', '268498688', 'unknown'],
    [401, 'SIGN_ERROR', '268443699', 'rejected'],
    [403, 'NO_AUTH', '0', 'rejected'],
    [403, 'A_WORD_OF_TOMORROW', '0', 'rejected'],
    [404, 'MCH_NOT_EXISTS', '0', 'rejected'],
    [400, 'FREQUENCY_LIMITED', '0', 'notSent'],
    [429, 'RATELIMIT_EXCEEDED', '0', 'notSent'],
    [429, 'PARAM_ERROR', '0', 'notSent'],
    [500, 'SYSTEM_ERROR', '0', 'unknown'],
    [500, 'PARAM_ERROR', '0', 'unknown'],
    [400, 'BANKERROR', '0', 'unknown'],
    [503, 'SERVICE_UNAVAILABLE', '0', 'unknown'],
  ])('HTTP %i %s (-%s) is %s', async (status, code, supportCode, outcome) => {
    answer = () => refusal(status, code, supportCode)
    const failure = await failureOf(create)
    expect(failure).toMatchObject({ outcome, accountId: 'wechat', providerCode: code })
    expect(failure.message).toContain(`HTTP ${status} ${code}`)
    expect(failure.message).toContain(`[Request-ID 08F78BB5B9-${supportCode}]`)
  })

  test.each([403, 404, 502])(
    'a page of somebody else’s with HTTP %i is unknown',
    async (status) => {
      answer = () => ({ status, body: '<html>blocked</html>' })
      expect(await failureOf(create)).toMatchObject({ outcome: 'unknown', providerCode: null })
    },
  )

  test('a refusal for the clock’s sake says how far the clock is off', async () => {
    answer = () => {
      const reply = refusal(401, 'SIGN_ERROR')
      return {
        ...reply,
        headers: { ...reply.headers, date: new Date(NOW_MS - 600_000).toUTCString() },
      }
    }
    expect((await failureOf(create)).message).toContain('our clock is 600 s off theirs')
  })

  test('Retry-After is told on', async () => {
    answer = () => ({ ...refusal(429, 'FREQUENCY_LIMITED'), headers: { 'retry-after': '7' } })
    expect((await failureOf(create)).retryAfterMs).toBe(7_000)
  })

  test('a broken connection and silence are unknown, a closed port was never reached', async () => {
    answer = () => 'reset'
    expect((await failureOf(create)).outcome).toBe('unknown')
    answer = () => {
      connected.clock.advance(10_000)
      return new Promise(() => undefined)
    }
    expect((await failureOf(create)).outcome).toBe('unknown')
    await peers[0].close()
    expect((await failureOf(create)).outcome).toBe('notSent')
  })
})

describe('a success that is not provably WeChat’s is not believed', () => {
  test.each<[string, () => Reply]>([
    ['unsigned', () => ({ status: 200, body: '{"prepay_id":"wx1"}' })],
    [
      'signed by a stranger',
      () => signedReply(200, { prepay_id: 'wx1' }, { privateKey: stranger.privateKey }),
    ],
    [
      'signed by an unknown key',
      () => signedReply(200, { prepay_id: 'wx1' }, { serialNo: 'PUB_KEY_ID_0' }),
    ],
    ['of yesterday', () => signedReply(200, { prepay_id: 'wx1' }, { atMs: NOW_MS - 86_400_000 })],
    ['of tomorrow', () => signedReply(200, { prepay_id: 'wx1' }, { atMs: NOW_MS + 86_400_000 })],
    ['changed on the way', () => ({ ...placed(), body: '{"prepay_id":"wx2"}' })],
  ])('%s', async (_, reply) => {
    answer = reply
    const failure = await failureOf(create)
    expect(failure.outcome).toBe('unverifiable')
    expect(failure.message).toContain('Request-ID')
  })
})

describe('the second host', () => {
  beforeEach(async () => {
    await connected.close()
    connected = connect(peers[0].url, { secondaryEndpoint: peers[1].url })
    second = placed
  })

  test('is left alone while the first answers, also with a no', async () => {
    answer = placed
    await create()
    answer = () => refusal(400, 'PARAM_ERROR')
    expect((await failureOf(create)).outcome).toBe('rejected')
    answer = () => refusal(500, 'SYSTEM_ERROR')
    expect((await failureOf(create)).outcome).toBe('unknown')
    expect(peers[1].heard).toEqual([])
  })

  test.each<[string, Answer]>([
    ['breaks', () => 'reset'],
    ['is not there for now', () => refusal(503, 'SERVICE_UNAVAILABLE')],
  ])('is asked with the same bytes where the first %s', async (_, broken) => {
    answer = broken
    expect(await create()).toMatchObject({ fact: { status: 'pending' } })
    expect(peers[1].last().body).toBe(peers[0].last().body)
    expect(peers[1].last().path).toBe(peers[0].last().path)
  })

  test('is asked within the same deadline where the first is silent', async () => {
    answer = () => {
      connected.clock.advance(6_000)
      return new Promise(() => undefined)
    }
    expect(await create()).toMatchObject({ fact: { status: 'pending' } })
  })

  test('is asked where nobody listens at the first', async () => {
    await peers[0].close()
    expect(await create()).toMatchObject({ fact: { status: 'pending' } })
  })

  test.each([
    ['no', 400, 'PARAM_ERROR'],
    ['slow down', 429, 'RATELIMIT_EXCEEDED'],
  ])('says %s, which says nothing of the first try', async (_, status, code) => {
    answer = () => 'reset'
    second = () => refusal(status, code)
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('has no money for a refund, which says nothing of the first try either', async () => {
    answer = () => 'reset'
    second = () => refusal(403, 'NOT_ENOUGH')
    const amount = { value: 500, currency: 'CNY' }
    const wish = { payment: aReference(), outRefundNo: 'rf1001', amount, reason: null }
    const refund = () => connected.provider.refund?.(wish)
    expect(await failureOf(refund)).toMatchObject({
      outcome: 'unknown',
      providerCode: 'NOT_ENOUGH',
    })
  })

  test('does not answer either: nobody knows, unless neither was reached', async () => {
    answer = () => 'reset'
    await peers[1].close()
    expect((await failureOf(create)).outcome).toBe('unknown')
    await peers[0].close()
    expect((await failureOf(create)).outcome).toBe('notSent')
  })

  test('may say that it is paid, and then the truth is asked for', async () => {
    answer = () => 'reset'
    second = ({ method }) =>
      method === 'GET' ? signedReply(200, anOrder('SUCCESS')) : refusal(403, 'ORDERPAID')
    expect(await create()).toMatchObject({ fact: { status: 'paid' } })
  })

  test('is never sent a payment code that the first may have taken', async () => {
    await connected.close()
    const till = { secondaryEndpoint: peers[1].url, paymentCode: true, store: { id: '1' } }
    connected = connect(peers[0].url, till)
    answer = () => 'reset'
    const wish = { ...aWish({ scene: 'paymentCode' }), paymentCode: '130061098828009406' }
    expect((await failureOf(() => connected.provider.createPayment(wish))).outcome).toBe('unknown')
    expect(peers[1].heard).toEqual([])
  })
})

test('no error shows a secret, not even one that is sent back', async () => {
  answer = ({ headers, body }) => {
    const said = `${headers['authorization']} ${body}`
    return {
      status: 400,
      headers: { 'request-id': said.slice(0, 90) },
      body: JSON.stringify({ code: said, message: said }),
    }
  }
  const refused = everythingIn(await failureOf(create))
  answer = ({ body }) => ({ status: 200, body })
  const unsigned = everythingIn(await failureOf(create))
  answer = () => 'reset'
  const broken = everythingIn(await failureOf(() => connected.provider.queryPayment(aReference())))
  for (const secret of [
    API_V3_KEY,
    merchant.privateKey.slice(40, 90),
    'oUpF8uMuAJO',
    'signature=',
  ]) {
    for (const shown of [refused, unsigned, broken]) expect(shown).not.toContain(secret)
  }
})
