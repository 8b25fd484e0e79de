import { z } from 'zod'
import { instantSchema } from './common.ts'

/** The six signed strings of the cashier; handed to WeChat exactly as they are. */
export const payParamsSchema = z.strictObject({
  appId: z.string(),
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  signType: z.enum(['MD5', 'HMAC-SHA256', 'RSA']),
  paySign: z.string(),
})
export type PayParams = z.infer<typeof payParamsSchema>

/** What the front end must do next. Pages know actions, never providers. */
export const clientActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wechatPay'), payParams: payParamsSchema }),
  z.strictObject({
    kind: z.literal('qrCode'),
    /** Text to draw as a QR code (`weixin://…`), or null where the provider sends a picture. */
    content: z.string().nullable(),
    /** `data:image/png;base64,…`, or null where the provider sends text. */
    image: z.string().nullable(),
    expiresAt: instantSchema,
  }),
  z.strictObject({ kind: z.literal('redirect'), url: z.url(), expiresAt: instantSchema }),
  z.strictObject({ kind: z.literal('appPay'), params: z.record(z.string(), z.string()) }),
  z.strictObject({ kind: z.literal('wait') }),
])
export type ClientAction = z.infer<typeof clientActionSchema>
