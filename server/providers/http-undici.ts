import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../../shared/clock.ts'
import { sha256Hex } from '../platform/hash.ts'
import {
  type ClientCertificate,
  type HttpClient,
  HttpFailure,
  type HttpRequest,
  type HttpResponse,
} from './http.ts'

export interface HttpClientOptions {
  /** Measures the deadline of every request. */
  readonly clock: Clock
  /** A longer answer is refused and its connection closed. */
  readonly maxResponseBytes?: number
  /** For the connection and its TLS handshake; the request's own deadline runs besides. */
  readonly connectTimeoutMs?: number
  readonly connectionsPerOrigin?: number
}

export type ClosableHttpClient = HttpClient & {
  /** Lets running requests end, then ends every connection; later requests are refused. */
  close(): Promise<void>
}

/**
 * The way out over undici: bytes as given, HTTP/1.1 with kept connections, no redirect followed, no
 * proxy, one agent per client certificate. A failure says `mayHaveArrived: false` exactly when
 * undici had not begun to write the request: no address, no connection, no TLS session, a deadline
 * that passed while waiting for one, or a request that is not valid HTTP at all.
 */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const agents = new Map<string, Agent>()
  const running = new Set<Promise<unknown>>()
  let closed = false

  const agentFor = (tls: ClientCertificate | undefined): Agent => {
    const key = tls ? sha256Hex(JSON.stringify([tls.cert, tls.key, tls.ca])) : ''
    const known = agents.get(key)
    if (known) return known
    const agent = new Agent({
      allowH2: false,
      connections: options.connectionsPerOrigin ?? 32,
      connect: { timeout: options.connectTimeoutMs ?? 10_000, ...tls },
    })
    agents.set(key, agent)
    return agent
  }

  const { clock, maxResponseBytes = 2 * 1024 * 1024 } = options
  const send: HttpClient = async (request) => {
    if (closed) {
      const ours = { mayHaveArrived: false, isOfOrigin: false }
      throw new HttpFailure('the HTTP client is closed', ours)
    }
    const limit = request.maxResponseBytes ?? maxResponseBytes
    const limits = { clock, maxResponseBytes: limit }
    const answer = exchange(agentFor(request.tls), request, limits)
    running.add(answer)
    try {
      return await answer
    } finally {
      running.delete(answer)
    }
  }
  return Object.assign(send, {
    close: async () => {
      closed = true
      await Promise.allSettled(running)
      await Promise.all([...agents.values()].map((agent) => agent.destroy()))
    },
  })
}

interface Limits {
  readonly clock: Clock
  readonly maxResponseBytes: number
}

function exchange(agent: Agent, request: HttpRequest, limits: Limits): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const attempt = newAttempt(request, limits, { resolve, reject })
    try {
      const url = new URL(request.url)
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { ...request.headers },
          body: request.body,
          // The one deadline is ours; undici's own would add others.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        attempt.handler,
      )
    } catch (error) {
      attempt.fail('the request cannot be sent', { cause: error, isOfOrigin: false })
    }
  })
}

interface Outcome {
  readonly resolve: (response: HttpResponse) => void
  readonly reject: (failure: HttpFailure) => void
}

/** One request on its way: ends exactly once, in an answer or in a failure. */
function newAttempt(request: HttpRequest, limits: Limits, outcome: Outcome) {
  let controller: Dispatcher.DispatchController | null = null
  let over = false
  let head: Pick<HttpResponse, 'status' | 'headers'> | null = null
  const chunks: Uint8Array[] = []
  let received = 0

  const cancelDeadline = limits.clock.setTimer(request.timeoutMs, () => {
    fail(`no whole answer within ${request.timeoutMs} ms`)
  })
  const fail = (reason: string, why: { cause?: unknown; isOfOrigin?: boolean } = {}): void => {
    if (over) return
    over = true
    cancelDeadline()
    const failure = new HttpFailure(`${hostOf(request.url)}: ${reason}`, {
      mayHaveArrived: controller !== null,
      ...why,
    })
    controller?.abort(failure)
    outcome.reject(failure)
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      // Given up while it waited for a connection: then not a byte of it may be written.
      if (over) started.abort(new Error('given up'))
      else controller = started
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) head = { status, headers: plainHeaders(headers) }
    },
    onResponseData(_controller, chunk) {
      received += chunk.length
      if (received > limits.maxResponseBytes) {
        fail(`the answer is longer than ${limits.maxResponseBytes} bytes`, { isOfOrigin: false })
      } else {
        chunks.push(chunk)
      }
    },
    onResponseEnd() {
      if (over || !head) return
      over = true
      cancelDeadline()
      outcome.resolve({ ...head, body: Buffer.concat(chunks) })
    },
    onResponseError(_controller, error) {
      fail(controller ? 'the connection broke' : 'no connection', { cause: error })
    },
  }
  return { handler, fail }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

/** For messages: an address may carry more than its reader should see. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an invalid address'
}
