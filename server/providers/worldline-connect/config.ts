import { z } from 'zod'
import { isOnThisMachine } from '../http.ts'

/** What the integrationTypes of productId 863 cover; see the table in translate.ts. */
const WORLDLINE_SCENES = [
  'miniProgram',
  'officialAccount',
  'desktopQr',
  'mobileWeb',
  'app',
] as const

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

/** Credentials and endpoint of one merchant number at Worldline Connect. */
export const worldlineConnectConfigSchema = z
  .strictObject({
    /** `https://api.preprod.connect.worldline-solutions.com` or, live, the same without `preprod.`. */
    endpoint: endpointSchema,
    merchantId: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, '1 to 20 letters, digits, _ or -'),
    apiKeyId: z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/, 'visible ASCII without a colon'),
    secretApiKey: z.string().min(1),
    /** Webhook key id → secret. Two at once while one replaces the other. */
    webhookKeys: z
      .record(z.string().min(1), z.string().min(1))
      .refine((keys) => Object.keys(keys).length > 0, { error: 'at least one webhook key' }),
    /** Where the account does not have all integration types. */
    scenes: z
      .array(z.enum(WORLDLINE_SCENES))
      .min(1)
      .default([...WORLDLINE_SCENES]),
    /** Scenes in which the payer goes to Worldline's own pages instead of seeing ours. */
    hostedCheckout: z.array(z.enum(['desktopQr', 'mobileWeb'])).default([]),
    /** ISO 4217 codes that the account takes; without it every currency is tried. */
    currencies: z
      .array(z.string().regex(/^[A-Z]{3}$/))
      .min(1)
      .optional(),
    /** Country of the payer's billing address, ISO 3166. */
    countryCode: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .default('CN'),
    /** Where the account demands it: approve each refund as it is made, or leave that to people. */
    approveRefunds: z.boolean().default(true),
    /** Names the merchant's system to Worldline's support. */
    integrator: z.string().min(1).default('wechat-pay-toolkit'),
    timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
  })
  .readonly()
export type WorldlineConnectConfig = z.output<typeof worldlineConnectConfigSchema>
