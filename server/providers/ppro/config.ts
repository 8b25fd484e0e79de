import { z } from 'zod'
import { isOnThisMachine } from '../http.ts'

const PPRO_SCENES = ['desktopQr', 'mobileWeb'] as const
/** The currencies of WeChat Pay Online; WeChat Pay Online page, read 2026-06. */
const PPRO_CURRENCIES = ['EUR', 'GBP', 'CNY', 'CHF', 'USD'] as const

/** Credentials and endpoint of one contract at PPRO's Simple API. */
export const pproConfigSchema = z
  .strictObject({
    /** Test: `https://simpleapitest.ppro.com/`. PPRO gives the live address at onboarding. */
    endpoint: z.url({ protocol: /^https?$/, abort: true }),
    login: z.string().min(1),
    password: z.string().min(1),
    contractId: z.string().min(1),
    channel: z.enum(['testchannel', 'livechannel']),
    /** Signs the notifications. */
    notificationSecret: z.string().min(1),
    /** Signs the payer's return, together with the redirect secret of the payment. */
    sharedSecret: z.string().min(1),
    /** Issued by PPRO from your request, PEM; `ca` is PPRO's private one. */
    clientCertificate: z
      .strictObject({
        cert: z.string().includes('-----BEGIN CERTIFICATE-----'),
        key: z.string().includes('PRIVATE KEY-----'),
        ca: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
      })
      .optional(),
    /** `ownQr`: our page draws the code. `hostedPage`: the payer goes to PPRO's page. */
    desktopQr: z.enum(['ownQr', 'hostedPage']).default('ownQr'),
    /** Where the contract does not have both wechatpay and wechatpayh5. */
    scenes: z
      .array(z.enum(PPRO_SCENES))
      .min(1)
      .default([...PPRO_SCENES]),
    currencies: z
      .array(z.enum(PPRO_CURRENCIES))
      .min(1)
      .default([...PPRO_CURRENCIES]),
    /** CANCELTX for WeChat Pay is not documented: ask PPRO before switching it on. */
    cancelTx: z.boolean().default(false),
    /** PPRO wants the payer's name; WeChat does not tell it, so this stands in. */
    accountHolderName: z.string().min(1).max(100).default('WeChat Pay customer'),
    timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
  })
  .superRefine(({ endpoint, clientCertificate }, context) => {
    if (isOnThisMachine(endpoint)) return
    const complain = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (new URL(endpoint).protocol !== 'https:')
      complain('endpoint', 'an https address, or http on this machine')
    if (!clientCertificate) {
      complain('clientCertificate', 'PPRO takes calls only with a client certificate')
    }
  })
  .readonly()
export type PproConfig = z.output<typeof pproConfigSchema>
