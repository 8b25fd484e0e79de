import { z } from 'zod'

const person = z.string().min(1).optional()
const appId = z.string().min(1)
/** As the page passed them: what is wrong with them is WeChat's to say. */
const params = z.record(z.string(), z.unknown())

export const loginSchema = z.strictObject({ appId, person })

/** `pageUrl`: the page's address, where the merchant registered payment directories. */
export const cashierSchema = z.discriminatedUnion('surface', [
  z.strictObject({ surface: z.literal('miniProgram'), appId, person, params }),
  z.strictObject({
    surface: z.literal('officialAccount'),
    /** A page names its app within the parameters; this one is not looked at. */
    appId: appId.optional(),
    person,
    params,
    pageUrl: z.string().optional(),
  }),
])

export const scanSchema = z.strictObject({ codeUrl: z.string(), person })
export const h5Schema = z.strictObject({ url: z.string(), person })
export const currentPersonSchema = z.strictObject({ person: z.string().min(1) })
export const offlineSchema = z.strictObject({ offline: z.boolean() })

/** A day at most. */
export const timeSchema = z.strictObject({ ms: z.int().min(1).max(86_400_000) })

/** The options of `wx.request` that travel. */
export const networkSchema = z.strictObject({
  url: z.string(),
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']))
    .default('GET'),
  header: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  data: z.unknown().optional(),
  /** `json` parses the answer where it can; anything else leaves the text. */
  dataType: z.string().default('json'),
  timeout: z.number().int().min(1).max(60_000).default(60_000),
  /** The Mini Program that asks; it shows in the Referer. */
  appId: appId.optional(),
})
export type NetworkCall = z.output<typeof networkSchema>
