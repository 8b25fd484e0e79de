import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../../../../server/config.ts'
import { ENV, good, problemsOf } from './fixtures.ts'

const limitsOf = (config: object) => resolveConfig({ ...good, ...config }, ENV).limits

describe('limits', () => {
  test('are there in production without a word', () => {
    const limits = limitsOf({})
    expect(limits.maxRequestsInWork).toBeGreaterThan(0)
    for (const limit of Object.values(limits)) expect(limit).not.toBe(false)
  })

  test('leave a shop behind one address room: a page, a login and a payment in every second', () => {
    const { addressPages, addressLogins, addressRefusals } = limitsOf({})
    for (const rate of [addressPages, addressLogins, addressRefusals]) {
      if (rate === false) throw new Error('there is no limit')
      expect(rate.perMinute).toBeGreaterThanOrEqual(10 * 60)
      expect(rate.burst).toBeGreaterThanOrEqual(100)
    }
  })

  test('of a rate are off in the sandbox, where everybody comes from this machine', () => {
    const { apiKeyRequests, payerPayments, addressLogins } = limitsOf({ mode: 'sandbox' })
    expect([apiKeyRequests, payerPayments, addressLogins]).toEqual([false, false, false])
    expect(limitsOf({ mode: 'sandbox' }).maxRequestsInWork).toBe(limitsOf({}).maxRequestsInWork)
  })

  test('can be set in the sandbox too, and each of them can be switched off', () => {
    const rate = { perMinute: 5, burst: 5 }
    const sandbox = limitsOf({ mode: 'sandbox', limits: { addressLogins: rate } })
    expect(sandbox.addressLogins).toEqual(rate)
    const off = limitsOf({ limits: { addressLogins: false } })
    expect([off.addressLogins, off.addressPages]).toEqual([false, limitsOf({}).addressPages])
  })

  test.each([
    [{ maxRequestsInWork: 0 }, 'limits.maxRequestsInWork'],
    [{ maxWaiting: -1 }, 'limits.maxWaiting'],
    [{ addressLogins: { perMinute: 0, burst: 1 } }, 'limits.addressLogins'],
    [{ addressLogins: true }, 'limits.addressLogins'],
    [{ loginsPerAddress: false }, 'limits'],
  ])('%j is refused', (limits, path) => {
    const problems = problemsOf({ ...good, limits })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${path}`))
  })
})
