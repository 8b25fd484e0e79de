import type { CreateCheckoutPaymentRequest } from '../contract/payments.ts'
import { quietly } from './once.ts'
import type { ClientStorage } from './types.ts'

/** One try to pay one order, kept so that a killed page loses nothing. */
export interface Attempt {
  /** The idempotency key: made before the first request and never changed. */
  readonly key: string
  /** Sent exactly so on every repeat, whatever the page would ask for today. */
  readonly request: CreateCheckoutPaymentRequest
  /** Once the server has answered; until then only the key can be repeated. */
  paymentId?: string
}

/** Reads, and writes, the one attempt of an order; null is none. */
export type AttemptStore = readonly [
  load: () => Attempt | null,
  save: (attempt: Attempt | null) => void,
]

/** Where the storage fails, memory takes over and only resuming is lost. */
export function createAttemptStore(storage: ClientStorage, orderRef: string): AttemptStore {
  const name = `wechat-pay:${orderRef}`
  let memory: Attempt | null = null
  return [
    () => {
      const stored: unknown = memory || quietly(() => JSON.parse(String(storage.get(name))))
      return isAttempt(stored) ? stored : null
    },
    (attempt) => {
      memory = attempt
      quietly(() => {
        if (attempt) storage.set(name, JSON.stringify(attempt))
        // What cannot be removed is settled: the next look at it finds the verdict on the server.
        else storage.remove(name)
        memory = null
      })
    },
  ]
}

function isAttempt(value: unknown): value is Attempt {
  const { key, request, paymentId = '' }: Readonly<Record<string, unknown>> = Object(value)
  return typeof key === 'string' && request === Object(request) && typeof paymentId === 'string'
}
