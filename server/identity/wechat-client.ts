import { z } from 'zod'
import type { AppKind } from '../domain/identity.ts'
import type { Logger } from '../platform/logger.ts'
import { IdentityError } from './errors.ts'
import type { WechatAnswer, WechatApi } from './wechat-api.ts'
import { meaningOf } from './wechat-errors.ts'

/** An app of ours at WeChat. */
export interface WechatApp<Kind extends AppKind = AppKind> {
  readonly appId: string
  readonly kind: Kind
  readonly secret: string
}

/**
 * Asks WeChat who somebody is. Both calls throw IdentityError and nothing else. Sources:
 * developers.weixin.qq.com, "code2Session" and "Web authorisation" (as of 2026).
 */
export interface WechatClient {
  /** The openid behind the code of `wx.login`. The session key is forgotten on arrival. */
  codeToSession(app: WechatApp<'miniProgram'>, loginCode: string): Promise<{ openid: string }>
  /** The openid behind the code of OAuth2; `snapshot` marks the virtual account of a preview. */
  codeToWebIdentity(
    app: WechatApp<'officialAccount'>,
    loginCode: string,
  ): Promise<{ openid: string; snapshot: boolean }>
}

/** Only these fields are taken out of the answer: the rest, session key included, never gets in. */
const identitySchema = z.object({
  openid: z.string().min(1).max(128),
  is_snapshotuser: z.number().optional(),
})

export function createWechatClient(deps: { api: WechatApi; logger: Logger }): WechatClient {
  const { api, logger } = deps
  const ask = async (call: Call): Promise<Identity> => conclude(await api(call), { call, logger })

  return {
    async codeToSession({ appId, secret }, loginCode) {
      const query = { appid: appId, secret, js_code: loginCode, grant_type: 'authorization_code' }
      const { openid } = await ask({ path: '/sns/jscode2session', appId, query })
      return { openid }
    },
    async codeToWebIdentity({ appId, secret }, loginCode) {
      const query = { appid: appId, secret, code: loginCode, grant_type: 'authorization_code' }
      const identity = await ask({ path: '/sns/oauth2/access_token', appId, query })
      return { openid: identity.openid, snapshot: identity.is_snapshotuser === 1 }
    },
  }
}

type Identity = z.infer<typeof identitySchema>

interface Call {
  readonly path: string
  readonly appId: string
  readonly query: Readonly<Record<string, string>>
}

function conclude(answer: WechatAnswer, context: { call: Call; logger: Logger }): Identity {
  const { appId, path } = context.call
  if (answer.kind === 'refusal') {
    const { errcode } = answer
    const { code, alarm, advice } = meaningOf(errcode)
    if (alarm) {
      const reason = `${appId}: ${advice}`
      context.logger.error('identity.misconfigured', { code: String(errcode), reason })
    }
    throw new IdentityError({ code, errcode, message: `${path} for ${appId}: ${advice}` })
  }
  const identity = answer.kind === 'answer' ? identitySchema.safeParse(answer.body) : undefined
  if (identity?.success) return identity.data
  throw new IdentityError({
    code: 'identityUnavailable',
    message: `${path} for ${appId} gave no answer that can be used`,
    cause: answer.kind === 'broken' ? answer.cause : identity?.error.name,
  })
}
