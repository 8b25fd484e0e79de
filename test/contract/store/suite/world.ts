import type { DomainEvent } from '../../../../server/domain/event.ts'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { Change, Store } from '../../../../server/store/store.ts'
import { anOrder, aPayment } from '../../../support/domain.ts'

/** An empty, migrated database with a store on it. */
interface World {
  readonly store: Store
  close(): Promise<void>
}

export type OpenWorld = () => Promise<World>

/** A test's body with a world of its own, which is closed whatever happens. */
export function inWorld<W extends { close(): Promise<void> }>(
  open: () => Promise<W>,
  body: (world: W) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const world = await open()
    try {
      await body(world)
    } finally {
      await world.close()
    }
  }
}

/** The whole numbers from 1 to `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** Stores an order and one payment for it, all told apart by `number`. */
export function numberedPayment(number: number, fields: Partial<Payment> = {}): Payment {
  return aPayment({
    paymentId: `pay_${number}`,
    orderRef: `tea-${number}`,
    outTradeNo: `p${number}`,
    providerPaymentId: null,
    ...fields,
  })
}

export async function savePayment(store: Store, payment: Payment): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.insertOrder(anOrder({ orderRef: payment.orderRef, amount: payment.amount }))
    await tx.insertPayment(payment)
  })
}

export function orderEvent(type: DomainEvent['type'], orderRef: string): DomainEvent {
  return { type, orderRef, paymentId: null, refundId: null }
}

/** Listens from now on; `next` resolves with the first change, past or to come, that fits. */
export function listen(store: Store) {
  const heard: Change[] = []
  const waiting = new Set<() => void>()
  const stop = store.onChange((change) => {
    heard.push(change)
    for (const look of waiting) look()
  })
  return {
    heard,
    stop,
    next: (fits: (change: Change) => boolean): Promise<Change> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find(fits)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

export const isWakeUp = (change: Change): boolean => change.kind === 'due' && change.atMs === 0

export const tellsOf =
  (paymentId: string) =>
  (change: Change): boolean =>
    change.kind === 'payment' && change.paymentId === paymentId
