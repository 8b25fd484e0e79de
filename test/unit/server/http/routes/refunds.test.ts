import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../../server/domain/payment.ts'
import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createIdempotency } from '../../../../../server/http/idempotency.ts'
import { createRefundRoutes } from '../../../../../server/http/routes/refunds.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import { refundSchema } from '../../../../../shared/contract/refunds.ts'
import { KEYED } from '../../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, type World } from '../../../../support/world.ts'
import { type LogLine, makeTools, postJson, problemOf, startApp } from '../harness.ts'

const API_KEY = 'key-of-the-tea-shop'
const CARD = '6222020200112233445'
const HOLDER = '李维'
const TO_CARD = {
  to: { kind: 'payerBankCard', bankType: 'ICBC_DEBIT', accountNumber: CARD, holderName: HOLDER },
}

let world: World
let payment: Payment
let lines: readonly LogLine[]
let address: string
let keys = 0

beforeEach(async () => {
  const tools = makeTools()
  world = await createWorld({ capabilities: { ...KEYED, idempotency: 'lookup' } })
  payment = await aPaidPayment(world)
  const deps = { ...world, logger: tools.logger }
  const stages = {
    apiKey: createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex(API_KEY) }]),
    idempotent: createIdempotency(deps),
  }
  lines = tools.lines
  const app = await startApp(tools, { parsed: [createRefundRoutes(deps, stages)] })
  address = app.address
})
afterEach(() => world.close())

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  keys += 1
  return postJson(address + path, body, {
    authorization: `Bearer ${API_KEY}`,
    'idempotency-key': `refund-route-${keys}`,
    ...headers,
  })
}

/** A refund that waits at the provider. */
async function waiting(): Promise<string> {
  world.provider.refundEndsAs = 'needsAction'
  const made = await post(`/v1/payments/${payment.paymentId}/refunds`, {
    amount: { value: 500, currency: 'CNY' },
  })
  expect(made.status).toBe(201)
  const refund = refundSchema.parse(await made.json())
  expect(refund).toMatchObject({ status: 'needsAction', advice: 'approve it' })
  return refund.refundId
}

/** All that the database holds, as text. */
async function everythingStored(): Promise<string> {
  const { store } = world
  const refunds = await store.refundsOfPayment(payment.paymentId)
  const others = [await store.payment(payment.paymentId), await store.quarantined(100)]
  return JSON.stringify([refunds, others, await store.events({ afterSeq: 0, limit: 1_000 })])
}

