import { z } from 'zod'
import { isOnThisMachine } from '../http.ts'
import { inLatin1 } from './wire.ts'

const PAYABL_SCENES = ['desktopQr', 'mobileWeb'] as const
/** The processing currencies of WeChat Pay; WeChat Pay page, read 2026-06. */
const PAYABL_CURRENCIES = ['EUR', 'USD', 'GBP'] as const

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

/** Text as it can travel: `Łukasz` becomes `Lukasz`; what has no Latin form is refused here. */
function latin1Text(min: number, max: number) {
  return z
    .string()
    .transform((text) => inLatin1(text).trim())
    .refine((text) => !text.includes('\ufffd'), {
      error: 'payabl. takes Latin letters only; write Chinese names in pinyin',
    })
    .pipe(z.string().min(min).max(max))
}

/** Credentials and endpoint of one merchant number at payabl. */
export const payablConfigSchema = z
  .strictObject({
    /** Test: `https://sandbox.payabl.com`. payabl. gives the live address at onboarding. */
    endpoint: endpointSchema,
    merchantId: z.string().regex(/^[\x21-\x7e]{1,40}$/, '1 to 40 visible ASCII characters'),
    /** Signs every request and the notifications; it is never sent. */
    secret: z.string().regex(/^[\x20-\x7e\xa0-\xff]+$/, 'Latin-1 text, not empty'),
    /**
     * payabl. wants the payer's name and e-mail address; WeChat tells neither, so these stand in.
     * The address should be one of the merchant's own.
     */
    payer: z.strictObject({
      accountName: latin1Text(3, 100).default('WeChat Pay customer'),
      firstName: latin1Text(1, 50).default('WeChat Pay'),
      lastName: latin1Text(1, 50).default('Customer'),
      email: z.email().max(50),
    }),
    /** Country of the payer's bank account, ISO 3166. */
    bankCountry: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .default('CN'),
    /** Where the account does not have both wechatpay and wechatpayh5. */
    scenes: z
      .array(z.enum(PAYABL_SCENES))
      .min(1)
      .default([...PAYABL_SCENES]),
    currencies: z
      .array(z.enum(PAYABL_CURRENCIES))
      .min(1)
      .default([...PAYABL_CURRENCIES]),
    /**
     * What proves that a payment is paid. `captured`: error code 0 and its place in the list of
     * captures. `errorCode`: error code 0 alone; only once you have seen on your own account that an
     * unpaid payment is 2000, because the answer to a new payment says 0 as well.
     */
    paidProof: z.enum(['captured', 'errorCode']).default('captured'),
    /** `language=zh` for Chinese payers. Only `en` is documented: ask payabl. before. */
    chinesePages: z.boolean().default(false),
    /** At most one question per payment and so long, while somebody waits. */
    queryEveryMs: z.int().min(1_000).max(300_000).default(10_000),
    /** For everything that one verb sends, from the first byte to the last. */
    timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
  })
  .readonly()
export type PayablConfig = z.output<typeof payablConfigSchema>
