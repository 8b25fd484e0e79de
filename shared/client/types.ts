/** The words of the checkout client: what a page hands in, and what it gets back. Types only. */
import type { Clock } from '../clock.ts'
import type { ClientAction } from '../contract/client-action.ts'
import type { CheckoutPayment, CreateCheckoutPaymentRequest } from '../contract/payments.ts'
import type { ProblemCode } from '../contract/problem.ts'
import type { Verdict } from '../payment-status.ts'

/** Carries one request to the backend. Rejects where no answer came: offline, time-out, interrupted. */
export interface Api {
  request(request: ApiRequest): Promise<ApiResponse>
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** From the root of the backend, query included: `/v1/checkout/…`. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** To be sent as JSON; absent on GET. */
  readonly body?: unknown
  /** The checkout stops waiting after so long; a transport that can abort should do it then. */
  readonly timeoutMs: number
}

export interface ApiResponse {
  readonly status: number
  /** The parsed JSON; whatever else came is passed on as it is. */
  readonly body: unknown
  /** Read for `Retry-After` only, in any case of letters. */
  readonly headers?: Readonly<Record<string, unknown>>
}

/** Who is paying. `createSession` makes one for tokens; a page with a cookie gives `null` tokens. */
export interface Session {
  /** The token to send, after logging in where there is none yet; null where a cookie carries it. */
  token(): Promise<string | null>
  /** Logs in again after the server refused that token. However many ask, one login runs. */
  renew(refused: string | null): Promise<string | null>
}

/** Synchronous and small: `wx.getStorageSync` or `localStorage`. A store that throws costs only resuming. */
export interface ClientStorage {
  get(key: string): string | null
  set(key: string, value: string): void
  remove(key: string): void
}

/** Whether the payer can see this page. While not, no request is started. */
export interface Visibility {
  visible(): boolean
  /** Calls after every change; the answer ends it. */
  onChange(listener: () => void): () => void
}

/** What a surface said about itself. Advisory: it never makes a payment paid or unpaid. */
export type SurfaceReason =
  /** Another surface or a verdict took its place. */
  | 'superseded'
  /** Its time ran out on this device's clock. */
  | 'expired'
  /** This surface cannot do this kind of action. */
  | 'unsupportedAction'
  /** WeChat's bridge is not there, or did not get ready in time. */
  | 'bridgeMissing'
  /** WeChat denies this app, page or scene the right to pay. */
  | 'noPermission'
  /** The page's address is not a registered payment directory. */
  | 'urlNotRegistered'
  /** Developer tools and emulators do not pay. */
  | 'simulator'
  /** The order behind the cashier has expired, or belongs to another app or scene. */
  | 'prepayInvalid'
  /** Anything else; the text is in `detail`. */
  | 'unknown'

export interface BridgeResult {
  /**
   * `finished`: the surface says it is done. `dismissed`: the payer left it. `failed`: it broke.
   * `unavailable`: it cannot work here at all. `none`: there is nothing to say, as after a redirect.
   */
  readonly surface: 'finished' | 'dismissed' | 'failed' | 'unavailable' | 'none'
  readonly reason?: SurfaceReason | undefined
  /** The surface's own words, for logs. */
  readonly detail?: string | undefined
}

/** One way to open the cashier. Never rejects; what it cannot do is `unavailable` with a reason. */
export interface Bridge {
  invoke(action: ClientAction): Promise<BridgeResult>
  /** The verdict is in while the surface is still open: take it down. */
  close?(): void
}

export interface CheckoutLimits {
  /**
   * How long an unanswered create call is repeated, and how long the server is asked before the
   * verdict `pending` is given. Default 30 000.
   */
  readonly confirmMs: number
  /**
   * The same, where nothing says that the payer has finished: the cashier was left, broke, never
   * opened, or belongs to an earlier view that is only resumed. Default 5 000.
   */
  readonly unfinishedMs: number
  /**
   * How long a cashier that stays silent in view is watched before it counts as lost; the watch
   * begins after ten seconds. Default 900 000.
   */
  readonly surfaceMs: number
  /** How long one request may take, on top of the wait it asks for. Default 20 000. */
  readonly requestMs: number
}

export interface CheckoutOptions {
  readonly orderRef: string
  /** What to ask for: the scene, and where needed the checkout token, an account, a locale. */
  readonly request: CreateCheckoutPaymentRequest
  readonly api: Api
  readonly session: Session
  readonly bridge: Bridge
  readonly storage: ClientStorage
  readonly clock: Clock
  /** An unguessable word of 8 to 128 visible ASCII characters, new on every call. */
  readonly newKey: () => string
  /** Without it the page counts as always in view. */
  readonly visibility?: Visibility
  readonly limits?: Partial<CheckoutLimits>
}

export interface CheckoutResult {
  /** The server's word, never a surface's. `pending`: not decided yet; the state is kept. */
  readonly verdict: Verdict
  /** Null only where a resumed checkout could not reach the server. */
  readonly payment: CheckoutPayment | null
  /**
   * How the cashier ended. `lost`: it never answered. `none`: none was open, or the verdict came
   * first. With `pending`, `dismissed` means "not paid yet: pay again or check again".
   */
  readonly surface: BridgeResult['surface'] | 'lost'
  readonly reason?: SurfaceReason | undefined
  readonly detail?: string | undefined
  /** Why the server could not be asked the last time, where the verdict is `pending` for that. */
  readonly problem?: CheckoutProblem
}

/** `offline`: no answer. `unexpectedAnswer`: an answer that is not this server's, as of a proxy. */
export type CheckoutErrorCode = ProblemCode | 'offline' | 'unexpectedAnswer'

export interface CheckoutProblem {
  readonly code: CheckoutErrorCode
  /**
   * What a developer should do, in the server's words; empty where no server said anything. Pages
   * show `translate(locale, 'problem.' + code)`.
   */
  readonly advice: string
  /** The same attempt may still succeed; the stored state is kept, so pay or resume again. */
  readonly retryable: boolean
  readonly requestId?: string | undefined
}

/** The one error that the client rejects with. Tell it by `isCheckoutError`, compare by `code`. */
export interface CheckoutError extends Error, CheckoutProblem {
  readonly name: 'CheckoutError'
  /** When the client repeats the request by itself, at the earliest; undefined: it does not. */
  readonly repeatAfterMs?: number | undefined
}

export interface Checkout {
  /**
   * Creates the payment, opens the cashier and resolves with the server's verdict. A second call
   * while one runs gets the same promise. Rejects with `CheckoutError` where no payment came about.
   */
  pay(): Promise<CheckoutResult>
  /**
   * Takes up what an earlier view of this order left undecided, without opening a cashier: after a
   * killed page, a redirect, `onShow`, or "check again". A verdict resolves at once; without one it
   * is `pending` after `unfinishedMs`, so that the page can offer to go on, and calling again is
   * cheap. Resolves with null where nothing is open.
   */
  resume(): Promise<CheckoutResult | null>
}
