import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { relaxPolicy } from './content-security.ts'

/** The two names of one page: where the phone's browser finds it, and where it really lives. */
export interface Route {
  readonly browserOrigin: string
  readonly upstreamOrigin: string
  /** WeChat's own address, whose authorize page is reached through the browser too. */
  readonly wechatOrigin: string
}

export const AUTHORIZE_PATH = '/__wechat/authorize'
export const BRIDGE_PATH = '/__wechat/bridge.js'
const OPEN_AUTHORIZE_PATH = '/connect/oauth2/authorize'

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The request as WeChat's browser sends it to the merchant. */
export function upstreamHeaders(
  headers: IncomingHttpHeaders,
  route: Route,
  client: { readonly userAgent: string; readonly address: string },
): OutgoingHttpHeaders {
  const upstream = new URL(route.upstreamOrigin)
  const kept = Object.entries(headers).filter(
    // Client hints would name the browser that really runs here.
    ([name]) => !HOP_BY_HOP.has(name) && !name.startsWith('sec-ch-'),
  )
  const { origin, referer } = headers
  return {
    ...Object.fromEntries(kept),
    ...(origin === undefined ? {} : { origin: toUpstream(origin, route) }),
    ...(referer === undefined ? {} : { referer: toUpstream(referer, route) }),
    host: upstream.host,
    'user-agent': client.userAgent,
    'accept-encoding': 'identity',
    'x-forwarded-for': client.address,
    'x-forwarded-proto': upstream.protocol.slice(0, -1),
    'x-forwarded-host': upstream.host,
  }
}

export interface PageHeaders {
  readonly headers: OutgoingHttpHeaders
  /** What the added script tag must carry. */
  readonly nonce: string | null
}

const DROPPED: ReadonlySet<string> = new Set([
  'x-frame-options',
  'strict-transport-security',
  'alt-svc',
])

/** The answer as the phone may show it: in a frame, under the browser's address. */
export function browserHeaders(headers: IncomingHttpHeaders, route: Route): PageHeaders {
  let nonce: string | null = null
  const kept: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || DROPPED.has(name)) continue
    kept[name] = value
  }
  if (headers.location !== undefined) kept['location'] = toBrowser(headers.location, route)
  if (headers['set-cookie']) kept['set-cookie'] = headers['set-cookie'].map(toBrowserCookie)
  // Node joins repeated policies with commas, so there is one string.
  const policies = headers['content-security-policy']
  if (typeof policies === 'string') {
    const origins = { from: route.upstreamOrigin, to: route.browserOrigin }
    const relaxed = policies.split(',').map((one) => relaxPolicy(one, origins))
    const policy = relaxed
      .map((one) => one.policy)
      .filter(Boolean)
      .join(', ')
    if (policy === '') delete kept['content-security-policy']
    else kept['content-security-policy'] = policy
    nonce = relaxed.find((one) => one.nonce !== null)?.nonce ?? null
  }
  return { headers: kept, nonce }
}

/** Addresses of the merchant, and WeChat's authorize page, as they read inside the browser. */
export function toBrowser(address: string, route: Route): string {
  const url = URL.parse(address)
  if (url === null) return address
  const rest = url.pathname + url.search + url.hash
  if (isSame(url, route.upstreamOrigin)) return route.browserOrigin + rest
  if (isSame(url, route.wechatOrigin) && url.pathname === OPEN_AUTHORIZE_PATH) {
    // Without `#wechat_redirect`, which a browser would carry on to the page at the end.
    return route.browserOrigin + AUTHORIZE_PATH + url.search
  }
  return address
}

/** The same addresses where they stand in a page. */
export function pageLinks(route: Route): readonly (readonly [string, string])[] {
  return [
    [route.wechatOrigin + OPEN_AUTHORIZE_PATH, route.browserOrigin + AUTHORIZE_PATH],
    [route.upstreamOrigin, route.browserOrigin],
  ]
}

/** The page's real address, for whoever checks it. */
export function toUpstream(
  address: string,
  route: Pick<Route, 'browserOrigin' | 'upstreamOrigin'>,
) {
  const url = URL.parse(address)
  if (url === null || !isSame(url, route.browserOrigin)) return address
  const bare = address.replace(/^[^:]+:\/\/[^/?#]+/, '')
  return route.upstreamOrigin + bare
}

/**
 * The cookie under the browser's host and over plain http. A name with a `__Host-` or `__Secure-`
 * prefix keeps `Secure`, without which it would be no such cookie.
 */
export function toBrowserCookie(line: string): string {
  const [pair = '', ...attributes] = line.split(';')
  const bound = /^\s*__(Host|Secure)-/.test(pair)
  const kept = attributes
    .map((attribute) => attribute.trim())
    .filter((attribute) => !/^domain=/i.test(attribute))
    .filter((attribute) => bound || !/^secure$/i.test(attribute))
    .map((attribute) => (bound ? attribute : attribute.replace(/^samesite=none$/i, 'SameSite=Lax')))
  return [pair.trim(), ...kept].join('; ')
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The same origin, whatever name the loopback goes by. */
function isSame(url: URL, origin: string): boolean {
  const other = new URL(origin)
  const sameHost =
    url.hostname === other.hostname || (LOOPBACK.has(url.hostname) && LOOPBACK.has(other.hostname))
  return sameHost && url.protocol === other.protocol && url.port === other.port
}
