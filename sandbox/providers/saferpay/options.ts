import { z } from 'zod'

/** One terminal with its login, as the Saferpay Backoffice would hold it. */
export interface SaferpayTerminal {
  /** 1 to 8 digits. */
  readonly customerId: string
  /** 8 digits. */
  readonly terminalId: string
  /** `API_<customerId>_<n>`. */
  readonly username: string
  readonly password: string
  /** Enabled on the terminal; fresh test accounts have EUR and CHF. */
  readonly currencies: readonly string[]
  readonly wechat: { readonly mchId: string; readonly appId: string; readonly apiKey: string }
}

const MINUTE_MS = 60_000
const rateSchema = z.string().regex(/^\d{1,6}\.\d{4}$/, 'a rate has four decimals: 8.1234')

/** What the documents leave open; each default says why it is the default. */
export const behaviourSchema = z.strictObject({
  /** How long a page waits for its payer: typically 20 minutes, an hour at most. */
  lifetimeMs: z
    .int()
    .min(1_000)
    .max(60 * MINUTE_MS)
    .default(20 * MINUTE_MS),
  /** What Assert says of a page that lapsed before anybody paid. */
  lapsedAs: z
    .enum(['TRANSACTION_NOT_STARTED', 'TRANSACTION_ABORTED', 'TOKEN_EXPIRED'])
    .default('TRANSACTION_NOT_STARTED'),
  /** What Assert says while the payer stands before the code. */
  startedAs: z.enum(['TRANSACTION_NOT_STARTED', 'PENDING']).default('TRANSACTION_NOT_STARTED'),
  /** WeChat has no capture step, so a payment is captured at once. */
  paysAs: z.enum(['CAPTURED', 'AUTHORIZED', 'PENDING']).default('CAPTURED'),
  /** Whether a token serves Assert only once it has told the end. */
  assertOnce: z.boolean().default(false),
  /** WeChat's permission to switch from a browser to the app; without it payments are rejected. */
  h5Permission: z.boolean().default(true),
  /** Inquire is "a few minutes" behind. */
  inquireLagMs: z
    .int()
    .min(0)
    .default(2 * MINUTE_MS),
  /** "Capture no" in the method's table suggests that a refund is captured at once. */
  refundsAs: z.enum(['CAPTURED', 'AUTHORIZED', 'PENDING']).default('CAPTURED'),
  /** How pending refunds end, and how long they and pending payments take. */
  pendingRefundsEndAs: z.enum(['CAPTURED', 'DECLINED']).default('CAPTURED'),
  pendingMs: z
    .int()
    .min(1)
    .default(10 * MINUTE_MS),
  /** The day's turnover must cover a refund. */
  turnoverRule: z.boolean().default(true),
  /** The name of the error is not documented for this case. */
  turnoverError: z
    .enum(['NO_CREDITS_AVAILABLE', 'CONDITION_NOT_SATISFIED'])
    .default('NO_CREDITS_AVAILABLE'),
  /** Which repeats of a RequestId get the first answer again; how strict the real one is, is open. */
  dedupe: z.enum(['retries', 'always', 'never']).default('retries'),
  /** Accounts that poll can be blocked; after how many questions in vain is not documented. */
  blockedAfterPolls: z.int().min(1).nullable().default(null),
  /** Wrong credentials end at the firewall, with 403 and without JSON. */
  firewall: z.boolean().default(false),
  /** Documented: up to two more tries; their spacing is not. */
  notificationRetries: z.int().min(0).default(2),
  notificationRetryEveryMs: z.int().min(1).default(MINUTE_MS),
  /** CNY for one unit of the payment's currency, of mid-2026 or so. */
  walletRates: z.record(z.string().regex(/^[A-Z]{3}$/), rateSchema).default({
    CHF: '8.9100',
    EUR: '8.3200',
    GBP: '9.6300',
    USD: '7.1100',
  }),
  /** The Management API may shrink pages "to a reasonable value". */
  listPageMax: z.int().min(1).max(2_000).default(2_000),
  /** The specification's example shows a decimal beside its currency, its dictionary an object. */
  listAmounts: z.enum(['decimal', 'object']).default('decimal'),
  /** A word for the State of listed transactions that no document has. */
  listState: z.string().max(32).nullable().default(null),
  /** How far Saferpay's own clock is off. */
  clockSkewMs: z.int().default(0),
})
export type SaferpayBehaviour = z.infer<typeof behaviourSchema>
export type SaferpayBehaviourInput = z.input<typeof behaviourSchema>
