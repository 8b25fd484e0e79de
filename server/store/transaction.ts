import type { DomainEvent } from '../domain/event.ts'
import type { Fact } from '../domain/fact.ts'
import type { ChangeLog } from './changes.ts'
import type { Handle } from './handle.ts'
import { createReads, type Run } from './reads.ts'
import type { ShipmentWrites } from './shipment-port.ts'
import type { StoreTransaction } from './store.ts'
import { eventsAfter, insertQuarantine, type TimedEvent } from './tables/history.ts'
import {
  insertLoginState,
  insertSession,
  lockLoginState,
  updateLoginState,
} from './tables/identity.ts'
import { insertInbox, updateInbox } from './tables/inbox.ts'
import { putOrderCentrePath } from './tables/order-centre.ts'
import { findOrder, insertOrder, updateOrder } from './tables/orders.ts'
import { findPayment, insertPayment, updatePayment } from './tables/payments.ts'
import { findRefund, insertRefund, updateRefund } from './tables/refunds.ts'
import { insertSettlement, updateSettlement } from './tables/settlement.ts'
import { insertSettlementDay, updateSettlementDay } from './tables/settlement-days.ts'
import { findShipment, insertShipment, updateShipment } from './tables/shipments.ts'
import {
  abandonWebhookDeliveries,
  findWebhookDelivery,
  insertWebhookDeliveries,
  settleWebhookDelivery,
  updateWebhookDelivery,
} from './tables/webhook-deliveries.ts'
import {
  findWebhookEndpoint,
  insertWebhookEndpoint,
  updateWebhookEndpoint,
} from './tables/webhook-endpoints.ts'
import { lockWechatCredential, updateWechatCredential } from './tables/wechat-credentials.ts'
import type { WebhookWrites } from './webhook-port.ts'

/** What a transaction gathers on its way and its store brings to an end at commit. */
export interface Gathered {
  readonly changes: ChangeLog
  readonly events: PendingEvents
}

/** Written last, because whoever numbers events keeps all others from it until the commit. */
export class PendingEvents {
  readonly #write: (events: readonly TimedEvent[]) => Promise<void>
  #events: readonly TimedEvent[] = []

  constructor(write: (events: readonly TimedEvent[]) => Promise<void>) {
    this.#write = write
  }

  add(events: readonly DomainEvent[], atMs: number, evidence: Fact | null): void {
    this.#events = [...this.#events, ...events.map((event) => ({ event, atMs, evidence }))]
  }

  async flush(): Promise<void> {
    const events = this.#events
    this.#events = []
    if (events.length > 0) await this.#write(events)
  }
}

export function createTransaction(handle: Handle, gathered: Gathered): StoreTransaction {
  const run: Run = (work) => work(handle)
  return {
    ...createReads(run),
    events: async (page) => {
      await gathered.events.flush()
      return eventsAfter(handle, page)
    },
    insertOrder: (order) => insertOrder(handle, order),
    lockOrder: (orderRef) => findOrder(handle, orderRef, 'lock'),
    updateOrder: (order) => updateOrder(handle, order),
    ...paymentWrites(handle, gathered.changes),
    ...refundWrites(handle, gathered.changes),
    ...inboxWrites(handle, gathered.changes),
    ...settlementWrites(handle, gathered.changes),
    ...shipmentWrites(handle, gathered.changes),
    ...webhookWrites(handle, gathered.changes),
    insertEvents: async (events, atMs, evidence) => {
      gathered.events.add(events, atMs, evidence ?? null)
    },
    insertQuarantine: (row) => insertQuarantine(handle, row),
    insertSession: (session) => insertSession(handle, session),
    insertLoginState: (state) => insertLoginState(handle, state),
    lockLoginState: (stateHash) => lockLoginState(handle, stateHash),
    updateLoginState: (state) => updateLoginState(handle, state),
    lockWechatCredential: (name) => lockWechatCredential(handle, name),
    updateWechatCredential: (credential) => updateWechatCredential(handle, credential),
    putOrderCentrePath: async (path) => {
      await putOrderCentrePath(handle, path)
      gathered.changes.due(path.dueAtMs)
    },
  }
}

