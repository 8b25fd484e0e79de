/**
 * What callers were told, in the order in which they heard it: a promise that was made must be true
 * for ever, whatever died in between.
 */
export class History {
  readonly #answers = new Map<string, string>()
  readonly #paid = new Set<string>()
  readonly #refunds = new Set<string>()
  readonly violations: string[] = []

  /** The answer to a request under an idempotency key: equal for every repeat. */
  answered(key: string, answer: string): void {
    const before = this.#answers.get(key)
    if (before === undefined) this.#answers.set(key, answer)
    else if (before !== answer) this.violations.push(`I8 ${key}: ${before}, and then ${answer}`)
  }

  toldPaid(paymentId: string): void {
    this.#paid.add(paymentId)
  }

  toldRefund(refundId: string): void {
    this.#refunds.add(refundId)
  }

  violated(what: string): void {
    this.violations.push(what)
  }

  get paidPayments(): readonly string[] {
    return [...this.#paid]
  }

  get refunds(): readonly string[] {
    return [...this.#refunds]
  }
}