describe('POST /v1/refunds/{refundId}/continue', () => {
  test('carries on, and a repeat gets the same answer without a second call', async () => {
    const refundId = await waiting()
    world.provider.letContinue()
    const again = { 'idempotency-key': 'one-and-the-same' }
    const [one, two] = [
      await post(`/v1/refunds/${refundId}/continue`, {}, again),
      await post(`/v1/refunds/${refundId}/continue`, {}, again),
    ]
    expect([one.status, two.status]).toEqual([200, 200])
    expect(refundSchema.parse(await one.json())).toMatchObject({ refundId, status: 'processing' })
    expect(two.headers.get('idempotency-replayed')).toBe('true')
    expect(world.provider.calls.filter((call) => call === 'continueRefund')).toHaveLength(1)
  })

  test.each(['continued', 'refused'])(
    'hands the card to the provider, and nobody sees it again (%s)',
    async (how) => {
      const refundId = await waiting()
      const told: unknown[] = []
      world.provider.letContinue()
      const proceed = world.provider.continueRefund
      world.provider.continueRefund = async (ref, to) => {
        told.push(to)
        return proceed?.(ref, to) ?? Promise.reject(new Error('it cannot continue'))
      }
      const outcome = 'rejected'
      if (how === 'refused') world.provider.fail({ on: 'continueRefund', when: 'before', outcome })
      const key = { 'idempotency-key': 'with-a-card' }
      const answer = await post(`/v1/refunds/${refundId}/continue`, TO_CARD, key)
      const text = await answer.text()
      expect(answer.status).toBe(how === 'refused' ? 422 : 200)
      expect(told).toEqual([TO_CARD.to])
      const replayed = await post(`/v1/refunds/${refundId}/continue`, TO_CARD, key)
      const seen = [text, await replayed.text(), JSON.stringify(lines), await everythingStored()]
      for (const secret of [CARD, HOLDER]) expect(seen.join()).not.toContain(secret)
    },
  )

  test('answers 409 with the status of a refund that waits for nobody', async () => {
    const refundId = await waiting()
    world.provider.letContinue()
    await post(`/v1/refunds/${refundId}/continue`, {})
    const problem = await problemOf(await post(`/v1/refunds/${refundId}/continue`, {}))
    expect(problem).toMatchObject({ status: 409, code: 'refundNotWaiting' })
    expect(problem['detail']).toContain('processing')
  })

  test('answers 422 with the advice where the account continues nothing', async () => {
    const refundId = await waiting()
    const problem = await problemOf(await post(`/v1/refunds/${refundId}/continue`, {}))
    expect(problem).toMatchObject({
      status: 422,
      code: 'refundUnsupported',
      detail: 'approve it',
    })
  })

  test('asks for a word where nobody can tell whether the refund is there', async () => {
    const refundId = await waiting()
    world.provider.refunds.clear()
    const problem = await problemOf(await post(`/v1/refunds/${refundId}/continue`, {}))
    expect(problem).toMatchObject({ status: 409, code: 'refundUncertain' })
    const answer = await post(`/v1/refunds/${refundId}/continue`, { sendAgain: true })
    expect(answer.status).toBe(200)
    expect(world.provider.refunds.size).toBe(1)
  })

  test.each<[string, unknown]>([
    ['an unknown field', { hurry: true }],
    ['a no to the question', { sendAgain: false }],
    ['an unknown way', { to: { kind: 'cash' } }],
    ['a card without a number', { to: { ...TO_CARD.to, accountNumber: undefined } }],
    ['a number with a letter', { to: { ...TO_CARD.to, accountNumber: `${CARD}x` } }],
    ['a way with too much in it', { to: { kind: 'merchantAccount', accountNumber: CARD } }],
  ])('refuses %s, without repeating what was sent', async (_, body) => {
    const refundId = await waiting()
    const answer = await post(`/v1/refunds/${refundId}/continue`, body)
    const text = await answer.text()
    expect(answer.status).toBe(400)
    expect(text).toContain('invalidRequest')
    for (const secret of [CARD, HOLDER]) expect(text + JSON.stringify(lines)).not.toContain(secret)
    expect(world.provider.calls).not.toContain('continueRefund')
  })

  test('is for the merchant only, with a key, and for a refund that is there', async () => {
    const path = `/v1/refunds/${await waiting()}/continue`
    const codeOf = async (answer: Response) => (await problemOf(answer))['code']
    expect(await codeOf(await post(path, {}, { authorization: '' }))).toBe('unauthenticated')
    expect(await codeOf(await post(path, {}, { 'idempotency-key': '' }))).toBe(
      'idempotencyKeyMissing',
    )
    expect(await codeOf(await post('/v1/refunds/rf_nobody/continue', {}))).toBe('refundNotFound')
  })
})

test('GET /v1/refunds/{refundId} shows a refund, and nothing of one that is not there', async () => {
  const refundId = await waiting()
  const headers = { authorization: `Bearer ${API_KEY}` }
  const shown = await fetch(`${address}/v1/refunds/${refundId}`, { headers })
  expect(refundSchema.parse(await shown.json())).toMatchObject({ refundId, status: 'needsAction' })
  expect((await fetch(`${address}/v1/refunds/rf_nobody`, { headers })).status).toBe(404)
  expect((await fetch(`${address}/v1/refunds/${refundId}`)).status).toBe(401)
})
