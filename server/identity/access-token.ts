import { z } from 'zod'
import type { Logger } from '../platform/logger.ts'
import { IdentityError } from './errors.ts'
import { createSharedCredential, type Lent, type SharedDeps } from './shared-credential.ts'
import type { WechatAnswer, WechatApi } from './wechat-api.ts'
import type { WechatApp } from './wechat-client.ts'
import { isTokenRefused, meaningOfServerCall } from './wechat-errors.ts'

/**
 * The basic access tokens of our apps, and calls with them. Several processes share one token per app
 * through the store. Source: developers.weixin.qq.com, getStableAccessToken (as of 2026).
 */
export interface AccessTokens {
  /** The token of this app. Throws IdentityError `identityUnavailable`. */
  current(app: WechatApp): Promise<string>
  /**
   * Answers what WeChat answers to a call with the token. Where WeChat refuses the token itself, the
   * call is made once more with another one, and its second answer stands. Throws IdentityError
   * `identityUnavailable` where there is no token.
   */
  call(
    app: WechatApp,
    request: (accessToken: string) => Promise<WechatAnswer>,
  ): Promise<WechatAnswer>
}

export interface TokenDeps extends SharedDeps {
  readonly api: WechatApi
  readonly logger: Logger
}

const STABLE_TOKEN_PATH = '/cgi-bin/stable_token'
const answerSchema = z.object({
  access_token: z.string().min(1).max(2_048),
  expires_in: z.number().int().min(1).max(86_400),
})

export function createAccessTokens(deps: TokenDeps, apps: readonly WechatApp[]): AccessTokens {
  const credentials = new Map(
    apps.map((app) => [
      app.appId,
      createSharedCredential(deps, {
        name: { appId: app.appId, kind: 'accessToken' },
        secret: app.secret,
        ask: () => askForToken(deps, app, false),
        force: () => askForToken(deps, app, true),
      }),
    ]),
  )
  const of = ({ appId }: WechatApp) => {
    const credential = credentials.get(appId)
    if (!credential) throw new Error(`${appId} is none of our apps.`)
    return credential
  }
  return {
    current: async (app) => await of(app).current(),
    async call(app, request) {
      const token = await of(app).current()
      const answer = await request(token)
      if (answer.kind !== 'refusal' || !isTokenRefused(answer.errcode)) return answer
      deps.logger.warn('identity.tokenRefused', {
        code: String(answer.errcode),
        reason: app.appId,
      })
      return await request(await of(app).replace(token))
    },
  }
}

async function askForToken(
  { api, logger }: TokenDeps,
  { appId, secret }: WechatApp,
  forced: boolean,
): Promise<Lent> {
  const answer = await api({
    path: STABLE_TOKEN_PATH,
    query: {},
    body: { grant_type: 'client_credential', appid: appId, secret, force_refresh: forced },
    repeats: forced ? 0 : 1,
  })
  const read = answer.kind === 'answer' ? answerSchema.safeParse(answer.body).data : undefined
  if (read) return { value: read.access_token, lifetimeMs: read.expires_in * 1_000 }
  throw refusalOf(answer, { what: `access token of ${appId}`, logger })
}

/** Why WeChat lent nothing, without anything of its answer; tells the operator what only they mend. */
export function refusalOf(
  answer: WechatAnswer,
  { what, logger }: { what: string; logger: Logger },
): IdentityError {
  if (answer.kind !== 'refusal') {
    logger.warn('identity.unavailable', { reason: what })
    return new IdentityError({
      code: 'identityUnavailable',
      message: `${what}: no answer that can be used`,
      cause: answer.kind === 'broken' ? answer.cause : undefined,
    })
  }
  const { errcode } = answer
  const { alarm, advice } = meaningOfServerCall(errcode)
  const fields = { code: String(errcode), reason: `${what}: ${advice}` }
  if (alarm) logger.error('identity.misconfigured', fields)
  else logger.warn('identity.unavailable', fields)
  return new IdentityError({
    code: 'identityUnavailable',
    errcode,
    message: `${what}: ${advice} (${errcode})`,
  })
}
