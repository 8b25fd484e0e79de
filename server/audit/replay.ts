import { ORDER_EDGES, PAYMENT_EDGES, REFUND_EDGES, SHIPMENT_EDGES } from '../domain/transitions.ts'
import type { BookedEvent, Ledger } from '../store/books.ts'
import type { Found } from './tally.ts'

/** One step that the log tells of an order, payment, refund or shipment. */
export interface Step {
  readonly kind: Kind
  readonly id: string
  /** Null for its first event. */
  readonly from: string | null
  readonly to: string
  readonly event: BookedEvent
}

export interface Replay {
  /** Every legal step, in the order of the log. */
  readonly steps: readonly Step[]
  /** Payments that the log calls second successes. */
  readonly duplicates: ReadonlySet<string>
  readonly found: readonly Found[]
}

type Kind = 'order' | 'payment' | 'refund' | 'shipment'

type Edges = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>

const FIRST: Readonly<Record<Kind, { event: string; status: string; edges: Edges }>> = {
  order: { event: 'order.created', status: 'open', edges: ORDER_EDGES },
  payment: { event: 'payment.created', status: 'created', edges: PAYMENT_EDGES },
  refund: { event: 'refund.requested', status: 'requested', edges: REFUND_EDGES },
  shipment: { event: 'shipment.requested', status: 'requested', edges: SHIPMENT_EDGES },
}

/**
 * Walks through the log of one order, from nothing to the present: every event must be a step that
 * exists from where the log has come to, and where it ends must be what is stored. Pure.
 */
export function replay(ledger: Ledger): Replay {
  const walk = new Walk(ledger)
  for (const event of ledger.events) walk.take(event)
  walk.end()
  return { steps: walk.steps, duplicates: walk.duplicates, found: walk.found }
}

interface Place {
  readonly kind: Kind
  readonly id: string
  readonly stored: string
  status: string | null
  last: string | null
}

class Walk {
  readonly steps: Step[] = []
  readonly duplicates = new Set<string>()
  readonly found: Found[] = []
  readonly #order: string
  readonly #places = new Map<string, Place>()

  constructor({ order, payments, refunds, shipments }: Ledger) {
    this.#order = order.orderRef
    this.#put('order', order.orderRef, order.status)
    for (const { paymentId, status } of payments) this.#put('payment', paymentId, status)
    for (const { refundId, status } of refunds) this.#put('refund', refundId, status)
    for (const { shipmentId, status } of shipments) this.#put('shipment', shipmentId, status)
  }

  #put(kind: Kind, id: string, stored: string): void {
    this.#places.set(`${kind} ${id}`, { kind, id, stored, status: null, last: null })
  }

  take(event: BookedEvent): void {
    const kind = kindOf(event.type)
    const id = kind && this.#idOf(kind, event)
    const place = id === null ? undefined : this.#places.get(`${kind} ${id}`)
    if (!place) this.#lost(event)
    else if (event.type === 'payment.duplicate') this.#duplicate(place, event)
    else this.#step(place, event)
  }

  #idOf(kind: Kind, event: BookedEvent): string | null {
    const { orderRef: order, paymentId: payment, refundId: refund, shipmentId: shipment } = event
    return { order, payment, refund, shipment }[kind]
  }

  #lost({ seq, type }: BookedEvent): void {
    const what = `event ${seq} of order ${this.#order} is ${type}, of nothing that is stored`
    this.found.push({ code: 'belongsToNothing', kind: 'event', id: String(seq), what })
  }

  #duplicate(place: Place, { seq }: BookedEvent): void {
    if (place.status === 'paid' && !this.duplicates.has(place.id)) this.duplicates.add(place.id)
    else this.#tell(place, 'illegalStep', `event ${seq} calls it a second success: ${place.status}`)
  }

  #step(place: Place, event: BookedEvent): void {
    const { event: first, edges, status } = FIRST[place.kind]
    const from = place.status
    const to = event.type === first ? status : reachedBy(edges, event.type)
    const legal = event.type === first ? from === null : edges[from ?? '']?.[to] === event.type
    if (!legal) this.#illegal(place, event)
    else this.steps.push({ kind: place.kind, id: place.id, from, to, event })
    // Where the log is wrong in one place, the rest is still compared from there.
    if (to !== '') place.status = to
    place.last = event.type
  }

  #illegal(place: Place, { seq, type }: BookedEvent): void {
    if (place.status === null) {
      this.#tell(place, 'firstEventMissing', `its log begins with ${type} (event ${seq})`)
    } else if (place.last === type) {
      this.#tell(place, 'effectTwice', `event ${seq} writes ${type} a second time`)
    } else {
      this.#tell(place, 'illegalStep', `event ${seq} is ${type}, after ${place.status}`)
    }
  }

  end(): void {
    for (const place of this.#places.values()) {
      if (place.status === place.stored) continue
      if (place.status === null) this.#tell(place, 'firstEventMissing', 'the log has nothing of it')
      else {
        const what = `stored as ${place.stored}, and the log ends with ${place.status}`
        this.#tell(place, 'statusDiffers', what)
      }
    }
  }

  #tell({ kind, id }: Place, code: Found['code'], what: string): void {
    this.found.push({ code, kind, id, what })
  }
}

function kindOf(type: string): Kind | null {
  const [kind] = type.split('.')
  return kind !== undefined && isKind(kind) ? kind : null
}

function isKind(word: string): word is Kind {
  return Object.hasOwn(FIRST, word)
}

/** What an event of that name always leads to; empty for a name that no step writes. */
function reachedBy(edges: Edges, type: string): string {
  for (const steps of Object.values(edges)) {
    for (const [to, event] of Object.entries(steps)) if (event === type) return to
  }
  return ''
}
