import { z } from 'zod'
import { appIdSchema } from '../../../shared/contract/common.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import { isOnThisMachine } from '../http.ts'
import type { Capabilities, CreatePaymentInput } from '../provider.ts'
import { arePair, readCertificate, readPrivateKey, readPublicKey } from './signing.ts'
import type { WireMerchant, WireParty } from './wire.ts'

const WECHAT_PAY_SCENES = [
  'miniProgram',
  'officialAccount',
  'desktopQr',
  'mobileWeb',
  'app',
  'paymentCode',
] as const
type WechatPayScene = (typeof WECHAT_PAY_SCENES)[number]

const MINUTE_MS = 60 * 1_000
/** Of prepay_id and code_url. */
const LIFETIME_MS = 120 * MINUTE_MS
/** Of h5_url. */
const H5_LIFETIME_MS = 5 * MINUTE_MS
const REFUND_WINDOW_MS = 365 * 24 * 60 * MINUTE_MS

/** Nearest access point, and the other region for when it fails. */
const HOSTS = {
  mainland: { first: 'https://api.mch.weixin.qq.com', second: 'https://api2.mch.weixin.qq.com' },
  global: { first: 'https://apihk.mch.weixin.qq.com', second: null },
} as const

/** https anywhere; http only on this machine, for the sandbox. */
const endpointSchema = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((text) => text.startsWith('https:') || isOnThisMachine(text), {
    error: 'an https address, or http on this machine',
  })
  .refine((text) => new URL(text).pathname === '/' && new URL(text).search === '', {
    error: 'only scheme, host and port; the paths are added',
  })
  .transform((text) => new URL(text).origin)

const mchIdSchema = z.string().regex(/^[0-9]{6,32}$/, 'a merchant number, digits only')
const serialSchema = z
  .string()
  .transform((text) => text.replaceAll(/[\s:]/g, '').toUpperCase())
  .pipe(z.string().regex(/^[0-9A-F]{8,40}$/, 'the serial number of a certificate, in hex'))

const fieldsSchema = z.strictObject({
  /** `global`: merchants outside mainland China; other host, other paths, other currencies. */
  region: z.enum(['mainland', 'global']).default('mainland'),
  /** Only for the sandbox or a gateway of your own; without it the region's hosts. */
  endpoint: endpointSchema.optional(),
  /** Asked where `endpoint` does not answer. */
  secondaryEndpoint: endpointSchema.optional(),
  /** The merchant number that signs; in partner mode the service provider's. */
  mchId: mchIdSchema,
  /** Bound to `mchId`; for scenes without a login: native, H5, payment code. */
  appId: appIdSchema,
  /** The app on the WeChat Open Platform, for scene `app`. */
  openAppId: appIdSchema.optional(),
  /** Partner mode: the sub-merchant whose money it is, and its own apps. */
  partner: z
    .strictObject({ subMchId: mchIdSchema, subAppIds: z.array(appIdSchema).default([]) })
    .optional(),
  /** Of the merchant's API certificate (`apiclient_key.pem`): PEM or base64, PKCS#8 or PKCS#1. */
  privateKey: z.string().min(1),
  /** Of the merchant's API certificate; or give the certificate, and it is read from there. */
  merchantSerialNo: serialSchema.optional(),
  merchantCertificate: z.string().min(1).optional(),
  /** Opens notifications and certificates: 32 characters, set in the merchant console. */
  apiV3Key: z.string().regex(/^[\x21-\x7e]{32}$/, 'the APIv3 key: exactly 32 characters'),
  /** WeChat Pay public keys by id; the first is the one that answers are asked to be signed with. */
  publicKeys: z
    .record(z.string().regex(/^PUB_KEY_ID_[0-9A-Z_]+$/, 'PUB_KEY_ID_…'), z.string().min(1))
    .default({}),
  /** Downloads and rotates platform certificates; merchants since late 2024 have none. */
  platformCertificates: z.boolean().default(false),
  /** ISO 4217; mainland merchants take CNY. */
  currencies: z
    .array(z.string().regex(/^[A-Z]{3}$/))
    .min(1)
    .default(['CNY']),
  /** Demanded of global merchants. */
  merchantCategoryCode: z
    .string()
    .regex(/^[0-9]{4}$/)
    .optional(),
  /** Where the money is taken: demanded for payment codes, and for H5 of global merchants. */
  store: z
    .strictObject({
      id: z.string().min(1).max(32),
      name: z.string().min(1).max(256).optional(),
      address: z.string().min(1).max(512).optional(),
    })
    .optional(),
  /** The sources on payment codes in v3 contradict each other; ask WeChat before switching it on. */
  paymentCode: z.boolean().default(false),
  /** Where the merchant number does not have all products. */
  scenes: z.array(z.enum(WECHAT_PAY_SCENES)).min(1).optional(),
  /** For one call, the try at the second host included. */
  timeoutMs: z.int().min(1_000).max(12_000).default(10_000),
})
type Draft = z.output<typeof fieldsSchema>

/** Credentials and endpoints of one merchant number, or of one sub-merchant of a service provider. */
export const wechatPayConfigSchema = fieldsSchema
  .superRefine((config, context) => {
    for (const [path, message] of problemsOf(config)) {
      context.addIssue({ code: 'custom', path: [path], message })
    }
  })
  .transform((config) => ({
    ...config,
    merchantSerialNo:
      config.merchantSerialNo ?? readCertificate(config.merchantCertificate ?? '').serialNo,
    endpoint: config.endpoint ?? HOSTS[config.region].first,
    secondaryEndpoint:
      config.secondaryEndpoint ?? (config.endpoint ? null : HOSTS[config.region].second),
    scenes: config.scenes ?? possibleScenes(config),
  }))
  .readonly()
