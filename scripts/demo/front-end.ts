import {
  type CheckoutPayment,
  type CreatedCheckoutPayment,
  checkoutPaymentSchema,
  createdCheckoutPaymentSchema,
} from '../../shared/contract/payments.ts'
import { type Problem, problemSchema } from '../../shared/contract/problem.ts'
import type { Scene } from '../../shared/payment-status.ts'

/** The server refused, in its own words. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`)
    this.problem = problem
  }
}

const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36'

/**
 * A front end without a screen: a Mini Program (a token in a header) or a browser (cookies, and
 * redirects followed by hand). Speaks to the server over real HTTP only.
 */
export class FrontEnd {
  readonly #server: string
  readonly #network: typeof fetch
  readonly #cookies = new Map<string, string>()
  #token: string | null = null
  #userAgent = DESKTOP

  constructor(server: string, network: typeof fetch = fetch) {
    this.#server = server
    this.#network = network
  }

  /** The same visitor, cookies and all, at another process of the same server. */
  at(server: string): FrontEnd {
    const twin = new FrontEnd(server, this.#network)
    twin.#token = this.#token
    twin.#userAgent = this.#userAgent
    for (const [name, value] of this.#cookies) twin.#cookies.set(name, value)
    return twin
  }

  useToken(token: string): void {
    this.#token = token
  }

  /** What it says it is, to our server and to the providers' pages. */
  useDevice(device: 'desktop' | 'phone'): void {
    this.#userAgent = device === 'phone' ? PHONE : DESKTOP
  }

  /** Opens a page and follows where it leads, across hosts; answers with the last page. */
  async visit(address: string): Promise<{ url: string; status: number; text: string }> {
    let url = new URL(address, this.#server)
    for (let hop = 0; hop < 10; hop += 1) {
      const response = await this.#fetch(url, {})
      const location = response.headers.get('location')
      if (location === null) {
        return { url: url.href, status: response.status, text: await response.text() }
      }
      await response.body?.cancel()
      url = new URL(location, url)
    }
    throw new Error(`too many redirects from ${address}`)
  }

  async pay(
    orderRef: string,
    wish: { scene: Scene; accountId: string; key: string; checkoutToken?: string },
  ): Promise<CreatedCheckoutPayment> {
    const { key, ...body } = wish
    const answer = await this.send(`/v1/checkout/${orderRef}/payments`, { key, body })
    return createdCheckoutPaymentSchema.parse(answer)
  }

  async verdict(paymentId: string, waitMs = 0): Promise<CheckoutPayment> {
    const answer = await this.get(`/v1/checkout/payments/${paymentId}?waitMs=${waitMs}`)
    return checkoutPaymentSchema.parse(answer)
  }

  async get(path: string): Promise<unknown> {
    return read(await this.#fetch(new URL(path, this.#server), {}))
  }

  async send(path: string, { key, body }: { key: string; body: unknown }): Promise<unknown> {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': key,
      'sec-fetch-site': 'same-origin',
    }
    const url = new URL(path, this.#server)
    return read(await this.#fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('user-agent', this.#userAgent)
    const ours = url.origin === new URL(this.#server).origin
    if (ours && this.#token) headers.set('authorization', `Bearer ${this.#token}`)
    if (ours && this.#cookies.size > 0) {
      headers.set(
        'cookie',
        [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      )
    }
    const network = this.#network
    const response = await network(url, { ...init, headers, redirect: 'manual' })
    if (ours) this.#keepCookies(response)
    return response
  }

  #keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value)
    }
  }
}

async function read(response: Response): Promise<unknown> {
  const json: unknown = await response.json()
  if (response.ok) return json
  throw new Refused(problemSchema.parse(json))
}
