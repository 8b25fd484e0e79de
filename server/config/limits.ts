import { z } from 'zod'

/**
 * What one process takes on, and from whom how fast. The defaults are far above what an honest client
 * does; `false` switches a rate off. In the sandbox all rates are off unless given, because everybody
 * there comes from this machine. docs/operations.md tells what each of them is for.
 */
export function limitsSchema(strict: boolean) {
  const rate = (perMinute: number, burst: number) =>
    rateSchema.or(z.literal(false)).default(strict ? { perMinute, burst } : false)
  return z.strictObject({
    /** Requests worked on at one time; the last fifth is kept for notifications and health. */
    maxRequestsInWork: z.int().min(10).max(100_000).default(1_000),
    /** Verdict requests held open at one time; beyond it they are answered at once. */
    maxWaiting: z.int().min(0).max(100_000).default(5_000),
    /** Open connections; beyond it new ones are closed unread. */
    maxConnections: z.int().min(10).max(1_000_000).default(10_000),
    /** Requests with one API key. */
    apiKeyRequests: rate(60_000, 6_000),
    /** Payments created by one payer. */
    payerPayments: rate(60, 30),
    /** Verdicts asked for by one payer. */
    payerVerdicts: rate(600, 200),
    /** Logins from one address. */
    addressLogins: rate(1_200, 600),
    /** Pages opened from one address. */
    addressPages: rate(6_000, 2_000),
    /** Requests from one address that were refused for want of a valid key or session. */
    addressRefusals: rate(1_200, 600),
    /** Notifications to one account from one address that do not verify. */
    forgedNotifications: rate(600, 300),
  })
}

export type Limits = z.output<ReturnType<typeof limitsSchema>>

const rateSchema = z.strictObject({
  perMinute: z.int().min(1).max(10_000_000),
  /** So many at once, after a time of silence. */
  burst: z.int().min(1).max(10_000_000),
})
