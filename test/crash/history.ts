import { isDeepStrictEqual } from 'node:util'
import type { Money } from '../../shared/money.ts'
import type { Verdict } from '../../shared/payment-status.ts'

/** What callers were told, which must stay true whatever is killed afterwards. */
export class History {
  readonly orders = new Map<string, Money>()
  /** Every order that was ever asked for, answered or not. */
  readonly orderRefs = new Set<string>()
  /** Orders whose end was acknowledged to the merchant. */
  readonly closed = new Set<string>()
  /** The first payment that was answered for each key of a payer. */
  readonly payments = new Map<string, { readonly orderRef: string; readonly paymentId: string }>()
  readonly verdicts = new Map<string, Set<Verdict>>()
  readonly refunds = new Map<string, { readonly paymentId: string; readonly amount: Money }>()
  /** Two different answers to one key. */
  readonly contradictions: string[] = []
  /** What the server refused for good, by code. */
  readonly refusals = new Map<string, number>()
  /** Requests that nobody answered although the servers were left alone for long enough. */
  readonly unanswered: string[] = []
  #answers = new Map<string, unknown>()

  /** Notes an answer that was given under an idempotency key. */
  answered(key: string, answer: unknown): void {
    if (!this.#answers.has(key)) this.#answers.set(key, answer)
    else if (!isDeepStrictEqual(this.#answers.get(key), answer)) {
      const [first, second] = [this.#answers.get(key), answer].map((each) => JSON.stringify(each))
      this.contradictions.push(`I8 ${key} was answered ${first} and ${second}`)
    }
  }

  saw(paymentId: string, verdict: Verdict): void {
    const seen = this.verdicts.get(paymentId) ?? new Set()
    this.verdicts.set(paymentId, seen.add(verdict))
  }

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }
}
