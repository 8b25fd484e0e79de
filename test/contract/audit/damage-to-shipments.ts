import type { Damage } from './damage.ts'

/** A shipment as it would be stored, and as many of its events as are named. */
function aShipment(of: {
  orderRef: string
  payment: string
  status: string
  dueAtMs?: number
  events: readonly string[]
}): string {
  const { orderRef, payment, status, dueAtMs = 'null', events } = of
  const row = `insert into shipments (shipment_id, order_ref, payment_id, status, content,
      idempotency_key, created_at_ms, due_at_ms, claimable_at_ms, attempts, version)
    values ('shp_1', '${orderRef}', '${payment}', '${status}', '{}', 'key', 1, ${dueAtMs},
      ${dueAtMs}, 0, 0);`
  const written = events.map(
    (type) => `insert into events (seq, type, order_ref, payment_id, shipment_id, at_ms, evidence)
      select max(seq) + 1, 'shipment.${type}', '${orderRef}', '${payment}', 'shp_1', max(at_ms),
        'null' from events;`,
  )
  return [row, ...written].join('\n')
}

/** Shipments and their log do not agree: I3, I5 and I10. */
export const DAMAGE_TO_SHIPMENTS: readonly Damage[] = [
  [
    'nothing, in a shipment that WeChat has taken',
    ({ paid }) =>
      aShipment({
        orderRef: 'paid',
        payment: paid,
        status: 'accepted',
        events: ['requested', 'accepted'],
      }),
    () => [],
  ],
  [
    'a shipment was set to accepted by hand',
    ({ paid }) =>
      aShipment({ orderRef: 'paid', payment: paid, status: 'accepted', events: ['requested'] }),
    () => ['statusDiffers shipment shp_1'],
  ],
  [
    'a shipment has no event at all',
    ({ paid }) => aShipment({ orderRef: 'paid', payment: paid, status: 'failed', events: [] }),
    () => ['firstEventMissing shipment shp_1'],
  ],
  [
    'a shipment was accepted twice',
    ({ paid }) =>
      aShipment({
        orderRef: 'paid',
        payment: paid,
        status: 'accepted',
        events: ['requested', 'accepted', 'accepted'],
      }),
    () => ['effectTwice shipment shp_1'],
  ],
  [
    'an order that nobody paid is shipped',
    ({ pending }) =>
      aShipment({
        orderRef: 'waiting',
        payment: pending,
        status: 'requested',
        events: ['requested'],
      }),
    () => ['illegalStep shipment shp_1'],
  ],
  [
    'a shipment is gone, and its event is left',
    ({ paid }) =>
      `${aShipment({ orderRef: 'paid', payment: paid, status: 'requested', events: ['requested'] })}
      delete from shipments;`,
    () => ['belongsToNothing event 30'],
  ],
  [
    'a shipment has been due for an hour',
    ({ paid }, nowMs) =>
      aShipment({
        orderRef: 'paid',
        payment: paid,
        status: 'requested',
        dueAtMs: nowMs - 60 * 60 * 1_000,
        events: ['requested'],
      }),
    () => ['overdue shipment shp_1'],
  ],
]
