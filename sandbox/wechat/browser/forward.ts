import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { urlToHttpOptions } from 'node:url'
import { decompress, editPage } from './html.ts'
import { BRIDGE_PATH, browserHeaders, pageLinks, type Route, upstreamHeaders } from './rewrite.ts'

export interface BrowserClient {
  readonly userAgent: string
  /** The phone's address, as the merchant's proxy would report it. */
  readonly address: string
}

export interface Forwarding {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Path and query as the page asked for them. */
  readonly target: string
  readonly route: Route
  readonly client: BrowserClient
}

/** Hands the request to the merchant's server and its answer to the page. Rejects when it is gone. */
export function forward({ request, response, target, route, client }: Forwarding): Promise<void> {
  const upstream = new URL(route.upstreamOrigin)
  const send = upstream.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        ...urlToHttpOptions(upstream),
        // Never resolved against the origin: `//elsewhere/` is a path of the merchant's server.
        path: target.startsWith('/') ? target : `/${target}`,
        method: request.method ?? 'GET',
        headers: upstreamHeaders(request.headers, route, client),
      },
      (answer) => void deliver(answer, { request, response, route }).then(resolve, reject),
    )
    outgoing.on('error', (error) => reject(new Error(`the merchant's server: ${error.message}`)))
    response.on('close', () => outgoing.destroy())
    request.pipe(outgoing)
  })
}

async function deliver(
  answer: IncomingMessage,
  { request, response, route }: Pick<Forwarding, 'request' | 'response' | 'route'>,
): Promise<void> {
  const { headers, nonce } = browserHeaders(answer.headers, route)
  const status = answer.statusCode ?? 502
  const isPage = /^text\/html\b/i.test(answer.headers['content-type'] ?? '')
  const bodyless = request.method === 'HEAD' || status === 204 || status === 304
  if (!isPage || bodyless) {
    response.writeHead(status, headers)
    await pipeline(answer, response)
    return
  }
  const html = decompress(await buffer(answer), answer.headers['content-encoding'] ?? '')
  const page = editPage(html, { scriptUrl: BRIDGE_PATH, nonce, links: pageLinks(route) })
  const { 'content-encoding': _coding, ...plain } = headers
  response.writeHead(status, { ...plain, 'content-length': page.length })
  response.end(page)
}
