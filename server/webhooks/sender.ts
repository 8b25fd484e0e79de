/** The way out to merchants' receivers. One call is one attempt; what it means is not decided here. */

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as it is, by POST: what was signed is what travels. */
  readonly body: Uint8Array
  /** From the look-up of the host to the status of the answer. */
  readonly timeoutMs: number
}

export type WebhookAnswer =
  /** The receiver answered; redirects are answers like any other. */
  | {
      readonly kind: 'answered'
      readonly status: number
      /** What the header Retry-After asks for; null where it asks for nothing. */
      readonly retryAfterMs: number | null
    }
  /** No answer, for this reason, in words for the merchant. Whether it arrived is not known. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Never throws. A replacement keeps the deadline of each request too, on the clock of the toolkit. */
export type WebhookSender = (request: WebhookRequest) => Promise<WebhookAnswer>