export type WechatPayConfig = z.output<typeof wechatPayConfigSchema>

export function capabilitiesOf(config: WechatPayConfig): Capabilities {
  return {
    scenes: config.scenes,
    currencies: config.currencies,
    amount: { minMinor: 1, maxMinor: 10_000_000_000 },
    query: { rule: 'poll', intervalMs: 3_000 },
    idempotency: 'key',
    refunds: { partial: true, repeated: true, windowMs: REFUND_WINDOW_MS, keyMemoryMs: null },
    settlement: config.region === 'mainland' ? ['day', 'file'] : [],
    paymentLifetimeMs: LIFETIME_MS,
    needsOpenid: ['miniProgram', 'officialAccount'],
    tellsTransactionId: true,
  }
}

export function lifetimeMsOf(scene: Scene): number {
  return scene === 'mobileWeb' ? H5_LIFETIME_MS : LIFETIME_MS
}

/** The app in which the payment is paid: the payer's own where the payer has logged in. */
export function payingAppId(
  { scene, payer }: Pick<CreatePaymentInput, 'scene' | 'payer'>,
  config: WechatPayConfig,
): string {
  if (scene === 'app') return config.openAppId ?? config.appId
  const loggedIn = scene === 'miniProgram' || scene === 'officialAccount'
  return (loggedIn ? payer?.appId : null) ?? config.appId
}

/** Who takes the money, for every call about something that exists already. */
export function partyOf({ mchId, partner }: WechatPayConfig): WireParty {
  return partner ? { sp_mchid: mchId, sub_mchid: partner.subMchId } : { mchid: mchId }
}

/** Whether a message is about this merchant, as far as it says. */
export function isOurs(message: WireMerchant, { mchId, partner }: WechatPayConfig): boolean {
  const signer = message.sp_mchid ?? message.mchid
  const receiver = message.sub_mchid
  return (!signer || signer === mchId) && (!receiver || receiver === partner?.subMchId)
}

function possibleScenes(config: Draft): readonly WechatPayScene[] {
  return WECHAT_PAY_SCENES.filter((scene) => missingFor(scene, config) === null)
}

/** What a scene still needs, or null. */
function missingFor(scene: WechatPayScene, config: Draft): string | null {
  switch (scene) {
    case 'app':
      return config.openAppId ? null : 'scene app needs openAppId'
    case 'mobileWeb': {
      const told = config.store?.name !== undefined && config.store.address !== undefined
      return config.region === 'mainland' || told
        ? null
        : 'scene mobileWeb of a global merchant needs store.name and store.address'
    }
    case 'paymentCode':
      if (!config.paymentCode) return 'scene paymentCode needs paymentCode: true'
      return config.store ? null : 'scene paymentCode needs store'
    case 'miniProgram':
    case 'officialAccount':
    case 'desktopQr':
      return null
  }
}

function* problemsOf(config: Draft): Generator<readonly [string, string]> {
  const { region, publicKeys, platformCertificates } = config
  if (!platformCertificates && Object.keys(publicKeys).length === 0) {
    yield ['publicKeys', 'give a WeChat Pay public key, or set platformCertificates: true']
  }
  for (const [id, text] of Object.entries(publicKeys)) {
    if (!readable(() => readPublicKey(text))) {
      yield ['publicKeys', `${id} is not an RSA public key in PEM or base64`]
    }
  }
  yield* merchantKeyProblems(config)
  if (region === 'global' && !config.merchantCategoryCode) {
    yield ['merchantCategoryCode', 'a global merchant needs its category code']
  }
  if (region === 'mainland' && config.currencies.some((currency) => currency !== 'CNY')) {
    yield ['currencies', 'a mainland merchant takes CNY only']
  }
  if (config.paymentCode && !config.store) yield ['store', 'payment codes need a store']
  for (const scene of config.scenes ?? []) {
    const missing = missingFor(scene, config)
    if (missing !== null) yield ['scenes', missing]
  }
}

function* merchantKeyProblems(config: Draft): Generator<readonly [string, string]> {
  const { merchantSerialNo, merchantCertificate } = config
  const key = readable(() => readPrivateKey(config.privateKey))
  if (!key) {
    const hint = 'give the content of apiclient_key.pem; from a .p12: openssl pkcs12 -nodes -legacy'
    yield ['privateKey', `not an RSA private key in PEM or base64; ${hint}`]
  }
  if (merchantCertificate === undefined) {
    if (!merchantSerialNo) yield ['merchantSerialNo', 'give it, or give merchantCertificate']
    return
  }
  const certificate = readable(() => readCertificate(merchantCertificate))
  if (!certificate) {
    yield ['merchantCertificate', 'not a certificate in PEM or base64 (apiclient_cert.pem)']
    return
  }
  if (key && !arePair(key, certificate.publicKey)) {
    yield ['merchantCertificate', 'does not belong to privateKey']
  }
  if (merchantSerialNo && merchantSerialNo !== certificate.serialNo) {
    yield ['merchantSerialNo', 'is not the serial number of merchantCertificate']
  }
}

function readable<Part>(read: () => Part): Part | null {
  try {
    return read()
  } catch {
    return null
  }
}
