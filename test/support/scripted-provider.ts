import type { ClientAction } from '../../server/domain/client-action.ts'
import type { PaymentFact, RefundFact } from '../../server/domain/fact.ts'
import type { SettlementReport } from '../../server/domain/settlement.ts'
import { ProviderError, type ProviderOutcome } from '../../server/providers/errors.ts'
import type {
  Capabilities,
  CreatePaymentInput,
  NotifiedPayment,
  ParsedNotification,
  PaymentReference,
  Provider,
  RawNotification,
  RefundDestination,
  RefundInput,
  RefundReference,
} from '../../server/providers/provider.ts'
import type { Money } from '../../shared/money.ts'
import { LIFETIME_MS } from './scripted-capabilities.ts'

export { KEYED, LIFETIME_MS, LOOKED_UP } from './scripted-capabilities.ts'

interface BookedPayment {
  readonly outTradeNo: string
  readonly providerPaymentId: string
  readonly amount: Money
  status: PaymentFact['status']
}

interface BookedRefund {
  readonly outRefundNo: string
  readonly providerPaymentId: string
  readonly amount: Money
  readonly bookedAtMs: number
  status: RefundFact['status']
}

/** How a call goes wrong: before the provider did anything, or after it did all of it. */
export interface Mishap {
  readonly on:
    | 'create'
    | 'query'
    | 'close'
    | 'refund'
    | 'queryRefund'
    | 'continueRefund'
    | 'readSettlement'
  readonly when: 'before' | 'after'
  readonly outcome: ProviderOutcome
}

/**
 * A provider without a wire: a book of payments and refunds behind the port, and mishaps on demand.
 * For tests of the rules; the real adapters are tested against the simulators.
 */
export class ScriptedProvider implements Provider {
  readonly accountId: string
  readonly name = 'scripted'
  readonly capabilities: Capabilities
  readonly payments = new Map<string, BookedPayment>()
  readonly refunds = new Map<string, BookedRefund>()
  readonly calls: string[] = []
  readonly #mishaps: Mishap[] = []
  readonly #now: () => number
  /** Runs inside the next call of that kind, after its effect: to interleave others. */
  during: { on: Mishap['on']; run: () => Promise<void> } | null = null
  paidAmount: Money | null = null
  /** What its own books say, whichever day or file they are read from. */
  books: SettlementReport = { rows: [], problems: [] }
  /** What becomes of new refunds, and what the payment's further number is. */
  refundEndsAs: RefundFact['status'] = 'succeeded'
  providerReference: string | null = null
  /** Only where this account carries on refunds that wait; see `letContinue`. */
  continueRefund?: (ref: RefundReference, to: RefundDestination | null) => Promise<RefundFact>
  /** What the payer shall do with a new payment, in place of a QR code. */
  action: ClientAction | null = null

  constructor(options: { accountId: string; capabilities: Capabilities; now: () => number }) {
    this.accountId = options.accountId
    this.capabilities = options.capabilities
    this.#now = options.now
  }

  fail(mishap: Mishap, times = 1): void {
    this.#mishaps.push(...Array.from({ length: times }, () => mishap))
  }

  /** Takes back the mishaps that have not happened yet. */
  forgive(): void {
    this.#mishaps.length = 0
  }

