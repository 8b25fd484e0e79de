/** The one way out to a provider: exact bytes, a deadline, and an honest word on what a failure means. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as it is: what was signed is what travels. */
  readonly body: Uint8Array | null
  /** From the first byte out to the last byte in. */
  readonly timeoutMs: number
  /** The longest answer that is read; two MiB where missing. */
  readonly maxResponseBytes?: number
  /** Client certificate for mutual TLS, PEM. */
  readonly tls?: ClientCertificate
}

export interface ClientCertificate {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Answers any HTTP status; throws HttpFailure when there is no whole answer. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  /** False only where the request surely never reached the other side (no connection). */
  readonly mayHaveArrived: boolean
  /** False where it tells nothing about the other side: this one request or answer was at fault. */
  readonly isOfOrigin: boolean
  constructor(
    message: string,
    options: { mayHaveArrived: boolean; isOfOrigin?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.mayHaveArrived = options.mayHaveArrived
    this.isOfOrigin = options.isOfOrigin ?? true
  }
}

/** What the header Retry-After asks for, in seconds or as a date; null where it asks for nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

/** What the bytes say, or undefined where they are no JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The sandbox: it speaks plain HTTP, and its payers come from this machine too. */
export function isOnThisMachine(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname)
}
