import { describe, expect, test } from 'vitest'
import { everythingIn, failureOf } from '../support/failure.ts'
import {
  aReference,
  aWish,
  connect,
  PASSWORD,
  refused,
  type Scripted,
  transaction,
} from './fixture.ts'

const json = { 'Content-Type': 'application/json; charset=utf-8' }
const asking = async (answer: Scripted) => {
  const { provider } = await connect({ Assert: [answer] })
  return failureOf(() => provider.queryPayment(aReference()))
}
const raw = (status: number, body: string, headers: Record<string, string> = {}): Scripted => ({
  raw: { status, body, headers },
})

describe('an answer that is not the documented one', () => {
  test('403 without JSON is the firewall, and the error says what to check', async () => {
    const failure = await asking(
      raw(403, '<html>Forbidden</html>', { 'Content-Type': 'text/html' }),
    )
    expect(failure.outcome).toBe('rejected')
    expect(failure.message).toMatch(/firewall.*IP addresses/)
  })

  test('403 with an error object is not the firewall', async () => {
    const failure = await asking(refused('PERMISSION_DENIED', { status: 403 }))
    expect(failure.message).not.toContain('firewall')
  })

  test.each([
    [
      'an error page that looks like JSON',
      raw(402, '{"ErrorName":"TRANSACTION_ABORTED"}'),
      'unknown',
    ],
    ['402 without an error name', raw(402, '{}', json), 'unknown'],
    ['JSON that is cut off', raw(200, '{"ResponseHeader":', json), 'unknown'],
    ['a success that is not JSON', raw(200, '<html>'), 'unknown'],
    ['a success without header', raw(200, JSON.stringify(transaction()), json), 'unknown'],
    ['500', raw(500, ''), 'unknown'],
    ['503', raw(503, ''), 'unknown'],
    ['a redirect', raw(302, ''), 'unknown'],
    ['408', raw(408, ''), 'unknown'],
    ['401', raw(401, ''), 'rejected'],
    ['406', raw(406, ''), 'rejected'],
    ['415', raw(415, ''), 'rejected'],
    ['429', raw(429, ''), 'notSent'],
    ['a broken connection', 'reset', 'unknown'],
  ] as const)('%s is understood', async (_, answer, outcome) => {
    expect((await asking(answer)).outcome).toBe(outcome)
  })

  test('that belongs to another request is not believed', async () => {
    const ResponseHeader = { SpecVersion: '1.53', RequestId: 'another' }
    const failure = await asking({ json: { ...transaction(), ResponseHeader } })
    expect(failure.outcome).toBe('unverifiable')
  })

  test('the wait that is asked for is passed on, as seconds or as a date', async () => {
    expect((await asking(raw(429, '', { 'Retry-After': '7' }))).retryAfterMs).toBe(7_000)
    const at = new Date(Date.UTC(2026, 5, 24, 10, 15, 30)).toUTCString()
    expect((await asking(raw(429, '', { 'Retry-After': at }))).retryAfterMs).toBe(30_000)
    expect((await asking(raw(429, '', { 'Retry-After': 'soon' }))).retryAfterMs).toBeNull()
  })

  test('nobody there means that nothing was sent', async () => {
    const world = await connect({})
    await world.peer.close()
    const failure = await failureOf(() => world.provider.createPayment(aWish()))
    expect(failure.outcome).toBe('notSent')
  })
})

describe('an error of Saferpay', () => {
  test('shows what they say, without our password and without tags of addresses', async () => {
    const { provider } = await connect({
      Initialize: [
        refused('VALIDATION_FAILED', {
          status: 400,
          ErrorMessage: `Request validation failed for ${PASSWORD}`,
          ErrorDetail: [
            'SuccessNotifyUrl: https://shop.example/n?payment=p1&tag=secret-tag is bad',
          ],
        }),
      ],
    })
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure).toMatchObject({ outcome: 'rejected', providerCode: 'VALIDATION_FAILED' })
    expect(failure.message).toContain('SuccessNotifyUrl')
    expect(everythingIn(failure)).not.toContain(PASSWORD)
    expect(everythingIn(failure)).not.toContain('secret-tag')
  })
})

describe('the time of one step', () => {
  test('ends for all its calls together, and what was sent is unknown', async () => {
    const { provider, clock, peer } = await connect(
      { Assert: [refused('TOKEN_EXPIRED')], Inquire: ['silence'] },
      { timeoutMs: 1_000 },
    )
    const asked = failureOf(() => provider.queryPayment(aReference()))
    while (peer.heard.length < 2) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(999)
    expect(peer.heard).toHaveLength(2)
    clock.advance(1)
    expect((await asked).outcome).toBe('unknown')
  })
})
