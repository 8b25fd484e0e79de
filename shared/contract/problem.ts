import { z } from 'zod'

/** Every error code of the HTTP surface, with its status and the advice that goes with it. */
export const PROBLEMS = {
  invalidJson: [400, 'The body is not valid JSON. Send a JSON object as UTF-8.'],
  invalidRequest: [400, 'Some fields are not as they should be; see `issues`.'],
  invalidAmount: [
    400,
    'An amount is a whole number of minor units from 1 to 9007199254740991, with a currency.',
  ],
  settlementUnreadable: [
    400,
    'This is no settlement file of the account, or it is damaged; see `issues`. Nothing was applied.',
  ],
  idempotencyKeyMissing: [400, 'Send an Idempotency-Key header, made once and kept for repeats.'],
  unauthenticated: [401, 'Send the API key of the merchant as Authorization: Bearer.'],
  sessionMissing: [401, 'Log in first, and send the session token.'],
  sessionExpired: [401, 'The session is over. Log in again; the order is still there.'],
  notGenuine: [401, 'The notification does not verify. Check the keys of the provider account.'],
  loginCodeInvalid: [401, 'WeChat refused the login code. Ask for a new one and log in again.'],
  payerBlocked: [403, 'WeChat does not let this account pay.'],
  pageNotOurs: [403, 'Only pages of this server are signed for the JS-SDK; see `detail`.'],
  snapshotUser: [403, 'A preview account of WeChat cannot pay. Open the full page and try again.'],
  orderNotFound: [
    404,
    'There is no such order here for you. Check the order and who is logged in.',
  ],
  paymentNotFound: [404, 'There is no such payment here for you.'],
  refundNotFound: [404, 'There is no such refund here.'],
  accountNotFound: [404, 'No provider account has this name. See toolkit.config.ts.'],
  webhookEndpointNotFound: [
    404,
    'There is no such webhook endpoint. See GET /v1/webhookEndpoints.',
  ],
  webhookDeliveryNotFound: [
    404,
    'There is no such webhook delivery. See GET /v1/webhookDeliveries.',
  ],
  notFound: [404, 'There is nothing at this address. See the list of endpoints in the README.'],
  methodNotAllowed: [405, 'This address does not take this method.'],
  orderRefTaken: [409, 'Another order has this orderRef. Use a new one for other parameters.'],
  orderAlreadyPaid: [409, 'This order is paid. Nothing more is needed.'],
  orderClosed: [409, 'This order can no longer be paid. Make a new order.'],
  orderNotPaid: [409, 'Only a paid order can be shipped.'],
  shipmentConflict: [409, 'This cannot be shipped any more, or not in this way; see `detail`.'],
  paymentNotPaid: [409, 'Only a paid payment can be refunded.'],
  paymentBusy: [409, 'Another attempt for this order is being settled. Try again shortly.'],
  idempotencyKeyReused: [409, 'This key was used with other parameters. Make a new key for them.'],
  idempotencyKeyInFlight: [
    409,
    'The first request with this key is still running. Repeat shortly.',
  ],
  refundExceedsPaid: [409, 'The refund is more than what is left of the payment.'],
  refundNotWaiting: [409, 'Only a refund that needs an action can be continued; see `detail`.'],
  refundUncertain: [
    409,
    'The provider cannot say whether it made this refund. Compare its dashboard; where it is not there, continue with `sendAgain`.',
  ],
  webhookEndpointDisabled: [
    409,
    'This webhook endpoint is switched off. Switch it on first: PATCH it with {"enabled": true}.',
  ],
  tooManyWebhookEndpoints: [
    409,
    'There are as many webhook endpoints as there can be. Delete one that is not needed.',
  ],
  auditRunning: [409, 'An audit is running here already. Ask again when it has ended.'],
  bodyTooLarge: [413, 'The body is too large. Keep it under 64 KiB.'],
  unsupportedMediaType: [415, 'Send application/json.'],
  sceneUnsupported: [
    422,
    'This account cannot serve this scene; see `accounts` for those that can.',
  ],
  currencyUnsupported: [422, 'The account does not take this currency.'],
  amountUnsupported: [422, 'The account does not take this amount.'],
  refundUnsupported: [422, 'The account cannot make this refund.'],
  settlementUnsupported: [
    422,
    'No settlement is read from this account in this way; see `accounts` for those that have it.',
  ],
  shipmentUnsupported: [422, 'WeChat takes no shipment of this order; see `detail`.'],
  webhookUrlRefused: [422, 'Webhooks cannot go to this URL; see `detail`.'],
  payerRequired: [
    422,
    'This scene needs a payer: one who logged in inside WeChat, or the one named with the order.',
  ],
  payerMismatch: [422, 'The payer logged in to another app than this account pays with.'],
  virtualGoods: [
    422,
    'WeChat has virtual goods sold in a Mini Program through wx.requestVirtualPayment only, which this toolkit does not do. Pay this order outside the Mini Program, such as on a page or by QR code.',
  ],
  tooManyRequests: [429, 'Too many requests. Wait as long as Retry-After says.'],
  internal: [500, 'Our fault. Repeat with the same Idempotency-Key; report the requestId.'],
  providerRejected: [502, 'The provider refused the request; see `detail`.'],
  providerUnavailable: [
    503,
    'The provider cannot be reached. Nothing was taken; repeat with the same Idempotency-Key.',
  ],
  providerOutcomeUnknown: [
    503,
    'The provider did not answer in time. Repeat with the same Idempotency-Key, never a new one.',
  ],
  identityUnavailable: [503, 'WeChat login cannot be reached. Try again shortly.'],
  overloaded: [
    503,
    'The server is busy, and did nothing yet. Wait as long as Retry-After says, then repeat.',
  ],
  shuttingDown: [503, 'The server is restarting. Repeat with the same Idempotency-Key.'],
} as const satisfies Record<string, readonly [status: number, advice: string]>

export type ProblemCode = keyof typeof PROBLEMS

export function isProblemCode(word: string): word is ProblemCode {
  return Object.hasOwn(PROBLEMS, word)
}

/** `application/problem+json` (RFC 9457): stable `code`, advice in `detail`, and the request id. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.custom<ProblemCode>((word) => typeof word === 'string' && isProblemCode(word)),
  detail: z.string(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  accounts: z.array(z.string()).optional(),
})
export type Problem = z.infer<typeof problemSchema>
