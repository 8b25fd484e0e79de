import { z } from 'zod'
import { type Clock, sleep } from '../../shared/clock.ts'
import type { AppKind } from '../domain/identity.ts'
import type { Logger } from '../platform/logger.ts'
import { type HttpClient, HttpFailure, type HttpResponse } from '../providers/http.ts'
import { IdentityError } from './errors.ts'
import { BUSY, meaningOf } from './wechat-errors.ts'

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

export const WECHAT_API_URL = 'https://api.weixin.qq.com'

const TIMEOUT_MS = 5_000
/** Pauses before the second and third try; only a busy WeChat or a broken line gets them. */
const RETRY_DELAYS_MS = [200, 600]

/** Only these fields are taken out of the answer: the rest, session key included, never gets in. */
const identitySchema = z.object({
  openid: z.string().min(1).max(128),
  is_snapshotuser: z.number().optional(),
})
const refusalSchema = z.object({ errcode: z.number().int() })

export function createWechatClient(deps: {
  http: HttpClient
  clock: Clock
  logger: Logger
  /** Where WeChat's API is reached; the real one unless given. */
  baseUrl?: string
}): WechatClient {
  const { http, clock, logger, baseUrl = WECHAT_API_URL } = deps

  const ask = async (call: Call): Promise<Identity> => {
    for (const delayMs of RETRY_DELAYS_MS) {
      // oxlint-disable-next-line no-await-in-loop -- tries follow each other
      const answer = await attempt(http, baseUrl, call)
      if (!answer.again) return conclude(answer, { call, logger })
      // oxlint-disable-next-line no-await-in-loop -- the pause between two tries
      await sleep(clock, delayMs)
    }
    return conclude(await attempt(http, baseUrl, call), { call, logger })
  }

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

type Answer =
  | { readonly kind: 'identity'; readonly identity: Identity; readonly again: false }
  | { readonly kind: 'refusal'; readonly errcode: number; readonly again: boolean }
  | { readonly kind: 'broken'; readonly cause: unknown; readonly again: boolean }

async function attempt(http: HttpClient, baseUrl: string, call: Call): Promise<Answer> {
  const url = `${baseUrl}${call.path}?${new URLSearchParams(call.query).toString()}`
  try {
    const request = { method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS } as const
    return read(await http(request))
  } catch (cause) {
    if (!(cause instanceof HttpFailure)) throw cause
    return { kind: 'broken', cause, again: true }
  }
}

/** The status is 200 even on errors, and the content type may say text: only the body counts. */
function read(response: HttpResponse): Answer {
  const body = parse(response.body)
  const refusal = refusalSchema.safeParse(body)
  if (refusal.success && refusal.data.errcode !== 0) {
    const { errcode } = refusal.data
    return { kind: 'refusal', errcode, again: errcode === BUSY }
  }
  const identity = identitySchema.safeParse(body)
  if (identity.success) return { kind: 'identity', identity: identity.data, again: false }
  const cause = new Error(`an answer of status ${response.status} that is no identity`)
  return { kind: 'broken', cause, again: response.status >= 500 }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

function conclude(answer: Answer, context: { call: Call; logger: Logger }): Identity {
  const { appId, path } = context.call
  switch (answer.kind) {
    case 'identity':
      return answer.identity
    case 'broken':
      throw new IdentityError({
        code: 'identityUnavailable',
        message: `${path} for ${appId} gave no answer that can be used`,
        cause: answer.cause,
      })
    case 'refusal': {
      const { errcode } = answer
      const { code, alarm, advice } = meaningOf(errcode)
      if (alarm) {
        const reason = `${appId}: ${advice}`
        context.logger.error('identity.misconfigured', { code: String(errcode), reason })
      }
      throw new IdentityError({ code, errcode, message: `${path} for ${appId}: ${advice}` })
    }
  }
}
