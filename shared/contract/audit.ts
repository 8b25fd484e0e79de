import { z } from 'zod'
import { idSchema, instantSchema, orderRefSchema } from './common.ts'

/** What the audit proves, by the name under which it is promised. */
export const AUDIT_CLAIMS = {
  I1: 'paid only on the word of a verified source, with equal amount, currency and account',
  I2: 'what is paid at the provider is paid here, after bounded time',
  I3: 'each effect once',
  I4: 'refunds reserved and done never exceed what was paid',
  I5: 'forward only; contradictions are set aside and seen',
  I6: 'a second success for one order goes back',
  I7: 'what was acknowledged is on disk and is followed to its end',
  I8: 'one key, one execution, one answer',
  I10: 'the state is what the event log says',
} as const
export type AuditClaim = keyof typeof AUDIT_CLAIMS

/**
 * `violation`: our own books are wrong. `difference`: the provider's books say something else.
 * `attention`: a person should look. `info`: known, and no reason to worry.
 */
export const AUDIT_SEVERITIES = ['violation', 'difference', 'attention', 'info'] as const
export type AuditSeverity = (typeof AUDIT_SEVERITIES)[number]

type Finding = readonly [claim: AuditClaim, severity: AuditSeverity, advice: string]

const BY_HAND =
  'Rows were changed by hand or lost: compare with a backup, and with the provider, before anything is delivered or refunded.'
const ASK_PROVIDER =
  'Look in the provider’s dashboard. Where the money is there, have the provider send its notification again, or import its settlement.'

/** Everything that the audit can find: what it breaks, how bad it is, and what to do. */
export const AUDIT_FINDINGS = {
  paidWithoutEvidence: ['I1', 'violation', `Nothing that a provider said made this so. ${BY_HAND}`],
  evidenceContradicts: ['I1', 'violation', `What the provider said is not this. ${BY_HAND}`],
  evidenceNotKept: ['I1', 'info', 'From before evidence was kept. Nothing to do.'],
  evidenceSkipped: [
    'I1',
    'attention',
    'Written by an older version of the toolkit, or by hand. Where no older version was running then, compare with the provider.',
  ],
  paidHereNotThere: ['I1', 'difference', 'Deliver nothing. Look in the provider’s dashboard.'],
  amountDiffersThere: [
    'I1',
    'difference',
    'Compare both sums with the order in the provider’s dashboard.',
  ],
  missingFromBooks: [
    'I1',
    'difference',
    'Read the day’s books again; where the payment is still missing, ask the provider.',
  ],
  paidThereNotHere: ['I2', 'difference', ASK_PROVIDER],
  refundedThereNotHere: ['I2', 'difference', ASK_PROVIDER],
  refundedHereNotThere: [
    'I2',
    'difference',
    'The payer may not have the money. Look for the refund in the provider’s dashboard.',
  ],
  successNotApplied: [
    'I2',
    'violation',
    'A genuine notification said so, and nothing came of it. Look in the provider’s dashboard, and report it.',
  ],
  rowUnmatched: [
    'I2',
    'attention',
    'Money that moved without us: find out who sold or refunded it.',
  ],
  rowProblem: ['I2', 'attention', 'Compare the row with the payment; see docs/http-api.md.'],
  dayNotRead: ['I2', 'attention', 'Have the day read again, or send its file.'],
  notCompared: ['I2', 'attention', 'The provider gave no usable answer. Audit again later.'],
  overdue: ['I2', 'attention', 'Nobody has done this work. See that a server is running.'],
  heldTooLong: ['I2', 'attention', 'See whether the clocks of all servers agree.'],
  nobodyLooks: [
    'I2',
    'attention',
    'Its account may be gone from the configuration: put it back, or look in the dashboard.',
  ],
  effectTwice: ['I3', 'violation', `Something was done twice. ${BY_HAND}`],
  numberTwice: ['I3', 'violation', `One number names several things. ${BY_HAND}`],
  refundAbovePaid: ['I4', 'violation', 'Stop refunds of this payment, and compare the dashboard.'],
  refundOfUnpaid: ['I4', 'violation', 'Stop this refund at the provider, and compare.'],
  illegalStep: ['I5', 'violation', `There is no such step. ${BY_HAND}`],
  twoLivePayments: ['I5', 'violation', 'The payer could pay twice. Close the order.'],
  liveInClosedOrder: ['I5', 'violation', 'The payer could pay a closed order. Close it again.'],
  setAside: ['I5', 'attention', 'A provider contradicts our books: compare, and decide.'],
  duplicateKept: ['I6', 'violation', 'The payer paid twice. Refund this payment.'],
  duplicateWaits: ['I6', 'attention', 'The refund waits for you: see its `advice`.'],
  notificationStuck: [
    'I7',
    'violation',
    'See that a server is running; it gives up or applies it.',
  ],
  notificationUnreadable: ['I7', 'violation', BY_HAND],
  notificationForeign: [
    'I7',
    'attention',
    'A genuine notification named nothing of ours. Find out who else sells through this account.',
  ],
  keyTwice: ['I8', 'violation', `One wish was carried out twice. ${BY_HAND}`],
  claimUnfinished: [
    'I8',
    'attention',
    'A request ended without an answer. Its caller may repeat it with the same key.',
  ],
  statusDiffers: ['I10', 'violation', BY_HAND],
  firstEventMissing: ['I10', 'violation', BY_HAND],
  numberMissing: ['I10', 'violation', BY_HAND],
  belongsToNothing: ['I10', 'violation', BY_HAND],
  amountDiffers: ['I10', 'violation', BY_HAND],
  flagDiffers: ['I10', 'violation', BY_HAND],
  paidByWrongPayment: ['I10', 'violation', BY_HAND],
} as const satisfies Record<string, Finding>
export type AuditCode = keyof typeof AUDIT_FINDINGS

