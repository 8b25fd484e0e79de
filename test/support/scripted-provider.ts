import type { PaymentFact, RefundFact } from '../../server/domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../../server/providers/errors.ts'
import type {
  Capabilities,
  CreatePaymentInput,
  NotifiedPayment,
  ParsedNotification,
  PaymentReference,
  Provider,
  RawNotification,
  RefundInput,
} from '../../server/providers/provider.ts'
import type { Money } from '../../shared/money.ts'

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
  status: RefundFact['status']
}

/** How a call goes wrong: before the provider did anything, or after it did all of it. */
export interface Mishap {
  readonly on: 'create' | 'query' | 'close' | 'refund' | 'queryRefund'
  readonly when: 'before' | 'after'
  readonly outcome: ProviderOutcome
}

export const LIFETIME_MS = 2 * 60 * 60 * 1000

export const KEYED: Capabilities = {
  scenes: ['miniProgram', 'officialAccount', 'desktopQr'],
  currencies: 'any',
  amount: { minMinor: 1, maxMinor: Number.MAX_SAFE_INTEGER },
  query: { rule: 'poll', intervalMs: 3_000 },
  idempotency: 'key',
  refunds: {
    partial: true,
    repeated: true,
    windowMs: 365 * 24 * 60 * 60 * 1000,
    keyMemoryMs: null,
  },
  settlement: [],
  paymentLifetimeMs: LIFETIME_MS,
  needsOpenid: ['miniProgram', 'officialAccount'],
}

export const LOOKED_UP: Capabilities = {
  ...KEYED,
  query: { rule: 'onEvent' },
  idempotency: 'lookup',
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

  constructor(options: { accountId: string; capabilities: Capabilities; now: () => number }) {
    this.accountId = options.accountId
    this.capabilities = options.capabilities
    this.#now = options.now
  }

  fail(mishap: Mishap): void {
    this.#mishaps.push(mishap)
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
      clientAction: {
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
      const found = this.#booked(ref.outTradeNo)
      if (found.status === 'pending') found.status = 'cancelled'
      return found
    })
    return this.#factOf(booked, 'close')
  }

  async refund(input: RefundInput): Promise<RefundFact> {
    const booked = await this.#call('refund', () => {
      const known = this.refunds.get(input.outRefundNo)
      if (known && this.capabilities.idempotency === 'key') return known
      const created: BookedRefund = {
        outRefundNo: input.outRefundNo,
        providerPaymentId: input.payment.providerPaymentId ?? '',
        amount: input.amount,
        status: 'succeeded',
      }
      this.refunds.set(known ? `${input.outRefundNo} twice` : input.outRefundNo, created)
      return created
    })
    return this.#refundFactOf(booked)
  }

  async queryRefund(ref: { outRefundNo: string }): Promise<RefundFact | null> {
    const booked = await this.#call('queryRefund', () => this.refunds.get(ref.outRefundNo) ?? null)
    return booked && this.#refundFactOf(booked)
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
    const said: { eventId: string; outTradeNo?: string; about?: NotifiedPayment } = JSON.parse(
      text.slice('genuine '.length),
    )
    const booked = said.outTradeNo === undefined ? null : this.payments.get(said.outTradeNo)
    return {
      kind: 'event',
      eventId: said.eventId,
      facts: booked ? [this.#factOf(booked, 'notification')] : [],
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
      advice: null,
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

  #throw({ on, outcome }: Mishap): never {
    throw new ProviderError({ outcome, accountId: this.accountId, message: `${on} went wrong` })
  }
}
