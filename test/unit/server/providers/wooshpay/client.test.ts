import { describe, expect, test } from 'vitest'
import { everythingIn, failureOf } from '../support/failure.ts'
import { aReference, aRefundWish, aWish, SECRET_KEY, WEBHOOK_SECRET } from './fixture.ts'
import { scriptedWooshpay } from './scripted.ts'

/** What goes wrong on the line, and what it means for the money. */

const world = scriptedWooshpay()
const CREATE = 'POST /payment_intents'
const create = () => world.provider().createPayment(aWish())
const inError = (error: Record<string, unknown>) => JSON.stringify({ error })

describe('the outcome of a create call', () => {
  test.each([
    [
      400,
      { type: 'invalid_request_error', code: 'parameter_missing', param: 'amount' },
      'rejected',
    ],
    [401, { type: 'invalid_request_error', code: 'api_key_invalid' }, 'rejected'],
    [402, { type: 'card_error', code: 'declined' }, 'rejected'],
    [409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }, 'unknown'],
    [429, { type: 'api_error', code: 'rate_limit' }, 'notSent'],
    [500, { type: 'api_error', code: 'internal' }, 'unknown'],
  ])('HTTP %i with %j is %s, wherever the error stands', async (status, error, outcome) => {
    for (const body of [inError(error), JSON.stringify(error)]) {
      world.answer(CREATE, () => ({ status, body }))
      const failure = await failureOf(create)
      expect(failure).toMatchObject({ outcome, accountId: 'wooshpay', providerCode: error.code })
      expect(failure.message).toContain(`POST /v1/payment_intents with HTTP ${status}`)
      expect(failure.message).toContain(error.type)
    }
  })

  test('has the type for its code where there is no code', async () => {
    world.answer(CREATE, () => ({ status: 500, body: inError({ type: 'api_error' }) }))
    expect((await failureOf(create)).providerCode).toBe('api_error')
  })

  test.each(['', '<html>Bad Gateway</html>', '{"id":7}', '{}', 'null', '[]', '{"error":{}}'])(
    'a 200 that cannot be read (%j) is unknown',
    async (body) => {
      world.answer(CREATE, () => ({ body }))
      expect((await failureOf(create)).outcome).toBe('unknown')
    },
  )

  test('a page in place of an error is judged by its status', async () => {
    world.answer(CREATE, () => ({ status: 502, body: '<html>Bad Gateway</html>' }))
    expect(await failureOf(create)).toMatchObject({ outcome: 'unknown', providerCode: null })
  })

  test('a connection that breaks after the request is unknown', async () => {
    world.answer(CREATE, () => 'reset')
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('silence until the deadline is unknown', async () => {
    world.answer(CREATE, () => {
      world.clock().advance(10_000)
      return new Promise(() => undefined)
    })
    expect((await failureOf(create)).outcome).toBe('unknown')
  })

  test('a port where nobody listens means that nothing was sent', async () => {
    await world.peer().close()
    expect((await failureOf(create)).outcome).toBe('notSent')
  })

  test('a wish that WooshPay cannot take is refused before anything is sent', async () => {
    const wish = aWish({ scene: 'app' })
    const failure = await failureOf(() => world.provider().createPayment(wish))
    expect(failure.outcome).toBe('rejected')
    expect(world.peer().heard).toEqual([])
  })
})

describe('how long to wait', () => {
  test.each([
    [429, { 'retry-after': '7' }, 7_000],
    [503, { 'retry-after': 'Wed, 24 Jun 2026 10:16:00 GMT' }, 60_000],
    [503, { 'retry-after': 'Wed, 24 Jun 2026 10:14:00 GMT' }, 0],
    [429, { 'retry-after': 'soon' }, 2_000],
    [429, {}, 2_000],
    [409, {}, 1_000],
    [500, {}, null],
  ])('after HTTP %i with %j is %j ms', async (status, headers, retryAfterMs) => {
    world.answer(CREATE, () => ({ status, headers: { ...headers } }))
    expect((await failureOf(create)).retryAfterMs).toBe(retryAfterMs)
  })
})

test('a refund that is refused with 402 says what may be missing', async () => {
  world.on('POST /refunds', 402, { error: { type: 'invalid_request_error' } })
  const failure = await failureOf(() => world.provider().refund?.(aRefundWish()))
  expect(failure).toMatchObject({ outcome: 'rejected' })
  expect(failure.message).toContain('refunds may not be enabled')
})

describe('no error shows a secret', () => {
  const secrets = [
    SECRET_KEY,
    WEBHOOK_SECRET,
    Buffer.from(`${SECRET_KEY}:`).toString('base64'),
    'oUpF8uMuAJO',
  ]
  const payer = { appId: 'wx1', openid: 'oUpF8uMuAJO' }
  const wish = aWish({ scene: 'officialAccount', payer })

  test.each([400, 401, 402, 500])('not even one that is sent back with HTTP %i', async (status) => {
    for (const word of [SECRET_KEY, WEBHOOK_SECRET, `${SECRET_KEY} oUpF8uMuAJO`, 'oUpF8uMuAJO']) {
      world.answer(CREATE, ({ headers }) => {
        const message = `${word} ${headers['authorization']}`
        return { status, body: inError({ type: word, code: word, param: word, message }) }
      })
      const shown = everythingIn(await failureOf(() => world.provider().createPayment(wish)))
      for (const secret of secrets) expect(shown).not.toContain(secret)
    }
  })

  test('nor one of a broken line or an unreadable answer', async () => {
    world.answer(CREATE, ({ body }) => ({ body }))
    const unreadable = await failureOf(() => world.provider().createPayment(wish))
    const broken = await failureOf(() => world.provider().queryPayment(aReference()))
    for (const secret of secrets) {
      expect(everythingIn(unreadable)).not.toContain(secret)
      expect(everythingIn(broken)).not.toContain(secret)
    }
  })
})