const codeSchema = z.custom<AuditCode>(
  (word) => typeof word === 'string' && Object.hasOwn(AUDIT_FINDINGS, word),
)
const claimSchema = z.custom<AuditClaim>(
  (word) => typeof word === 'string' && Object.hasOwn(AUDIT_CLAIMS, word),
)

export const AUDIT_ASKS = ['none', 'polled', 'all'] as const
/**
 * Whom the audit asks: nobody; the providers that may be asked at any time; or all, those included
 * that want to be asked only after an event.
 */
export type AuditAsk = (typeof AUDIT_ASKS)[number]

/** `GET /v1/audit`, operator. */
export const auditQuerySchema = z.strictObject({
  /** Orders made from this instant on. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Orders made before this instant. */
  until: z.iso.datetime({ offset: true }).optional(),
  /** Only this account's books are compared; our own are checked as a whole. */
  account: idSchema.optional(),
  ask: z.enum(AUDIT_ASKS).default('none'),
  /** The most orders that are replayed; with `nextCursor` the audit goes on behind them. */
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
  cursor: orderRefSchema.optional(),
})

export const auditFindingSchema = z.strictObject({
  code: codeSchema,
  claim: claimSchema,
  severity: z.enum(AUDIT_SEVERITIES),
  /** What it is about, such as `payment pay_…`. */
  kind: z.string(),
  id: z.string(),
  what: z.string(),
  advice: z.string(),
})
export type AuditFinding = z.infer<typeof auditFindingSchema>

const countsSchema = z.strictObject({
  violation: z.int(),
  difference: z.int(),
  attention: z.int(),
  info: z.int(),
})
export type AuditCounts = z.infer<typeof countsSchema>

export const auditReportSchema = z.strictObject({
  /** The moment at which the books were read. */
  at: instantSchema,
  /** False where the limit or the time ended it before the last order. */
  complete: z.boolean(),
  nextCursor: z.string().nullable(),
  /** How many of each were looked at. */
  checked: z.strictObject({
    orders: z.int(),
    payments: z.int(),
    refunds: z.int(),
    events: z.int(),
    notifications: z.int(),
    settlementRows: z.int(),
    /** Questions put to providers. */
    asked: z.int(),
  }),
  claims: z.array(countsSchema.extend({ claim: claimSchema, text: z.string() })),
  totals: countsSchema,
  /** The worst first; at most some hundred of each severity. */
  findings: z.array(auditFindingSchema),
  /** Findings that are counted and not listed. */
  leftOut: z.int(),
})
export type AuditReport = z.infer<typeof auditReportSchema>
export type AuditChecked = AuditReport['checked']