  async createPayment(input: CreatePaymentInput) {
    const booked = await this.#call('create', () => {
      const known = this.payments.get(input.outTradeNo)
      if (known && this.capabilities.idempotency === 'key') return known
      const created: BookedPayment = {
        outTradeNo: input.outTradeNo,
        providerPaymentId: `P${this.calls.length}-${input.outTradeNo}`,
        amount: input.amount,
        status: 'pending',
      }
      this.payments.set(known ? `${input.outTradeNo} twice` : input.outTradeNo, created)
      return created
    })
    return {
      fact: this.#factOf(booked, 'create'),
      clientAction: this.action ?? {
        kind: 'qrCode' as const,
        content: `weixin://${booked.providerPaymentId}`,
        image: null,
        expiresAtMs: this.#now() + LIFETIME_MS,
      },
      providerState: {},
    }
  }

  async queryPayment(ref: PaymentReference): Promise<PaymentFact | null> {
    const booked = await this.#call('query', () => this.payments.get(ref.outTradeNo) ?? null)
    return booked && this.#factOf(booked, 'query')
  }

  async closePayment(ref: PaymentReference): Promise<PaymentFact> {
    const booked = await this.#call('close', () => {
      const found = this.payments.get(ref.outTradeNo)
      if (!found) return this.#throw({ on: 'close', outcome: 'rejected' })
      if (found.status === 'pending') found.status = 'cancelled'
      return found
    })
    return this.#factOf(booked, 'close')
  }

  async refund(input: RefundInput): Promise<RefundFact> {
    const booked = await this.#call('refund', () => {
      const known = this.refunds.get(input.outRefundNo)
      if (known && this.#remembers(known)) return known
      const created: BookedRefund = {
        outRefundNo: input.outRefundNo,
        providerPaymentId: input.payment.providerPaymentId ?? '',
        amount: input.amount,
        bookedAtMs: this.#now(),
        status: this.refundEndsAs,
      }
      this.refunds.set(known ? `${input.outRefundNo} twice` : input.outRefundNo, created)
      return created
    })
    return this.#refundFactOf(booked)
  }

  async queryRefund(ref: RefundReference): Promise<RefundFact | null> {
    const byOurNumber = this.capabilities.refunds?.keyMemoryMs === null
    const booked = await this.#call('queryRefund', () => {
      if (ref.providerRefundId === null && !byOurNumber) {
        return this.#throw({ on: 'queryRefund', outcome: 'unknown' })
      }
      return this.refunds.get(ref.outRefundNo) ?? null
    })
    return booked && this.#refundFactOf(booked)
  }

  /** From now on, a refund that waits is approved, wherever its money shall go. */
  letContinue(): void {
    this.continueRefund = async ({ outRefundNo }) => {
      const booked = await this.#call('continueRefund', () => {
        const found = this.refunds.get(outRefundNo)
        if (!found) return this.#throw({ on: 'continueRefund', outcome: 'rejected' })
        if (found.status === 'needsAction') found.status = 'processing'
        return found
      })
      return this.#refundFactOf(booked)
    }
  }

  #remembers({ bookedAtMs }: BookedRefund): boolean {
    const { idempotency, refunds } = this.capabilities
    const memoryMs = refunds?.keyMemoryMs ?? Number.MAX_SAFE_INTEGER
    return idempotency === 'key' && this.#now() - bookedAtMs < memoryMs
  }

  readSettlement(): Promise<SettlementReport> {
    return this.#call('readSettlement', () => this.books)
  }

  /** Notifications are JSON with a word that only the genuine ones know. */
  parseNotification(raw: RawNotification): ParsedNotification {
    const text = new TextDecoder().decode(raw.body)
    if (!text.startsWith('genuine ')) {
      throw new ProviderError({
        outcome: 'unverifiable',
        accountId: this.accountId,
        message: 'not genuine',
      })
    }
    const said: {
      eventId: string
      outTradeNo?: string
      outRefundNo?: string
      about?: NotifiedPayment
    } = JSON.parse(text.slice('genuine '.length))
    const booked = said.outTradeNo === undefined ? null : this.payments.get(said.outTradeNo)
    const refund = said.outRefundNo === undefined ? null : this.refunds.get(said.outRefundNo)
    return {
      kind: 'event',
      eventId: said.eventId,
      facts: [
        ...(booked ? [this.#factOf(booked, 'notification')] : []),
        ...(refund ? [this.#refundFactOf(refund)] : []),
      ],
      queries: said.about ? [said.about] : [],
    }
  }

  acknowledge() {
    return { status: 200, headers: {}, body: 'OK' }
  }

  /** The payer pays. */
  pay(outTradeNo: string): void {
    this.#booked(outTradeNo).status = 'paid'
  }

  #booked(outTradeNo: string): BookedPayment {
    const booked = this.payments.get(outTradeNo)
    if (!booked) throw new Error(`the provider does not know ${outTradeNo}`)
    return booked
  }

  #factOf(booked: BookedPayment, source: PaymentFact['source']): PaymentFact {
    return {
      kind: 'payment',
      source,
      accountId: this.accountId,
      outTradeNo: booked.outTradeNo,
      providerPaymentId: booked.providerPaymentId,
      ...(this.providerReference === null ? {} : { providerReference: this.providerReference }),
      status: booked.status,
      amount: this.paidAmount ?? booked.amount,
      appId: null,
      occurredAtMs: null,
      settlement: null,
      providerStatus: booked.status.toUpperCase(),
      unknownStatus: false,
    }
  }

  #refundFactOf(booked: BookedRefund): RefundFact {
    return {
      kind: 'refund',
      source: 'query',
      accountId: this.accountId,
      outRefundNo: booked.outRefundNo,
      providerRefundId: `R-${booked.outRefundNo}`,
      providerPaymentId: booked.providerPaymentId,
      status: booked.status,
      amount: booked.amount,
      advice: booked.status === 'needsAction' ? 'approve it' : null,
      settlement: null,
      providerStatus: booked.status.toUpperCase(),
      unknownStatus: false,
    }
  }

  async #call<T>(on: Mishap['on'], effect: () => T): Promise<T> {
    this.calls.push(on)
    const index = this.#mishaps.findIndex((mishap) => mishap.on === on)
    const [mishap] = index >= 0 ? this.#mishaps.splice(index, 1) : []
    if (mishap?.when === 'before') this.#throw(mishap)
    const result = effect()
    if (this.during?.on === on) {
      const { run } = this.during
      this.during = null
      await run()
    }
    if (mishap?.when === 'after') this.#throw(mishap)
    return result
  }

  #throw({ on, outcome }: Pick<Mishap, 'on' | 'outcome'>): never {
    throw new ProviderError({ outcome, accountId: this.accountId, message: `${on} went wrong` })
  }
}
