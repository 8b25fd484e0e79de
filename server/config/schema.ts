import { z } from 'zod'
import { appIdSchema, idSchema } from '../../shared/contract/common.ts'
import { WECHAT_AUTHORIZE_URL } from '../identity/official-account-login.ts'
import { OWN_RETURN_PATHS } from '../identity/return-path.ts'
import { WECHAT_API_URL } from '../identity/wechat-api.ts'
import { sha256Hex } from '../platform/hash.ts'
import { LOG_LEVELS } from '../platform/logger.ts'
import { isAddressOrNetwork } from '../platform/network.ts'
import { providerAccountSchema } from '../providers/registry.ts'
import { limitsSchema } from './limits.ts'
import { MIN_OWN_KEY_LENGTH, weakness } from './secrets.ts'

export const MODES = ['production', 'sandbox'] as const
/** `sandbox`: runs against simulators with their well-known secrets. */
export type Mode = (typeof MODES)[number]

const DAY_MS = 24 * 60 * 60 * 1_000

/** The configuration of the toolkit; production asks more of it than the sandbox. */
export function configSchema(mode: Mode) {
  const strict = mode === 'production'
  return z.strictObject({
    mode: z.enum(MODES).default('production'),
    /** Where payers, providers and WeChat reach us. */
    publicUrl: publicUrlSchema(strict),
    listen: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(3000),
      })
      .prefault({}),
    /** Addresses or networks whose X-Forwarded-For is believed. */
    trustedProxies: z.array(networkSchema).default([]),
    database: databaseSchema.prefault({ kind: 'sqlite' }),
    webhooks: z
      .strictObject({
        /** Private addresses or networks that receivers may stand on; all others are refused. */
        allowNetworks: z.array(networkSchema).default([]),
      })
      .prefault({}),
    merchant: z.strictObject({ apiKeys: apiKeysSchema(strict) }).prefault({}),
    apps: appsSchema(strict),
    wechat: wechatSchema(strict).prefault({}),
    /** One entry per account at a provider; of equal priority, the order is that of preference. */
    accounts: z.array(providerAccountSchema).default([]),
    /** Where the pages lead payers for a new order, and when they are done. */
    shopUrl: z.url({ protocol: /^https?$/ }).optional(),
    /** Pages of the shop on this host where a login may lead back to, such as `/shop/`. */
    allowedReturnPaths: z
      .array(z.string().regex(/^\/(?:[\w.~-]+\/)+$/, 'a path that starts and ends with a slash'))
      .default([])
      .transform((paths): readonly string[] => [...OWN_RETURN_PATHS, ...paths]),
    sessionLifetimes: z
      .strictObject({
        /** Of a payer who logged in inside WeChat. */
        payerMs: lifetimeSchema.default(DAY_MS),
        /** Of the holder of a checkout token. */
        checkoutMs: lifetimeSchema.default(DAY_MS),
      })
      .prefault({}),
    /** Origins that may show our pages in a frame. */
    frameAncestors: z.array(originSchema).default([]),
    limits: limitsSchema(strict).prefault({}),
    logLevel: z.enum(LOG_LEVELS).default('info'),
  })
}

export type ParsedConfig = z.output<ReturnType<typeof configSchema>>
export type ConfigInput = z.input<ReturnType<typeof configSchema>>

const networkSchema = z
  .string()
  .refine(isAddressOrNetwork, 'not an address or a network such as 10.0.0.0/8')

const lifetimeSchema = z
  .int()
  .min(60_000)
  .max(30 * DAY_MS)

const originSchema = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(isOrigin, { error: 'only scheme, host and port', abort: true })

const databaseSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sqlite'), path: z.string().min(1).default('data/toolkit.db') }),
  z.strictObject({ kind: z.literal('postgres'), url: z.url({ protocol: /^postgres(?:ql)?$/ }) }),
])

function publicUrlSchema(strict: boolean) {
  return originSchema
    .refine((url) => !strict || url.startsWith('https:'), 'must be https in production')
    .transform((url) => new URL(url).origin)
}

function apiKeysSchema(strict: boolean) {
  const apiKey = z
    .strictObject({ keyId: idSchema, key: secretSchema(strict, MIN_OWN_KEY_LENGTH) })
    .transform(({ keyId, key }) => ({ keyId, keyHash: sha256Hex(key) }))
  return z
    .array(apiKey)
    .default([])
    .refine((keys) => !strict || keys.length > 0, 'production needs at least one API key')
    .refine((keys) => areUnique(keys.map(({ keyId }) => keyId)), 'two keys have one keyId')
    .refine((keys) => areUnique(keys.map(({ keyHash }) => keyHash)), 'two keys are the same')
}

/** What WeChat replaces with the number under which the payment was ordered. */
const ORDER_NUMBER = '\u0024{商品订单号}'

const orderCentrePathSchema = z
  .string()
  .max(1_024)
  .regex(/^\w[\w./-]*\?\S+$/, 'a page without a slash before it, and its query')
  .refine((path) => path.split(ORDER_NUMBER).length === 2, `must hold ${ORDER_NUMBER} once`)

function appsSchema(strict: boolean) {
  const app = z
    .strictObject({
      appId: appIdSchema,
      kind: z.enum(['miniProgram', 'officialAccount']),
      secret: secretSchema(strict, 16),
      /** The order page of a Mini Program, which WeChat's order centre leads to once it knows it. */
      orderCentrePath: orderCentrePathSchema.optional(),
    })
    .refine(({ kind, orderCentrePath }) => kind === 'miniProgram' || !orderCentrePath, {
      path: ['orderCentrePath'],
      error: 'only Mini Programs have an order page in the order centre',
    })
  return z
    .array(app)
    .default([])
    .refine((apps) => areUnique(apps.map(({ appId }) => appId)), 'two apps have one appId')
}

function wechatSchema(strict: boolean) {
  const endpoint = z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => !strict || url.startsWith('https:'), 'must be https in production')
    .transform((url) => url.replace(/\/$/, ''))
  return z.strictObject({
    apiUrl: endpoint.default(WECHAT_API_URL),
    authorizeUrl: endpoint.default(WECHAT_AUTHORIZE_URL),
  })
}

function secretSchema(strict: boolean, minLength: number) {
  return z
    .string()
    .min(1)
    .superRefine((secret, ctx) => {
      const reason = strict ? weakness(secret, minLength) : undefined
      if (reason !== undefined) ctx.addIssue({ code: 'custom', message: reason })
    })
}

function isOrigin(url: string): boolean {
  const { pathname, search, hash, username } = new URL(url)
  return pathname === '/' && search === '' && hash === '' && username === ''
}

function areUnique(words: readonly string[]): boolean {
  return new Set(words).size === words.length
}
