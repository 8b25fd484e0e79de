import { z } from 'zod'
import type { Scene } from '../../../shared/payment-status.ts'
import { isOnThisMachine } from '../http.ts'
import type { Capabilities } from '../provider.ts'

const pem = (label: string) => z.string().includes(label)

/** Credentials and endpoint of one terminal at Saferpay's JSON API. */
export const saferpayConfigSchema = z
  .strictObject({
    /** Test: `https://test.saferpay.com/api`, live: `https://www.saferpay.com/api`. */
    endpoint: z
      .url({ protocol: /^https?$/, abort: true })
      .transform((endpoint) => endpoint.replace(/\/+$/, '')),
    customerId: z.string().regex(/^\d{1,8}$/, '1 to 8 digits'),
    terminalId: z.string().regex(/^\d{8}$/, '8 digits'),
    /** Basic authentication (`API_<customerId>_<n>`), or a client certificate, PEM. */
    credentials: z.union([
      z.strictObject({
        username: z.string().regex(/^[^:]+$/, 'a user name without a colon'),
        password: z.string().min(1),
      }),
      z.strictObject({
        cert: pem('-----BEGIN CERTIFICATE-----'),
        key: pem('PRIVATE KEY-----'),
        ca: pem('-----BEGIN CERTIFICATE-----').optional(),
      }),
    ]),
    /**
     * Ours alone, never sent: makes the unguessable part of the addresses that Saferpay calls. A
     * new one makes the addresses of payments under way invalid.
     */
    notificationSecret: z.string().min(16, 'at least 16 characters that nobody can guess'),
    /** What is enabled on the terminal; fresh test accounts have EUR and CHF. */
    currencies: z
      .array(z.string().regex(/^[A-Z]{3}$/, 'three capital letters'))
      .min(1)
      .default(['EUR', 'CHF']),
    /** The hosted page inside WeChat's own browser is not documented: try it before switching on. */
    officialAccount: z.boolean().default(false),
    /** WeChat's H5 permission; without it WeChat rejects every payment on a phone. */
    mobileWeb: z.boolean().default(true),
    /** For all calls of one step together. */
    timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
  })
  .superRefine(({ endpoint }, context) => {
    if (isOnThisMachine(endpoint) || new URL(endpoint).protocol === 'https:') return
    const message = 'an https address, or http on this machine'
    context.addIssue({ code: 'custom', path: ['endpoint'], message })
  })
  .readonly()
export type SaferpayConfig = z.output<typeof saferpayConfigSchema>

/** A page session is at most an hour; the answer to Initialize says it exactly. */
const LIFETIME_MS = 60 * 60 * 1_000
/** WeChat's own limit. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60 * 1_000

/** What the account can do follows from how it is set up. */
export function capabilitiesOf(config: SaferpayConfig): Capabilities {
  return {
    scenes: scenesOf(config),
    currencies: config.currencies,
    amount: { minMinor: 1, maxMinor: 999_999_999_999_999 },
    query: { rule: 'onEvent' },
    idempotency: 'lookup',
    refunds: { partial: true, repeated: true, windowMs: REFUND_WINDOW_MS, keyMemoryMs: null },
    settlement: ['day'],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: [],
  }
}

export function scenesOf({ officialAccount, mobileWeb }: SaferpayConfig): readonly Scene[] {
  return [
    ...(officialAccount ? (['officialAccount'] as const) : []),
    'desktopQr',
    ...(mobileWeb ? (['mobileWeb'] as const) : []),
  ]
}
