import type { Clock } from '../../../shared/clock.ts'
import { MINI_PROGRAM_USER_AGENT } from '../user-agent.ts'
import type { NetworkCall } from './schemas.ts'

/** What `success` of `wx.request` receives: any HTTP status is a success. */
export interface NetworkAnswer {
  readonly statusCode: number
  readonly header: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly data: unknown
}

/** What `fail` of `wx.request` receives. */
export interface NetworkFailure {
  readonly errMsg: string
  readonly errno: number
}

export interface NetworkParts {
  readonly clock: Clock
  /** The request domains entered in the console; loopback may always be asked. */
  readonly origins: readonly string[]
  readonly isOffline: () => boolean
  readonly fetch: typeof fetch
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
const MOST_REDIRECTS = 5

/** One `wx.request`, made by the phone itself: no CORS, and no cookie is kept. */
export async function request(
  call: NetworkCall,
  parts: NetworkParts,
): Promise<NetworkAnswer | NetworkFailure> {
  if (parts.isOffline()) return netFailure(-106, 'ERR_INTERNET_DISCONNECTED')
  const url = URL.parse(call.url)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { errMsg: `request:fail invalid url "${call.url}"`, errno: 600009 }
  }
  const abort = new AbortController()
  const cancel = parts.clock.setTimer(call.timeout, () => abort.abort())
  try {
    const response = await follow(withQuery(url, call), initOf(call, abort.signal), parts)
    return response === null ? notListed : await answerOf(response, call.dataType)
  } catch (error) {
    return abort.signal.aborted ? { errMsg: 'request:fail timeout', errno: 5 } : failureOf(error)
  } finally {
    cancel()
  }
}

const notListed: NetworkFailure = { errMsg: 'request:fail url not in domain list', errno: 600002 }

/** Follows redirects, each to an address that may be asked; null where one may not. */
async function follow(
  first: URL,
  init: RequestInit,
  parts: NetworkParts,
): Promise<Response | null> {
  let url = first
  let options = init
  for (let hop = 0; ; hop += 1) {
    if (!LOOPBACK.has(url.hostname) && !parts.origins.includes(url.origin)) return null
    const response = await parts.fetch(url, { ...options, redirect: 'manual' })
    const location = response.headers.get('location')
    if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return response
    if (hop === MOST_REDIRECTS) throw new Error('too many redirects')
    await response.body?.cancel()
    url = new URL(location, url)
    const keepsMethod = response.status === 307 || response.status === 308
    if (!keepsMethod && options.method !== 'HEAD') {
      options = { ...options, method: 'GET', body: null }
    }
  }
}

function withQuery(url: URL, { method, data }: NetworkCall): URL {
  if ((method !== 'GET' && method !== 'HEAD') || !isRecord(data)) return url
  const full = new URL(url)
  for (const [name, value] of Object.entries(data)) full.searchParams.append(name, textOf(value))
  return full
}

function initOf(call: NetworkCall, signal: AbortSignal): RequestInit {
  const headers = new Headers({ 'content-type': 'application/json' })
  for (const [name, value] of Object.entries(call.header)) headers.set(name, String(value))
  // WeChat sets these two itself; version 0 is a development build.
  headers.set('user-agent', MINI_PROGRAM_USER_AGENT)
  const appId = call.appId ?? 'touristappid'
  headers.set('referer', `https://servicewechat.com/${appId}/0/page-frame.html`)
  headers.delete('host')
  headers.delete('content-length')
  return { method: call.method, headers, body: bodyOf(call, headers), signal }
}

function bodyOf({ method, data }: NetworkCall, headers: Headers): string | null {
  if (method === 'GET' || method === 'HEAD' || data === undefined || data === null) return null
  if (typeof data === 'string') return data
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  if (!isForm || !isRecord(data)) return JSON.stringify(data)
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(data)) form.append(name, textOf(value))
  return form.toString()
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function answerOf(response: Response, dataType: string): Promise<NetworkAnswer> {
  const text = await response.text()
  return {
    statusCode: response.status,
    header: Object.fromEntries(response.headers),
    cookies: response.headers.getSetCookie(),
    data: dataType === 'json' ? parsed(text) : text,
  }
}

/** Like the phone: what is no JSON stays a string. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The phone's network stack names its errors after Chromium's. */
const NET_ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  ECONNREFUSED: [-102, 'ERR_CONNECTION_REFUSED'],
  ECONNRESET: [-101, 'ERR_CONNECTION_RESET'],
  UND_ERR_SOCKET: [-101, 'ERR_CONNECTION_RESET'],
  ENOTFOUND: [-105, 'ERR_NAME_NOT_RESOLVED'],
}

function failureOf(error: unknown): NetworkFailure {
  const cause = error instanceof Error ? error.cause : undefined
  const code = isRecord(cause) ? cause['code'] : undefined
  const [number, name] = (typeof code === 'string' && NET_ERRORS[code]) || [-2, 'ERR_FAILED']
  return netFailure(number, name)
}

function netFailure(code: number, name: string): NetworkFailure {
  const detail = `errcode:${code} cronet_error_code:${code} error_msg:net::${name}`
  return { errMsg: `request:fail ${detail}`, errno: 600001 }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
