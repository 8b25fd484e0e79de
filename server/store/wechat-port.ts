/** The part of the port to the database that is about our apps at WeChat; all processes share it. */
export interface WechatReads {
  wechatCredential(name: CredentialName): Promise<WechatCredential | undefined>
  orderCentrePath(appId: string): Promise<OrderCentrePath | undefined>
}

export interface WechatWrites {
  /** Makes the row, empty, where it is not there yet. */
  lockWechatCredential(name: CredentialName): Promise<WechatCredential>
  updateWechatCredential(credential: WechatCredential): Promise<void>
  /** Writes the one row of its app, whether it is there or not, and ends any lease. */
  putOrderCentrePath(path: OrderCentrePath): Promise<void>
}

export const CREDENTIAL_KINDS = ['accessToken', 'jsapiTicket'] as const

export interface CredentialName {
  readonly appId: string
  readonly kind: (typeof CREDENTIAL_KINDS)[number]
}

/** Something that WeChat lends an app for about two hours. */
export interface WechatCredential extends CredentialName {
  /** The value, sealed with the secret of the app: nothing in the database opens it. Null: none yet. */
  readonly sealed: string | null
  /** From when on a new one should be asked for, though this one is still good. */
  readonly refreshAtMs: number | null
  readonly expiresAtMs: number | null
  /** Until then somebody is asking, and nobody else does. */
  readonly leaseUntilMs: number | null
  /** When renewal was forced, oldest first: WeChat counts them. */
  readonly forcedAtMs: readonly number[]
}

export const ORDER_CENTRE_STATES = ['waiting', 'registered', 'failed'] as const

/** The order page of a Mini Program, on its way to WeChat's order centre or there. */
export interface OrderCentrePath {
  readonly appId: string
  readonly path: string
  readonly state: (typeof ORDER_CENTRE_STATES)[number]
  /** Why WeChat has not taken it (yet), in its words. */
  readonly reason: string | null
  readonly dueAtMs: number | null
  readonly attempts: number
}
