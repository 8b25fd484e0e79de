/** One JSON request to the shop's backend, with every way to fail told apart. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: Record<string, unknown>
  /** Made and stored before the first try; a repeat with it cannot act twice. */
  readonly idempotencyKey?: string
  /** Token of a session, where the answer is this payer's alone. */
  readonly token?: string
}

/** `offline`: no answer came, so nobody knows whether it arrived. `refused`: the server said no. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly kind: 'offline' | 'refused'
  /** HTTP status, or 0 without an answer. */
  readonly status: number

  constructor(kind: 'offline' | 'refused', status: number, message: string) {
    super(message)
    this.kind = kind
    this.status = status
  }
}

const TIMEOUT_MS = 15_000

/** The parsed JSON of a 2xx answer. Throws HttpError. */
export function requestJson(request: HttpRequest): Promise<unknown> {
  const { method, url, body } = request
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method,
      timeout: TIMEOUT_MS,
      header: headersOf(request),
      ...(body ? { data: body } : {}),
      success({ statusCode, data }) {
        if (statusCode >= 200 && statusCode < 300) resolve(data)
        else reject(new HttpError('refused', statusCode, `${method} ${url}: ${statusCode}`))
      },
      fail({ errMsg }) {
        reject(new HttpError('offline', 0, errMsg))
      },
    })
  })
}

function headersOf({ body, idempotencyKey, token }: HttpRequest): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body ? { 'content-type': 'application/json' } : {}),
    ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  }
}

export function isOffline(error: unknown): boolean {
  return isHttpError(error) && error.kind === 'offline'
}

/** The server understood and said no: the same request would be refused again. */
export function isRefused(error: unknown): boolean {
  return isHttpError(error) && error.status >= 400 && error.status < 500
}

export function isMissing(error: unknown): boolean {
  return isHttpError(error) && error.status === 404
}

export function isLoggedOut(error: unknown): boolean {
  return isHttpError(error) && error.status === 401
}

/** By name: a class does not survive being bundled twice. */
function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && error.name === 'HttpError'
}
