import { z } from 'zod'
import { appIdSchema, instantSchema } from './common.ts'

/** `POST /v1/login/miniProgram`: the code of `wx.login`, exchanged on the server. */
export const miniProgramLoginRequestSchema = z.strictObject({
  appId: appIdSchema,
  loginCode: z.string().min(1).max(256),
})
export type MiniProgramLoginRequest = z.infer<typeof miniProgramLoginRequestSchema>

/** The Mini Program has no cookie jar: it sends the token as `Authorization: Bearer …`. */
export const sessionSchema = z.strictObject({
  sessionToken: z.string(),
  expiresAt: instantSchema,
})
export type SessionView = z.infer<typeof sessionSchema>

/** `GET /v1/login/officialAccount`: leads through WeChat and back to `returnTo` on this server. */
export const officialAccountLoginQuerySchema = z.strictObject({
  appId: appIdSchema.optional(),
  returnTo: z.string().min(1).max(512),
})
