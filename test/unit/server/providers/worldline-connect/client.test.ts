import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { everythingIn, failureOf } from '../support/failure.ts'
import { type Heard, type Peer, type Reply, startPeer } from '../support/peer.ts'
import {
  aReference,
  aWish,
  type Connected,
  connect,
  SECRET_API_KEY,
  WEBHOOK_SECRET,
} from './fixture.ts'

/** What goes wrong on the line, and what it means for the money. */

let answer: (heard: Heard) => Reply | 'reset' | Promise<Reply>
let peer: Peer
let connected: Connected

beforeEach(async () => {
  peer = await startPeer((heard) => answer(heard))
  connected = connect(peer.url)
})
afterEach(async () => {
  await connected.close()
  await peer.close()
})

const create = () => connected.provider.createPayment(aWish())
const errors = (...list: Record<string, unknown>[]) =>
  JSON.stringify({ errorId: '1', errors: list })

describe('the outcome of a create call', () => {
  test.each([
    [400, { code: '21000120', id: 'PARAMETER_NOT_FOUND_IN_REQUEST' }, 'rejected'],
    [402, { code: '430330' }, 'rejected'],
    [403, { code: '9002', id: 'MISSING_OR_INVALID_AUTHORIZATION' }, 'rejected'],
    [404, { code: '1002' }, 'rejected'],
    [409, { code: '1409' }, 'unknown'],
    [500, { code: '9999', id: 'UNKNOWN_SERVER_ERROR' }, 'unknown'],
    [503, { code: '9999' }, 'unknown'],
  ])('HTTP %i with %j is %3$s', async (status, error, outcome) => {
    answer = () => ({ status, body: errors(error) })
    const failure = await failureOf(create)
    expect(failure).toMatchObject({ outcome, accountId: 'worldline', providerCode: error.code })
    expect(failure.message).toContain(String(status))
  })

  test.each(['', '<html>Bad Gateway</html>', '{"payment":{"id":7}}', '{}', 'null'])(
    'a 201 that cannot be read (%j) is unknown',
    async (body) => {
      answer = () => ({ status: 201, body })
      expect((await failureOf(create)).outcome).toBe('unknown')
    },
  )

  test('a page in place of an error is judged by its status', async () => {
    answer = () => ({ status: 502, body: '<html>Bad Gateway</html>' })
    expect(await failureOf(create)).toMatchObject({ outcome: 'unknown', providerCode: null })
  })

  test('a connection that breaks after the request is unknown', async () => {
    answer = () => 'reset'
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('silence until the deadline is unknown', async () => {
    answer = () => {
      connected.clock.advance(10_000)
      return new Promise(() => undefined)
    }
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('a port where nobody listens means that nothing was sent', async () => {
    await peer.close()
    expect((await failureOf(create)).outcome).toBe('notSent')
  })

  test('a wish that Worldline cannot take is refused before anything is sent', async () => {
    const failure = await failureOf(() =>
      connected.provider.createPayment(aWish({ scene: 'paymentCode' })),
    )
    expect(failure.outcome).toBe('rejected')
    expect(peer.heard).toEqual([])
  })
})

describe('how long to wait', () => {
  test.each([
    ['7', 7_000],
    ['Wed, 24 Jun 2026 10:16:00 GMT', 60_000],
    ['Wed, 24 Jun 2026 10:14:00 GMT', 0],
    ['soon', null],
  ])('Retry-After: %s is %s ms', async (header, retryAfterMs) => {
    answer = () => ({ status: 503, headers: { 'retry-after': header } })
    expect((await failureOf(create)).retryAfterMs).toBe(retryAfterMs)
  })

  test('is a second while the first request with this key is running', async () => {
    answer = () => ({ status: 409, body: errors({ code: '1409' }) })
    expect((await failureOf(create)).retryAfterMs).toBe(1_000)
  })
})

describe('no error shows a secret', () => {
  const secrets = [SECRET_API_KEY, WEBHOOK_SECRET, 'oUpF8uMuAJO']

  test.each([400, 403, 500])('not even one that is sent back with HTTP %i', async (status) => {
    answer = ({ headers, body }) => {
      const said = `${SECRET_API_KEY} ${headers['authorization']} ${body}`
      const error = { code: said, id: said, propertyName: said, message: said }
      return { status, body: errors(error) }
    }
    const shown = everythingIn(await failureOf(create))
    for (const secret of [...secrets, 'v1HMAC']) expect(shown).not.toContain(secret)
  })

  test('nor one of a broken line or an unreadable answer', async () => {
    answer = ({ body }) => ({ status: 201, body })
    const unreadable = await failureOf(create)
    answer = () => 'reset'
    const broken = await failureOf(() => connected.provider.queryPayment(aReference()))
    for (const secret of secrets) {
      expect(everythingIn(unreadable)).not.toContain(secret)
      expect(everythingIn(broken)).not.toContain(secret)
    }
  })
})
