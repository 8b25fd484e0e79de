import { z } from 'zod'
import { isOnThisMachine } from '../http.ts'

/** What is documented with a sample each; a Mini Program is not, see `miniProgramTerminalType`. */
const WOOSHPAY_SCENES = ['officialAccount', 'desktopQr', 'mobileWeb', 'paymentCode'] as const
/** What WeChat wallets can be charged in; WeChat Pay page, read 2026-06. */
const WOOSHPAY_CURRENCIES = ['CNY', 'GBP', 'USD', 'EUR', 'HKD'] as const

/** https anywhere; http only on this machine, for the sandbox. */
const endpointSchema = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((text) => new URL(text).protocol === 'https:' || isOnThisMachine(text), {
    error: 'an https address, or http on this machine',
  })
  .refine((text) => new URL(text).pathname === '/' && new URL(text).search === '', {
    error: 'only scheme, host and port; the paths are added',
  })
  .transform((text) => new URL(text).origin)

/** Credentials and endpoint of one account at WooshPay. */
export const wooshpayConfigSchema = z
  .strictObject({
    /** Test: `https://apitest.wooshpay.com`, live: `https://api.wooshpay.com`. */
    endpoint: endpointSchema,
    secretKey: z
      .string()
      .regex(/^sk_(?:test|live)_[\x21-\x39\x3b-\x7e]+$/, 'a secret key: sk_test_… or sk_live_…'),
    /** `secret` of the webhook endpoint, as opaque text. Two at once while one replaces the other. */
    webhookSecrets: z.array(z.string().min(1)).min(1),
    /** How far the time in a webhook's signature may be off, before and after. Whether repeats of a
     * webhook are signed anew is not documented: where they are not, up to four days may be needed. */
    webhookToleranceMs: z
      .int()
      .min(1_000)
      .max(4 * 24 * 60 * 60 * 1_000)
      .default(5 * 60 * 1_000),
    /** `paymentCode` needs whoever asks to pass the code that was scanned from the payer's phone. */
    scenes: z
      .array(z.enum(WOOSHPAY_SCENES))
      .min(1)
      .default(['officialAccount', 'desktopQr', 'mobileWeb']),
    /** UNVERIFIED: WooshPay lists Mini Programs as a product and documents no terminal type for them.
     * Ask WooshPay which one your account takes; without an answer the scene is not offered. */
    miniProgramTerminalType: z.enum(['OFFICIAL_ACCOUNT', 'MINI_PROGRAM']).optional(),
    currencies: z
      .array(z.enum(WOOSHPAY_CURRENCIES))
      .min(1)
      .default([...WOOSHPAY_CURRENCIES]),
    timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
  })
  .superRefine(({ endpoint, secretKey }, context) => {
    const { hostname } = new URL(endpoint)
    const mode = { 'apitest.wooshpay.com': 'test', 'api.wooshpay.com': 'live' }[hostname]
    if (mode === undefined || secretKey.startsWith(`sk_${mode}_`)) return
    const message = `${hostname} takes keys that begin with sk_${mode}_`
    context.addIssue({ code: 'custom', path: ['secretKey'], message })
  })
  .readonly()
export type WooshpayConfig = z.output<typeof wooshpayConfigSchema>
