import type { ApiRequest, ApiResponse } from '../../shared/client/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { ClientAction } from '../../shared/contract/client-action.ts'
import type { CreatedCheckoutPayment, Reason } from '../../shared/contract/payments.ts'
import { PROBLEMS, type ProblemCode } from '../../shared/contract/problem.ts'
import type { Verdict } from '../../shared/payment-status.ts'

/** What happens to one request instead of the usual: `lost` arrives, but its answer does not. */
export type Fate = 'dropped' | 'lost' | 'hangs' | ApiResponse

export interface LoggedRequest extends ApiRequest {
  readonly atMs: number
}

export const WECHAT_ACTION: ClientAction = {
  kind: 'wechatPay',
  payParams: {
    appId: 'wx1234567890abcdef',
    timeStamp: '1772352000',
    nonceStr: 'nonce',
    package: 'prepay_id=wx01',
    signType: 'RSA',
    paySign: 'signature',
  },
}

/** The checkout part of the backend as far as a client can tell: keys, verdicts, held questions. */
export class CheckoutServer {
  readonly requests: LoggedRequest[] = []
  readonly payments: CreatedCheckoutPayment[] = []
  /** What becomes of the next requests, in order; those beyond go through. */
  readonly fates: Fate[] = []
  action: ClientAction | null = WECHAT_ACTION
  online = true
  /** Tokens that are taken; null takes every one, and none. */
  validToken: string | null = null
  readonly #clock: Clock
  readonly #answersByKey = new Map<string, CreatedCheckoutPayment>()
  #listeners: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get posts(): readonly LoggedRequest[] {
    return this.requests.filter(({ method }) => method === 'POST')
  }

  get gets(): readonly LoggedRequest[] {
    return this.requests.filter(({ method }) => method === 'GET')
  }

  get keys(): readonly (string | undefined)[] {
    return this.posts.map(({ headers }) => headers['idempotency-key'])
  }

  /** The server has heard what became of that payment (the latest, unless named). */
  decide(verdict: Verdict, reason: Reason | null = null, index = this.payments.length - 1): void {
    const payment = this.payments[index]
    if (!payment) throw new Error('there is no payment to decide')
    this.payments[index] = { ...payment, verdict, reason, clientAction: null }
    const due = this.#listeners
    this.#listeners = []
    for (const listener of due) listener()
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    this.requests.push({ ...request, atMs: this.#clock.nowMs() })
    const fate = this.fates.shift() ?? (this.online ? undefined : 'dropped')
    if (fate === 'dropped') throw new Error('request:fail')
    if (fate === 'hangs') return new Promise(() => undefined)
    if (fate === 'lost') {
      await this.#handle(request)
      throw new Error('request:fail interrupted')
    }
    return fate ?? this.#handle(request)
  }

  async #handle(request: ApiRequest): Promise<ApiResponse> {
    const { authorization } = request.headers
    if (this.validToken !== null && authorization !== `Bearer ${this.validToken}`) {
      return problem(authorization === undefined ? 'sessionMissing' : 'sessionExpired')
    }
    return request.method === 'POST' ? this.#create(request) : this.#confirm(request)
  }

  #create({ path, headers }: ApiRequest): ApiResponse {
    const orderRef = path.split('/')[3] ?? ''
    const key = headers['idempotency-key']
    if (!key) return problem('idempotencyKeyMissing')
    const known = this.#answersByKey.get(key)
    if (known) return { status: 200, body: known }
    const payment: CreatedCheckoutPayment = {
      paymentId: `pay${this.payments.length + 1}`,
      orderRef,
      scene: 'miniProgram',
      verdict: 'pending',
      reason: null,
      amount: { value: 1999, currency: 'CNY' },
      refunded: { value: 0, currency: 'CNY' },
      description: 'Tea',
      expiresAt: new Date(this.#clock.nowMs() + 7_200_000).toISOString(),
      paidAt: null,
      clientAction: this.action,
    }
    this.payments.push(payment)
    this.#answersByKey.set(key, payment)
    return { status: 201, body: payment }
  }

  async #confirm({ path }: ApiRequest): Promise<ApiResponse> {
    const { pathname, searchParams } = new URL(path, 'https://shop.example')
    const paymentId = pathname.split('/').at(-1)
    const find = () => this.payments.find((payment) => payment.paymentId === paymentId)
    const waitMs = Number(searchParams.get('waitMs'))
    if (!find()) return problem('paymentNotFound')
    if (find()?.verdict === 'pending' && waitMs > 0) {
      await new Promise<void>((resolve) => {
        this.#clock.setTimer(waitMs, resolve)
        this.#listeners.push(resolve)
      })
    }
    return { status: 200, body: find() }
  }
}

/** The answer with that code, as the server words it. */
export function problem(code: ProblemCode, headers: Record<string, string> = {}): ApiResponse {
  const [status, detail] = PROBLEMS[code]
  const body = { type: 'about:blank', title: code, status, code, detail, requestId: 'req1' }
  return { status, body, headers }
}
