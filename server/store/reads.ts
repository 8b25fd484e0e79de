import { eventsToTell } from './event-objects.ts'
import type { Handle } from './handle.ts'
import type { StoreReads } from './store.ts'
import { eventsAfter, firstSeqSince, quarantined } from './tables/history.ts'
import { findSession } from './tables/identity.ts'
import { findInboxRow } from './tables/inbox.ts'
import { findOrderCentrePath } from './tables/order-centre.ts'
import { findOrder } from './tables/orders.ts'
import { findPayment, paymentByNumber, paymentsOfOrder } from './tables/payments.ts'
import { findRefund, refundByNumber, refundsOfPayment } from './tables/refunds.ts'
import {
  findSettlement,
  settlementOfPayment,
  settlementPage,
  unmatchedSettlement,
} from './tables/settlement.ts'
import { findSettlementDay, settlementDays } from './tables/settlement-days.ts'
import { findShipment, shipmentsOfOrder } from './tables/shipments.ts'
import { findWebhookDelivery, webhookDeliveries } from './tables/webhook-deliveries.ts'
import { findWebhookEndpoint, webhookEndpoints } from './tables/webhook-endpoints.ts'
import { findWechatCredential } from './tables/wechat-credentials.ts'
import type { WebhookReads } from './webhook-port.ts'

/** Runs one piece of work with the database, such as after a check or with repeats. */
export type Run = <T>(work: (handle: Handle) => Promise<T>) => Promise<T>

export function createReads(run: Run): StoreReads {
  return {
    order: (orderRef) => run((handle) => findOrder(handle, orderRef)),
    payment: (paymentId) => run((handle) => findPayment(handle, paymentId)),
    refund: (refundId) => run((handle) => findRefund(handle, refundId)),
    paymentsOfOrder: (orderRef) => run((handle) => paymentsOfOrder(handle, orderRef)),
    refundsOfPayment: (paymentId) => run((handle) => refundsOfPayment(handle, paymentId)),
    paymentByNumber: (name) => run((handle) => paymentByNumber(handle, name)),
    refundByNumber: (name) => run((handle) => refundByNumber(handle, name)),
    session: (tokenHash) => run((handle) => findSession(handle, tokenHash)),
    events: (page) => run((handle) => eventsAfter(handle, page)),
    quarantined: (limit) => run((handle) => quarantined(handle, limit)),
    inboxRow: (accountId, eventId) => run((handle) => findInboxRow(handle, accountId, eventId)),
    settlementEntry: (accountId, rowId) =>
      run((handle) => findSettlement(handle, accountId, rowId)),
    settlementEntries: (page) => run((handle) => settlementPage(handle, page)),
    settlementOfPayment: (paymentId) => run((handle) => settlementOfPayment(handle, paymentId)),
    unmatchedSettlement: (name) => run((handle) => unmatchedSettlement(handle, name)),
    settlementDay: (accountId, day) => run((handle) => findSettlementDay(handle, accountId, day)),
    settlementDays: (accountId, limit) => run((handle) => settlementDays(handle, accountId, limit)),
    ...webhookReads(run),
    orderCentrePath: (appId) => run((handle) => findOrderCentrePath(handle, appId)),
    shipment: (shipmentId) => run((handle) => findShipment(handle, shipmentId)),
    shipmentsOfOrder: (orderRef) => run((handle) => shipmentsOfOrder(handle, orderRef)),
    wechatCredential: (name) => run((handle) => findWechatCredential(handle, name)),
  }
}

function webhookReads(run: Run): WebhookReads {
  return {
    webhookEndpoint: (endpointId) => run((handle) => findWebhookEndpoint(handle, endpointId)),
    webhookEndpoints: () => run(webhookEndpoints),
    webhookDelivery: (deliveryId) => run((handle) => findWebhookDelivery(handle, deliveryId)),
    webhookDeliveries: (page) => run((handle) => webhookDeliveries(handle, page)),
    eventsToTell: (page) => run((handle) => eventsToTell(handle, page)),
    firstSeqSince: (atMs) => run((handle) => firstSeqSince(handle, atMs)),
  }
}
