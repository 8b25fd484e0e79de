import { escapeHtml } from '../../http.ts'
import type { Registry, WechatApp } from '../apps.ts'
import type { People } from '../people.ts'
import { WECHAT_USER_AGENT } from '../user-agent.ts'
import type { Codes } from './codes.ts'

/** What the tester has set for web authorization. */
export interface OauthSettings {
  /** Loads the callback twice, as WeChat's clients do. */
  doubleLoad: boolean
  /** A preview page: the code stands for a virtual account (`is_snapshotuser`). */
  snapshotUser: boolean
}

export interface AuthorizeParts {
  readonly registry: Registry
  readonly people: People
  readonly codes: Codes
  readonly settings: OauthSettings
  /** Opens a page as the WeChat client does, and leaves redirects alone. */
  readonly load: (url: string, headers: Record<string, string>) => Promise<Response>
}

export interface AuthorizeReply {
  readonly status: number
  /** Where the browser goes on, with code and state. */
  readonly location?: string
  /** An error page. */
  readonly html?: string
  /** `Set-Cookie` lines of the first of two loads; the browser has them before it loads again. */
  readonly setCookies: readonly string[]
}

/**
 * `GET open.weixin.qq.com/connect/oauth2/authorize`: leads back with a code for whoever holds the
 * phone, or shows WeChat's error page. Errors 10003 and 10005 and the order of the parameters are
 * documented; the other numbers come from the page's published list, other texts are by meaning.
 */
export async function authorize(
  query: string,
  parts: AuthorizeParts,
  cookie = '',
): Promise<AuthorizeReply> {
  const asked = new URLSearchParams(query)
  const { registry, people, codes, settings } = parts
  const checked = check(query, asked, registry)
  if (typeof checked === 'string') return errorPage(checked)
  const { app, callback } = checked
  const scope = asked.get('scope') ?? ''
  const { snapshotUser: snapshot } = settings
  const person = people.current()
  const code = codes.issue({ kind: 'oauth', appId: app.appId, person, scope, snapshot })
  const location = withAnswer(callback, code, asked.get('state'))
  return { status: 302, location, setCookies: await loadFirst(location, cookie, parts) }
}

interface Checked {
  readonly app: WechatApp
  readonly callback: URL
}

function check(query: string, asked: URLSearchParams, registry: Registry): Checked | string {
  const appId = asked.get('appid') ?? ''
  if (appId === '') return 'appid不能为空 (10012)'
  const app = registry.app(appId)
  if (app === undefined) return 'appid 参数错误 (40013)'
  if (app.kind !== 'officialAccount') return '请使用公众号Appid (10016)'
  const target = asked.get('redirect_uri') ?? ''
  if (target === '') return 'redirect_uri不能为空 (10011)'
  const callback = URL.parse(target)
  if (callback === null || !isOwnDomain(callback, app)) {
    return 'redirect_uri 参数错误：redirect_uri域名与后台配置不一致 (10003)'
  }
  if (asked.get('response_type') !== 'code') return 'response_type 参数错误'
  const scope = asked.get('scope') ?? ''
  if (scope === '') return 'scope不能为空 (10010)'
  const scopes: readonly string[] = app.scopes ?? ['snsapi_base', 'snsapi_userinfo']
  if (!scopes.includes(scope)) return 'scope 参数错误或没有 scope 权限 (10005)'
  if (!/^[A-Za-z0-9]{0,128}$/.test(asked.get('state') ?? '')) return 'state 参数错误'
  return isInOrder(query) ? { app, callback } : '链接的参数顺序错误'
}

/** WeChat matches the whole link against a pattern: its parameters stand in this order. */
function isInOrder(query: string): boolean {
  const order = ['appid', 'redirect_uri', 'response_type', 'scope', 'state']
  const known = query
    .split('&')
    .map((pair) => order.indexOf(pair.split('=', 1)[0] ?? ''))
    .filter((place) => place >= 0)
  return known.every((place, index) => index === 0 || place > (known[index - 1] ?? -1))
}

function isOwnDomain(callback: URL, app: WechatApp): boolean {
  if (callback.protocol !== 'https:' && callback.protocol !== 'http:') return false
  return app.oauthDomains.some((entry) => entry === callback.hostname || entry === callback.host)
}

function withAnswer(callback: URL, code: string, state: string | null): string {
  const url = new URL(callback)
  url.searchParams.set('code', code)
  if (state !== null) url.searchParams.set('state', state)
  return url.href
}

async function loadFirst(
  location: string,
  cookie: string,
  { settings, load }: AuthorizeParts,
): Promise<readonly string[]> {
  if (!settings.doubleLoad) return []
  const headers = { 'user-agent': WECHAT_USER_AGENT, ...(cookie === '' ? {} : { cookie }) }
  const response = await load(location, headers)
  await response.body?.cancel()
  return response.headers.getSetCookie()
}

function errorPage(text: string): AuthorizeReply {
  const html = `<!doctype html><html lang="zh-CN">
<head><meta charset="utf-8"><title>错误</title></head>
<body><h1>Oops! Something went wrong:(</h1><p>${escapeHtml(text)}</p></body></html>
`
  return { status: 200, html, setCookies: [] }
}
