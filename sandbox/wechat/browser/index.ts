import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AuthorizeReply } from '../identity/authorize.ts'
import { IOS_USER_AGENT, WECHAT_USER_AGENT, webViewUserAgent } from '../user-agent.ts'
import { buildBridgeScript } from './bridge-script.ts'
import { type BrowserClient, forward } from './forward.ts'
import {
  AUTHORIZE_PATH,
  BRIDGE_PATH,
  type Route,
  toBrowser,
  toBrowserCookie,
  toUpstream,
} from './rewrite.ts'

export interface BrowserOptions {
  readonly port?: number
  /** The merchant's server, `http://127.0.0.1:3000`; it may also be told later. */
  readonly upstream?: string
  /** How long pages wait for `WeixinJSBridge`; null: it never comes. */
  readonly bridgeReadyAfterMs?: number | null
  /** Whose WeChat it is; Android unless stated. In a web-view it is Android in any case. */
  readonly platform?: 'ios' | 'android'
  /** Shows the pages in the web-view of that Mini Program instead. */
  readonly inMiniProgram?: string
  /** The phone's address, as the merchant's proxy would report it. */
  readonly phoneAddress?: string
}

/** WeChat's in-app browser: a reverse proxy that makes the merchant's pages run as inside WeChat. */
export interface InAppBrowser {
  readonly url: string
  /** Throws TypeError unless it is an http or https address. */
  setUpstream(origin: string): void
  /** A page's address under the merchant's own host; others stay as they are. */
  realAddress(pageUrl: string): string
  close(): Promise<void>
}

export interface BrowserParts {
  readonly options: BrowserOptions
  readonly wechatOrigin: string
  readonly authorize: (query: string, cookie?: string) => Promise<AuthorizeReply>
  readonly isOffline: () => boolean
}

/** The phone's public address; from the range that documentation may use. */
const PHONE_ADDRESS = '203.0.113.20'

export async function startInAppBrowser(parts: BrowserParts): Promise<InAppBrowser> {
  const { options } = parts
  const { inMiniProgram, platform = 'android' } = options
  const plain = platform === 'ios' ? IOS_USER_AGENT : WECHAT_USER_AGENT
  const userAgent = inMiniProgram === undefined ? plain : webViewUserAgent(inMiniProgram)
  const bridge = await buildBridgeScript({
    userAgent,
    platform,
    readyAfterMs: options.bridgeReadyAfterMs === undefined ? 50 : options.bridgeReadyAfterMs,
    inMiniProgram: inMiniProgram !== undefined,
  })
  let upstream = options.upstream === undefined ? null : originOf(options.upstream)
  const client: BrowserClient = { userAgent, address: options.phoneAddress ?? PHONE_ADDRESS }
  let url = ''

  const server = createServer((request, response) => {
    const handling = handle(request, response).catch((error: unknown) => {
      fail(response, error instanceof Error ? error.message : 'failed')
    })
    void handling
  })
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (parts.isOffline()) {
      request.destroy()
      return
    }
    const target = request.url ?? '/'
    const browserOrigin = `http://${request.headers.host ?? new URL(url).host}`
    const [path, query] = splitOnce(target, '?')
    if (path === BRIDGE_PATH) return sendScript(response, bridge)
    if (upstream === null) {
      return fail(response, 'no merchant is set: call browser.setUpstream(origin) first', 503)
    }
    const route: Route = {
      browserOrigin,
      upstreamOrigin: upstream,
      wechatOrigin: parts.wechatOrigin,
    }
    if (path === AUTHORIZE_PATH) {
      return sendAuthorized(response, await parts.authorize(query, request.headers.cookie), route)
    }
    await forward({ request, response, target, route, client })
  }

  const port = await listen(server, options.port ?? 0)
  url = `http://127.0.0.1:${port}`
  return {
    url,
    setUpstream(origin) {
      upstream = originOf(origin)
    },
    realAddress: (pageUrl) =>
      upstream === null
        ? pageUrl
        : toUpstream(pageUrl, { browserOrigin: url, upstreamOrigin: upstream }),
    close: () => closeServer(server),
  }
}

function sendScript(response: ServerResponse, script: string): void {
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(script)
}

function sendAuthorized(response: ServerResponse, reply: AuthorizeReply, route: Route): void {
  const cookies = reply.setCookies.map(toBrowserCookie)
  if (reply.location === undefined) {
    response.writeHead(reply.status, { 'content-type': 'text/html; charset=utf-8' })
    response.end(reply.html)
    return
  }
  response.writeHead(reply.status, {
    location: toBrowser(reply.location, route),
    'cache-control': 'no-store',
    ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
  })
  response.end()
}

function fail(response: ServerResponse, message: string, status = 502): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${message}\n`)
}

function originOf(address: string): string {
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`the merchant's server needs an http address, not ${address}`)
  }
  return url.origin
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('not on a port'))
      else resolve(address.port)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