function paymentWrites(
  handle: Handle,
  changes: ChangeLog,
): Pick<StoreTransaction, 'insertPayment' | 'lockPayment' | 'updatePayment'> {
  return {
    insertPayment: async (payment) => {
      await insertPayment(handle, payment)
      changes.payment(payment)
      changes.due(payment.dueAtMs)
    },
    lockPayment: (paymentId) => findPayment(handle, paymentId, 'lock'),
    updatePayment: async (payment) => {
      await updatePayment(handle, payment)
      changes.payment(payment)
      changes.due(payment.dueAtMs)
    },
  }
}

function refundWrites(
  handle: Handle,
  changes: ChangeLog,
): Pick<StoreTransaction, 'insertRefund' | 'lockRefund' | 'updateRefund'> {
  return {
    insertRefund: async (refund) => {
      await insertRefund(handle, refund)
      changes.due(refund.dueAtMs)
    },
    lockRefund: (refundId) => findRefund(handle, refundId, 'lock'),
    updateRefund: async (refund) => {
      await updateRefund(handle, refund)
      changes.due(refund.dueAtMs)
    },
  }
}

function inboxWrites(
  handle: Handle,
  changes: ChangeLog,
): Pick<StoreTransaction, 'insertInbox' | 'updateInbox'> {
  return {
    insertInbox: async (row) => {
      const inserted = await insertInbox(handle, row)
      if (inserted) changes.due(row.dueAtMs)
      return inserted
    },
    updateInbox: async (row) => {
      await updateInbox(handle, row)
      changes.due(row.dueAtMs)
    },
  }
}

function settlementWrites(
  handle: Handle,
  changes: ChangeLog,
): Pick<
  StoreTransaction,
  'insertSettlement' | 'updateSettlement' | 'insertSettlementDay' | 'updateSettlementDay'
> {
  return {
    insertSettlement: (entry) => insertSettlement(handle, entry),
    updateSettlement: (entry) => updateSettlement(handle, entry),
    insertSettlementDay: async (day) => {
      const inserted = await insertSettlementDay(handle, day)
      if (inserted) changes.due(day.dueAtMs)
      return inserted
    },
    updateSettlementDay: async (day) => {
      await updateSettlementDay(handle, day)
      changes.due(day.dueAtMs)
    },
  }
}

function shipmentWrites(handle: Handle, changes: ChangeLog): ShipmentWrites {
  return {
    insertShipment: async (shipment) => {
      await insertShipment(handle, shipment)
      changes.due(shipment.dueAtMs)
    },
    lockShipment: (shipmentId) => findShipment(handle, shipmentId, 'lock'),
    updateShipment: async (shipment) => {
      await updateShipment(handle, shipment)
      changes.due(shipment.dueAtMs)
    },
  }
}

function webhookWrites(handle: Handle, changes: ChangeLog): WebhookWrites {
  return {
    insertWebhookEndpoint: (endpoint) => insertWebhookEndpoint(handle, endpoint),
    lockWebhookEndpoint: (endpointId) => findWebhookEndpoint(handle, endpointId, 'lock'),
    updateWebhookEndpoint: async (endpoint) => {
      await updateWebhookEndpoint(handle, endpoint)
      // What waited for it may be due by now.
      if (endpoint.state === 'enabled') changes.due(0)
    },
    lockWebhookDelivery: (deliveryId) => findWebhookDelivery(handle, deliveryId, 'lock'),
    insertWebhookDeliveries: async (deliveries) => {
      const count = await insertWebhookDeliveries(handle, deliveries)
      for (const { dueAtMs } of deliveries) changes.due(dueAtMs)
      return count
    },
    updateWebhookDelivery: async (delivery) => {
      await updateWebhookDelivery(handle, delivery)
      changes.due(delivery.dueAtMs)
    },
    settleWebhookDelivery: async ({ claimed, became }) => {
      const settled = await settleWebhookDelivery(handle, { claimed, became })
      if (settled) changes.due(became.dueAtMs)
      return settled
    },
    abandonWebhookDeliveries: (wish) => abandonWebhookDeliveries(handle, wish),
  }
}
