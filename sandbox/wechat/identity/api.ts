import { z } from 'zod'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import type { AppKind, Registry, WechatApp } from '../apps.ts'
import type { People } from '../people.ts'
import type { Codes, Grant } from './codes.ts'
import { ApiError } from './errors.ts'
import type { Tokens } from './tokens.ts'

export interface ApiParts {
  readonly registry: Registry
  readonly people: People
  readonly random: Random
  readonly codes: Codes
  readonly tokens: Tokens
}

/** One endpoint of api.weixin.qq.com: answers the body, or throws ApiError. */
export type ApiCall = (input: URLSearchParams, body: string) => Record<string, unknown>

/** `GET /sns/jscode2session`. */
export function codeToSession({ codes, people, random, registry }: ApiParts): ApiCall {
  return (input) => {
    const app = authenticate(input, 'miniProgram', registry)
    const grant = redeem(input, { name: 'js_code', kind: 'login', app, codes })
    const unionid = people.unionid(grant.person, app.appId)
    return {
      session_key: sessionKey(random),
      openid: people.openid(grant.person, app.appId),
      ...(unionid === undefined ? {} : { unionid }),
    }
  }
}

/** `GET /sns/oauth2/access_token`: unionid only with `snsapi_userinfo`. */
export function oauthAccessToken({ codes, people, random, registry }: ApiParts): ApiCall {
  return (input) => {
    const app = authenticate(input, 'officialAccount', registry)
    const grant = redeem(input, { name: 'code', kind: 'oauth', app, codes })
    const unionid =
      grant.scope === 'snsapi_userinfo' && !grant.snapshot
        ? people.unionid(grant.person, app.appId)
        : undefined
    return {
      access_token: random.word(89, ALPHANUMERIC),
      expires_in: 7200,
      refresh_token: random.word(89, ALPHANUMERIC),
      openid: grant.snapshot
        ? `oSNAP${random.word(23, ALPHANUMERIC)}`
        : people.openid(grant.person, app.appId),
      scope: grant.scope,
      ...(grant.snapshot ? { is_snapshotuser: 1 } : {}),
      ...(unionid === undefined ? {} : { unionid }),
    }
  }
}

const stableTokenSchema = z.object({
  grant_type: z.unknown().optional(),
  appid: z.string().optional(),
  secret: z.string().optional(),
  force_refresh: z.boolean().optional(),
})

/** `POST /cgi-bin/stable_token`. */
export function stableToken({ registry, tokens }: ApiParts): ApiCall {
  return (_input, body) => {
    const asked = stableTokenSchema.safeParse(parseJson(body))
    if (!asked.success) throw new ApiError(47001)
    const { grant_type: grantType, appid = '', secret = '', force_refresh: forced } = asked.data
    if (grantType !== 'client_credential') throw new ApiError(40002)
    const app = appOf(new URLSearchParams({ appid, secret }), registry)
    const lease = tokens.stable(app.appId, forced ?? false)
    return { access_token: lease.value, expires_in: lease.expiresInS }
  }
}

/** `GET /cgi-bin/ticket/getticket?type=jsapi`. */
export function getTicket({ tokens }: ApiParts): ApiCall {
  return (input) => {
    const accessToken = input.get('access_token') ?? ''
    if (accessToken === '') throw new ApiError(41001)
    const appId = tokens.ownerOf(accessToken)
    if (input.get('type') !== 'jsapi') throw new ApiError(40097)
    const lease = tokens.ticket(appId)
    return { errcode: 0, errmsg: 'ok', ticket: lease.value, expires_in: lease.expiresInS }
  }
}

function authenticate(input: URLSearchParams, kind: AppKind, registry: Registry): WechatApp {
  const app = appOf(input, registry)
  if (app.kind !== kind) throw new ApiError(40013)
  if (input.get('grant_type') !== 'authorization_code') throw new ApiError(40002)
  return app
}

function appOf(input: URLSearchParams, registry: Registry): WechatApp {
  const appId = input.get('appid') ?? ''
  if (appId === '') throw new ApiError(41002)
  const app = registry.app(appId)
  if (app === undefined) throw new ApiError(40013)
  const secret = input.get('secret') ?? ''
  if (secret === '') throw new ApiError(41004)
  if (secret !== app.secret) throw new ApiError(40125)
  return app
}

function redeem(
  input: URLSearchParams,
  want: { name: string; kind: Grant['kind']; app: WechatApp; codes: Codes },
): Grant {
  const code = input.get(want.name) ?? ''
  if (code === '') throw new ApiError(41008)
  return want.codes.redeem(code, { kind: want.kind, appId: want.app.appId })
}

function sessionKey(random: Random): string {
  return Buffer.from(Array.from({ length: 16 }, () => random.int(256))).toString('base64')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
