import { z } from 'zod'
import { appIdSchema } from './common.ts'

/** `GET /v1/jsSdkConfig`, any page of ours: what `wx.config` wants to hear. */
export const jsSdkConfigQuerySchema = z.strictObject({
  /** `location.href` of the page, percent-encoded once; what follows `#` does not count. */
  url: z.string().min(1).max(2_048),
  /** The Official Account whose page it is; may be left out where there is only one. */
  appId: appIdSchema.optional(),
})

/** Named as `wx.config` names them; `debug` and `jsApiList` are the page's own. */
export const jsSdkConfigSchema = z.strictObject({
  appId: appIdSchema,
  /** Seconds since 1970. */
  timestamp: z.int(),
  nonceStr: z.string(),
  /** SHA-1, 40 hex digits; good for this address only. */
  signature: z.string(),
})
export type JsSdkConfig = z.infer<typeof jsSdkConfigSchema>
