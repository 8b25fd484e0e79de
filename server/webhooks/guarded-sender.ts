import { lookup } from 'node:dns/promises'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Clock } from '../../shared/clock.ts'
import { retryAfterMs } from '../providers/http.ts'
import type { WebhookAnswer, WebhookRequest, WebhookSender } from './sender.ts'
import { ADDRESS_REFUSED, isLiteral, type TargetRules, targetProblem } from './target.ts'

/** An answer is only its status; a longer body is cut off. */
const MAX_ANSWER_BYTES = 64 * 1024

/** All addresses of a host, as the connection may use them. Throws where there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

export interface GuardedSenderOptions {
  /** Measures the deadline of every attempt. */
  readonly clock: Clock
  readonly rules: TargetRules
  /** The machine's own resolver without it. */
  readonly resolve?: Resolve
  /** Certificates to believe besides the well-known ones, PEM. */
  readonly ca?: string
}

export type ClosableWebhookSender = WebhookSender & {
  /** Breaks off running attempts, which fail; later ones fail at once. */
  close(): void
}

/**
 * Sends webhooks to nobody but whom the rules allow. Each attempt resolves the host once, checks every
 * address that it got, and connects to one of exactly those: a name that changes its meaning between
 * check and connection gains nothing. Each has a connection of its own, follows no redirect and uses
 * no proxy; Host and SNI carry the name, and its certificate is checked.
 */
export function createGuardedSender(options: GuardedSenderOptions): ClosableWebhookSender {
  const { clock, rules, resolve = resolveHere } = options
  const running = new Set<AbortController>()
  let closed = false

  const send: WebhookSender = async (request) => {
    if (closed) return failed('the server is stopping')
    const abort = new AbortController()
    running.add(abort)
    const cancelDeadline = clock.setTimer(request.timeoutMs, () => {
      abort.abort(`no answer within ${request.timeoutMs / 1_000} seconds`)
    })
    try {
      return await attempt(request, abort.signal)
    } finally {
      cancelDeadline()
      running.delete(abort)
    }
  }

  const attempt = async (request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> => {
    const problem = targetProblem(request.url, rules)
    if (problem !== null) return failed(problem)
    const { hostname } = new URL(request.url)
    const addresses = isLiteral(hostname) ? [] : await unlessAborted(signal, resolve(hostname))
    if (signal.aborted) return failed(String(signal.reason))
    if (addresses.length === 0 && !isLiteral(hostname)) return failed('the host has no address')
    if (!addresses.every((address) => rules.isAllowed(address))) return failed(ADDRESS_REFUSED)
    return exchange(request, { addresses, signal, clock, ca: options.ca })
  }

  return Object.assign(send, {
    close() {
      closed = true
      for (const abort of running) abort.abort('the server is stopping')
    },
  })
}

async function resolveHere(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address }) => address)
}

/** A look-up cannot be called back; after the end it is not waited for. One that fails finds nothing. */
function unlessAborted(
  signal: AbortSignal,
  lookingUp: Promise<readonly string[]>,
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve([]))
    lookingUp.then(resolve, () => resolve([]))
  })
}

interface Connection {
  readonly addresses: readonly string[]
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly ca: string | undefined
}

/** Once there is a status, it counts, whatever happens to the rest of the answer. */
function exchange(
  request: WebhookRequest,
  { signal, clock, ...way }: Connection,
): Promise<WebhookAnswer> {
  return new Promise((resolve) => {
    const outgoing = open(request, way)
    let answer: WebhookAnswer | undefined
    const end = (reason: string): void => resolve(answer ?? failed(reason))
    signal.addEventListener('abort', () => {
      end(String(signal.reason))
      outgoing.destroy()
    })
    outgoing.on('response', (response) => {
      const asked = retryAfterMs(response.headers['retry-after'], clock.nowMs())
      answer = { kind: 'answered', status: response.statusCode ?? 0, retryAfterMs: asked }
      discard(response)
    })
    outgoing.on('error', (error) => end(wordFor(error)))
    outgoing.on('close', () => end('the connection broke'))
    outgoing.end(request.body)
  })
}

function open(
  { url, headers, body }: WebhookRequest,
  { addresses, ca }: Pick<Connection, 'addresses' | 'ca'>,
): ClientRequest {
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.byteLength) },
    agent: false,
    // A literal address was checked as it stands, and is not looked up.
    lookup: answerWith(addresses),
  }
  if (!url.startsWith('https:')) return requestHttp(url, options)
  return requestHttps(url, {
    ...options,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
  })
}

/** The connection learns what was checked, and asks nobody else. */
function answerWith(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, { all }, callback) => {
    const [first] = found
    if (!first) callback(new Error('there is no checked address'), [])
    else if (all) callback(null, found)
    else callback(null, first.address, first.family)
  }
}

/** Reads the answer to its end, so that the receiver is not cut off, but not without end. */
function discard(response: IncomingMessage): void {
  let received = 0
  response.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > MAX_ANSWER_BYTES) response.destroy()
  })
  response.on('error', () => undefined)
}

function failed(reason: string): WebhookAnswer {
  return { kind: 'failed', reason }
}

/** Nothing of the error's own text: it names addresses, which are nobody's business. */
function wordFor(error: NodeJS.ErrnoException): string {
  const code = error.code ?? ''
  if (code === 'ECONNREFUSED') return 'the connection was refused'
  if (/CERT|TLS|SSL|ALTNAME|SIGNED|ISSUER/.test(code)) return `the TLS handshake failed (${code})`
  return code === '' ? 'the connection broke' : `the connection broke (${code})`
}
