import type { EventType } from '../domain/event.ts'
import { isShippedAs, type Shipment } from '../domain/shipment.ts'
import { SHIPMENT_EDGES } from '../domain/transitions.ts'
import type { Said } from '../mini-program/port.ts'
import type { ShippingDeps } from './shipping-deps.ts'

const SECOND_MS = 1_000
const HOUR_MS = 60 * 60 * SECOND_MS
/** WeChat learns of a payment within seconds, as a rule. */
const FIRST_RETRY_MS = 2 * SECOND_MS
const LONGEST_RETRY_MS = HOUR_MS / 2
/** By then the merchant's 48 hours are over: nothing of it should pass unseen. */
const GIVE_UP_MS = 72 * HOUR_MS
/** While a call may be running, nobody else makes one. */
const CALL_LEASE_MS = 60 * SECOND_MS
/** Shipments of one order go in the order in which they were made. */
const BEHIND_ANOTHER_MS = 3 * SECOND_MS

/**
 * Tells WeChat of one shipment that is due, and writes down what became of it. What may have reached
 * WeChat before is looked for first: a crash between the call and its record makes no second, other
 * upload. What WeChat does not take yet is tried again at growing gaps; what it never takes is
 * `failed` with its words. Lets storage faults through: the row is held and comes back.
 */
export async function uploadShipment(deps: ShippingDeps, claimed: Shipment): Promise<void> {
  if (claimed.status !== 'requested') return await settle(deps, claimed, {})
  if (await isBehindAnother(deps, claimed)) {
    const dueAtMs = deps.clock.nowMs() + BEHIND_ANOTHER_MS
    return await settle(deps, claimed, { dueAtMs, attempts: claimed.attempts - 1 })
  }
  const looked = await lookFirst(deps, claimed)
  if (looked) return await conclude(deps, claimed, looked)
  const sentAtMs = deps.clock.nowMs()
  await settle(deps, claimed, { sentAtMs, dueAtMs: sentAtMs + CALL_LEASE_MS })
  const sent = { ...claimed, sentAtMs, version: claimed.version + 1 }
  const said = await deps.orderManagement.upload(sent.content, sent.createdAtMs)
  await conclude(deps, sent, said)
}

async function isBehindAnother(deps: ShippingDeps, { shipmentId, orderRef }: Shipment) {
  const all = await deps.store.shipmentsOfOrder(orderRef)
  const before = all.slice(
    0,
    all.findIndex((shipment) => shipment.shipmentId === shipmentId),
  )
  return before.some(({ status }) => status === 'requested')
}

/** What is known without sending it again; null: it is to be sent. */
async function lookFirst(deps: ShippingDeps, shipment: Shipment): Promise<Said | null> {
  if (shipment.sentAtMs === null) return null
  const looked = await deps.orderManagement.look(shipment.content)
  if (looked.kind === 'later') return { ...looked, mayBeDone: true }
  const isThere = looked.shipped !== null && isShippedAs(shipment.content, looked.shipped)
  return isThere ? { kind: 'done' } : null
}

async function conclude(deps: ShippingDeps, shipment: Shipment, said: Said): Promise<void> {
  const nowMs = deps.clock.nowMs()
  const { shipmentId, orderRef } = shipment
  if (said.kind === 'done') {
    await settle(deps, shipment, { status: 'accepted', reason: null, acceptedAtMs: nowMs })
    return
  }
  const { reason } = said
  const isOver = nowMs - shipment.createdAtMs >= GIVE_UP_MS
  if (said.kind === 'refused' || isOver) {
    await settle(deps, shipment, { status: 'failed', reason })
    deps.logger.error('shipment.failed', { orderRef, reason, outcome: shipmentId })
    return
  }
  const dueAtMs = nowMs + gapMs(deps, shipment.attempts)
  const sentAtMs = said.mayBeDone ? shipment.sentAtMs : null
  await settle(deps, shipment, { dueAtMs, reason, sentAtMs })
  deps.logger.warn('shipment.notTaken', { orderRef, reason, outcome: shipmentId })
}

function gapMs({ random }: ShippingDeps, attempts: number): number {
  const gap = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_RETRY_MS)
  return Math.round(gap * (1 + random() / 4))
}

/** Writes the row as it became, with the event of its step; nothing is due unless it says so. */
async function settle(
  deps: ShippingDeps,
  shipment: Shipment,
  became: Partial<Shipment>,
): Promise<void> {
  const { shipmentId, orderRef, paymentId, status } = shipment
  const next: Shipment = { ...shipment, dueAtMs: null, ...became }
  const type: EventType | undefined = SHIPMENT_EDGES[status][next.status]
  await deps.store.transaction(async (tx) => {
    await tx.updateShipment(next)
    if (type === undefined) return
    const event = { type, orderRef, paymentId, refundId: null, shipmentId }
    await tx.insertEvents([event], deps.clock.nowMs())
  })
}
