import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROVIDER_KEYS } from '../../sandbox/providers/index.ts'
import type { PproBehaviour } from '../../sandbox/providers/ppro/options.ts'
import type { WorldlineBehaviour } from '../../sandbox/providers/worldline-connect/options.ts'
import { allCases, type Case, play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { pairsOf, violations } from '../support/invariants.ts'

let stack: Stack
let number = 0
beforeAll(async () => {
  stack = await startStack({ sandbox: { seed: 'whole-line' }, config: { logLevel: 'silent' } })
})
afterAll(() => stack.close())

async function runs(wish: Case): Promise<void> {
  number += 1
  const run = await play(stack, wish, number)
  expect(run.verdict, `seed ${stack.sandbox.seed}`).toBe(run.expected)
}

test('every provider, every scene, every path ends as it should', async () => {
  const cases = allCases(stack)
  expect(new Set(cases.map(({ provider }) => provider))).toEqual(new Set(PROVIDER_KEYS))
  for (const wish of cases) await runs(wish)
  const orderRefs = cases.map((_, index) => `demo-${index + 1}`)
  expect(await violations(stack.toolkit.deps.store, pairsOf(stack.sandbox), orderRefs)).toEqual([])
}, 60_000)

test('a provider that forbids asking was never asked without a reason', () => {
  expect(stack.sandbox.ppro.figures()).toMatchObject({ pollingViolations: 0 })
})

describe('where the documents leave a choice open, both ways work: Worldline Connect', () => {
  test.each<Partial<WorldlineBehaviour>>([
    { jsapiAction: 'SHOW_FORM' },
    { signType: 'HMAC-SHA256' },
    { signType: 'RSA' },
    { signTypeGiven: false },
    { cancellable: true },
    { repeatsAreRefreshed: true },
    { paidAfterMs: 0 },
    { refundTakesMs: 0 },
    { findLagMs: 10_000 },
  ])('%j', async (behaviour) => {
    const before = stack.sandbox.worldline.behaviour()
    stack.sandbox.worldline.configure(behaviour)
    try {
      for (const scene of ['miniProgram', 'officialAccount'] as const) {
        await runs({ provider: 'worldline', scene, path: 'notified' })
        await runs({ provider: 'worldline', scene, path: 'refunded' })
        await runs({ provider: 'worldline', scene, path: 'cancelled' })
      }
    } finally {
      stack.sandbox.worldline.configure(before)
    }
  })
})

describe('where the documents leave a choice open, both ways work: PPRO', () => {
  test.each<Partial<PproBehaviour>>([
    { spelling: 'dot' },
    { spelling: 'underscore' },
    { spelling: 'colon' },
    { cancellable: true },
    { strictIpAddress: true },
    { lifetimeMs: 10 * 60_000 },
  ])('%j', async (behaviour) => {
    const before = stack.sandbox.ppro.behaviour()
    stack.sandbox.ppro.configure(behaviour)
    try {
      for (const scene of ['desktopQr', 'mobileWeb'] as const) {
        await runs({ provider: 'ppro', scene, path: 'notified' })
        await runs({ provider: 'ppro', scene, path: 'refunded' })
        await runs({ provider: 'ppro', scene, path: 'cancelled' })
      }
    } finally {
      stack.sandbox.ppro.configure(before)
    }
  })
})

describe('a refund that does not go through', () => {
  const refunded = async (provider: 'worldline' | 'ppro') => {
    number += 1
    const scene = provider === 'ppro' ? 'desktopQr' : 'miniProgram'
    return (await play(stack, { provider, scene, path: 'refunded' }, number)).verdict
  }

  test('waits for a person, and holds its amount', async () => {
    const before = stack.sandbox.worldline.behaviour()
    stack.sandbox.worldline.configure({ refundsNeedApproval: true, approvalByApi: false })
    const verdict = await refunded('worldline')
    stack.sandbox.worldline.configure(before)
    expect(verdict).toBe('500 needsAction, 700 needsAction, 800 refundExceedsPaid')
  })

  test('is turned down in the end, and frees its amount', async () => {
    stack.sandbox.worldline.configure({ refundEndsAs: 'REJECTED' })
    const verdict = await refunded('worldline')
    stack.sandbox.worldline.configure({ refundEndsAs: 'REFUNDED' })
    expect(verdict).toBe('500 failed, 700 failed, 800 failed')
  })

  test('is refused at once, and frees its amount', async () => {
    stack.sandbox.ppro.configure({ refundEndsAs: 'REMOTE_DECLINE' })
    const verdict = await refunded('ppro')
    stack.sandbox.ppro.configure({ refundEndsAs: 'SUCCEEDED' })
    expect(verdict).toBe('500 failed, 700 failed, 800 failed')
  })

  test('is made once where the contract allows one, and the second says why not', async () => {
    stack.sandbox.ppro.configure({ repeatedRefunds: false })
    const verdict = await refunded('ppro')
    stack.sandbox.ppro.configure({ repeatedRefunds: true })
    expect(verdict).toBe('500 succeeded, 700 failed, 800 failed')
  })
})

/** One scene of each provider, all kinds of client action among them. */
const LINES = [
  { provider: 'worldline', scene: 'miniProgram' },
  { provider: 'wechatPay', scene: 'officialAccount' },
  { provider: 'ppro', scene: 'desktopQr' },
  { provider: 'wooshpay', scene: 'officialAccount' },
  { provider: 'payabl', scene: 'mobileWeb' },
  { provider: 'saferpay', scene: 'desktopQr' },
] as const

describe('notifications go astray, and the money does not', () => {
  test.each([
    ['late', { delay: { ms: 30_000 } }],
    ['twice', { duplicate: 'all' }],
    ['in the wrong order', { reorder: 'all' }],
    ['with forgeries before them', { forge: 'all' }],
    ['half of them never', { drop: { chance: 0.5 } }],
  ] as const)('%s', async (_, notifications) => {
    for (const { faults } of stack.sandbox.providers) faults.set({ notifications })
    const cases = LINES.map((line): Case => ({ ...line, path: 'dropped' }))
    for (const wish of cases) {
      number += 1
      const run = await play(stack, wish, number, { notifications })
      expect(run.verdict).toBe('paid')
    }
  })
})

describe('calls go wrong, and there is one payment and one refund', () => {
  test.each([
    ['create', 'fail5xx'],
    ['create', 'timeoutBefore'],
    ['create', 'timeoutAfterSuccess'],
    ['query', 'fail5xx'],
    ['query', 'timeoutAfterSuccess'],
    ['refund', 'fail5xx'],
    ['refund', 'timeoutBefore'],
    ['refund', 'timeoutAfterSuccess'],
  ] as const)('%s: %s', async (operation, fault) => {
    for (const { provider, scene } of LINES) {
      number += 1
      const calls = [{ operation, fault }]
      const run = await play(stack, { provider, scene, path: 'refunded' }, number, { calls })
      // Saferpay's search proves nothing by finding nothing: there a person has to decide.
      const isLost = provider === 'saferpay' && operation === 'refund' && fault !== ARRIVES
      expect(run.verdict, provider).toBe(isLost ? LOST_AT_FIRST : run.expected)
      if (isLost) expect(await continued(true)).toEqual({ status: 200, word: 'succeeded' })
      expect(await contradictions()).toEqual([])
    }
  })

  const lostRefund = (fault: typeof ARRIVES | 'fail5xx') => {
    number += 1
    const wish = { provider: 'saferpay', scene: 'desktopQr', path: 'refunded' } as const
    return play(stack, wish, number, { calls: [{ operation: 'refund', fault }] })
  }

  test('a refund that Saferpay cannot find is not sent again without the merchant’s word', async () => {
    expect((await lostRefund('fail5xx')).verdict).toBe(LOST_AT_FIRST)
    expect(await continued(false)).toEqual({ status: 409, word: 'refundUncertain' })
    expect(await firstRefund()).toMatchObject({
      status: 'needsAction',
      advice: expect.stringContaining('`sendAgain`'),
    })
    expect(await contradictions()).toEqual([])
  })

  test('a refund that Saferpay did make is found by itself, and sent no second time', async () => {
    const { verdict, expected } = await lostRefund(ARRIVES)
    expect(verdict).toBe(expected)
    expect(await continued(true)).toEqual({ status: 409, word: 'refundNotWaiting' })
    expect(await contradictions()).toEqual([])
  })
})

const ARRIVES = 'timeoutAfterSuccess'
const LOST_AT_FIRST = '500 needsAction, 700 succeeded, 800 refundExceedsPaid'

function contradictions(): Promise<readonly string[]> {
  const orderRefs = Array.from({ length: number }, (_, index) => `demo-${index + 1}`)
  return violations(stack.toolkit.deps.store, pairsOf(stack.sandbox), orderRefs)
}

/** The first refund of the latest order. */
async function firstRefund() {
  const { store } = stack.toolkit.deps
  const attempts = await store.paymentsOfOrder(`demo-${number}`)
  const paid = attempts.find(({ status }) => status === 'paid')
  const [refund] = await store.refundsOfPayment(paid?.paymentId ?? '')
  if (!refund) throw new Error(`there is no refund of demo-${number}`)
  return refund
}

/** The merchant carries that refund on, as its advice says: a status, and one word about it. */
async function continued(sendAgain: boolean): Promise<{ status: number; word: unknown }> {
  const { refundId } = await firstRefund()
  const response = await fetch(`${stack.url}/v1/refunds/${refundId}/continue`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `continue-${refundId}-${sendAgain}`,
    },
    body: JSON.stringify(sendAgain ? { sendAgain } : {}),
  })
  const said: { status?: unknown; code?: unknown } = await response.json()
  return { status: response.status, word: response.ok ? said.status : said.code }
}
