import type { SandboxClock } from '../../sandbox/clock.ts'
import {
  type Handler,
  type Network,
  NO_REPLY,
  type Reply,
  type SandboxReply,
  type Serve,
} from '../../sandbox/http.ts'
import type { Transport } from '../../sandbox/notifier.ts'
import type { Random } from '../../sandbox/random.ts'
import { type HttpClient, HttpFailure, type HttpRequest } from '../../server/providers/http.ts'
import { sleep } from '../../shared/clock.ts'
import type { Fate, Route, Weather } from './weather.ts'

/** One message on its way, whoever sent it. */
export interface Message {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
}

/** Where a message goes: answers, or throws where the connection breaks before there is an answer. */
export type Host = (message: Message) => Promise<Answer>

/** The connection broke; `arrived` tells whether the other side may have seen the message. */
export class Broken extends Error {
  override readonly name = 'Broken'
  readonly arrived: boolean
  constructor(message: string, { arrived }: { arrived: boolean }) {
    super(message)
    this.arrived = arrived
  }
}

const LONGEST_LATENCY_MS = 40
const BROWSER_TIMEOUT_MS = 60_000
const NOTIFICATION_TIMEOUT_MS = 10_000

/**
 * All hosts of the world without a socket: every message takes its time on the virtual clock, and the
 * weather decides what becomes of it on the way.
 */
export class SimNetwork implements Network {
  readonly #clock: SandboxClock
  readonly #random: Random
  readonly #weather: Weather
  readonly #hosts = new Map<string, Host>()
  #ports = 20_000
  readonly #tell: (line: string) => void
  /** Messages that set out, for the trace and the figures. */
  messages = 0

  constructor(options: {
    clock: SandboxClock
    random: Random
    weather: Weather
    /** Hears of every message, for people who look into one run. */
    tell?: (line: string) => void
  }) {
    this.#tell = options.tell ?? (() => undefined)
    this.#clock = options.clock
    this.#random = options.random
    this.#weather = options.weather
  }

  addHost(origin: string, host: Host): void {
    this.#hosts.set(origin, host)
  }

  /** How counterparties open their servers. */
  readonly serve: Serve = async ({ handler }) => {
    this.#ports += 1
    const url = `http://127.0.0.1:${this.#ports}`
    this.addHost(url, (message) => handled(handler, message))
    return { url, port: this.#ports, close: async () => void this.#hosts.delete(url) }
  }

  /** How payers, merchants and WeChat's client reach everybody; a lost call is a TypeError. */
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const { method = 'GET', body } = init
    const message: Message = {
      method,
      url,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: Buffer.from(typeof body === 'string' ? body : ''),
    }
    try {
      const answer = await this.#within(BROWSER_TIMEOUT_MS, this.#travel('client', message))
      return responseOf(answer)
    } catch (error) {
      throw new TypeError('fetch failed', { cause: error })
    }
  }

  /** How notifications travel. */
  readonly post: Transport = async ({ url, headers, body }) => {
    const message: Message = {
      method: body === '' ? 'GET' : 'POST',
      url: new URL(url),
      headers: lowerCase(headers),
      body: Buffer.from(body),
    }
    const sent = this.#travel('notification', message)
    return (await this.#within(NOTIFICATION_TIMEOUT_MS, sent)).status
  }

  /** How webhooks travel to the merchant. */
  webhook(message: Message, timeoutMs: number): Promise<Answer> {
    return this.#within(timeoutMs, this.#travel('webhook', message))
  }

  /** The toolkit's way out; `touch` is told when a call sets out and when it comes home. */
  outbound(touch: () => void): HttpClient {
    return async (request) => {
      touch()
      const answer = await this.#send(request)
      touch()
      return answer
    }
  }

  async #send(request: HttpRequest) {
    const message: Message = {
      method: request.method,
      url: new URL(request.url),
      headers: lowerCase(request.headers),
      body: request.body ?? new Uint8Array(),
    }
    try {
      const answer = await this.#within(request.timeoutMs, this.#travel('provider', message))
      return { ...answer, headers: plain(answer.headers) }
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      throw new HttpFailure(error.message, { mayHaveArrived: error.arrived, cause: error })
    }
  }

  async #travel(route: Route, message: Message): Promise<Answer> {
    this.messages += 1
    const name = `#${this.messages} ${route} ${message.method} ${message.url.href}`
    const fate = this.#weather.forMessage(route, message.url)
    this.#tell(`${name} ${fate.kind} ${fate.delayMs} ${textOf(message.body)}`)
    const answer = await this.#deliver(route, message, fate)
    this.#tell(`${name} = ${answer.status} ${textOf(answer.body)}`)
    return answer
  }

  async #deliver(route: Route, message: Message, fate: Fate): Promise<Answer> {
    await this.#latency(fate.delayMs)
    if (fate.kind === 'refuse') throw new Broken('connection refused', { arrived: false })
    if (fate.kind === 'lose') return never()
    if (fate.kind === 'fail5xx')
      return { status: 502, headers: {}, body: Buffer.from('Bad Gateway') }
    // A provider knows how long a request is, and does not act on the half of one.
    if (fate.kind === 'truncateRequest' && route === 'provider') {
      throw new Broken('connection reset', { arrived: true })
    }
    const host = this.#hosts.get(message.url.origin)
    if (!host) throw new Broken('connection refused', { arrived: false })
    if (fate.kind === 'duplicate') void host(message).catch(() => undefined)
    const answer = await host(fate.kind === 'truncateRequest' ? cutRequest(message) : message)
    await this.#latency(0)
    if (fate.kind === 'loseAnswer') throw new Broken('connection reset', { arrived: true })
    return fate.kind === 'truncateAnswer' ? cutAnswer(answer) : answer
  }

  #latency(extraMs: number): Promise<void> {
    return sleep(this.#clock, 1 + this.#random.int(LONGEST_LATENCY_MS) + extraMs)
  }

  #within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.setTimer(timeoutMs, () => {
        reject(new Broken(`no answer within ${timeoutMs} ms`, { arrived: true }))
      })
      work.then(resolve, reject).finally(cancel)
    })
  }
}

async function handled(handler: Handler, { method, url, headers, body }: Message): Promise<Answer> {
  const query = url.search.slice(1)
  const reply: Reply = await handler({
    method,
    path: url.pathname,
    query,
    headers,
    body,
    params: {},
  })
  if (reply === NO_REPLY) throw new Broken('connection reset', { arrived: true })
  return { ...reply, headers: lowerCase(reply.headers), body: bytesOf(reply) }
}

function bytesOf({ body }: SandboxReply): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}

function responseOf({ status, headers, body }: Answer): Response {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  )
  const bodyless = [204, 205, 304].includes(status)
  return new Response(bodyless ? null : Buffer.from(body), { status, headers: lines })
}

/** Enough of a body to recognise it. */
function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8').replaceAll(/\s+/g, ' ').slice(0, 300)
}

function cutRequest(message: Message): Message {
  return { ...message, body: message.body.subarray(0, Math.floor(message.body.length / 2)) }
}

function cutAnswer(answer: Answer): Answer {
  return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function plain(headers: Answer['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.join(', '),
    ]),
  )
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
