import type { PaymentStatus } from '../../shared/payment-status.ts'
import type { Payment } from '../domain/payment.ts'
import type { Change } from './store.ts'

/** What one transaction changes, told once it is committed; of each payment the last. */
export class ChangeLog {
  readonly #payments = new Map<string, PaymentStatus>()
  #earliestDueAtMs: number | null = null

  payment({ paymentId, status }: Pick<Payment, 'paymentId' | 'status'>): void {
    this.#payments.set(paymentId, status)
  }

  due(atMs: number | null): void {
    if (atMs === null) return
    this.#earliestDueAtMs = Math.min(this.#earliestDueAtMs ?? atMs, atMs)
  }

  list(): readonly Change[] {
    const payments = [...this.#payments].map(
      ([paymentId, status]): Change => ({ kind: 'payment', paymentId, status }),
    )
    return this.#earliestDueAtMs === null
      ? payments
      : [...payments, { kind: 'due', atMs: this.#earliestDueAtMs }]
  }
}

/** Wakes everybody: something may have happened that nobody could tell. */
export const WAKE_UP: Change = { kind: 'due', atMs: 0 }

/** The listeners of one store. */
export class ChangeEmitter {
  readonly #listeners = new Set<(change: Change) => void>()

  /** The answer ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void {
    // A wrapper of its own, so that subscribing one function twice is two subscriptions.
    const subscription = (change: Change): void => {
      listener(change)
    }
    this.#listeners.add(subscription)
    return () => {
      this.#listeners.delete(subscription)
    }
  }

  /**
   * Each listener runs on its own, after the caller: what it throws reaches neither the transaction
   * that committed nor the other listeners, and is not hidden either.
   */
  emit(changes: readonly Change[]): void {
    for (const change of changes) {
      for (const listener of this.#listeners) {
        queueMicrotask(() => {
          if (this.#listeners.has(listener)) listener(change)
        })
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
