import { describe, expect, test } from 'vitest'
import type { Shipment } from '../../../../server/domain/shipment.ts'
import { StaleWrite } from '../../../../server/store/store.ts'
import { aPayment } from '../../../support/domain.ts'
import { inWorld, listen, type OpenWorld, savePayment } from './world.ts'

const shipment: Shipment = {
  shipmentId: 'shp_1',
  orderRef: 'tea-1001',
  paymentId: 'pay_1',
  status: 'requested',
  content: {
    appId: 'wx-mini',
    openid: 'o-liwei',
    transactionId: '4200001234202603010123456789',
    method: 'express',
    isSplit: false,
    isAllDelivered: true,
    isCorrection: false,
    parcels: [
      {
        company: 'SF',
        trackingNo: 'SF-1',
        itemDescription: '龙井 50 g',
        receiverContact: '138****5678',
      },
    ],
  },
  reason: null,
  idempotencyKey: 'ship-key-1',
  createdAtMs: 4_000,
  acceptedAtMs: null,
  dueAtMs: 5_000,
  attempts: 0,
  sentAtMs: null,
  version: 0,
}

export function shipments(open: OpenWorld): void {
  describe('shipments', () => {
    const saved = (body: (world: Awaited<ReturnType<OpenWorld>>) => Promise<void>) =>
      inWorld(open, async (world) => {
        await savePayment(world.store, aPayment({ dueAtMs: null }))
        await world.store.transaction((tx) => tx.insertShipment(shipment))
        await body(world)
      })

    test(
      'come back as they were stored, with those of their order, oldest first',
      saved(async ({ store }) => {
        const older = { ...shipment, shipmentId: 'shp_0', idempotencyKey: 'k', createdAtMs: 1 }
        await store.transaction((tx) => tx.insertShipment(older))
        expect(await store.shipment('shp_1')).toEqual(shipment)
        expect(await store.shipmentsOfOrder('tea-1001')).toEqual([older, shipment])
        expect(await store.shipmentsOfOrder('tea-1002')).toEqual([])
        expect(await store.shipment('shp_2')).toBeUndefined()
      }),
    )

    test(
      'move on, and keep what was shipped',
      saved(async ({ store }) => {
        const became = {
          ...shipment,
          status: 'accepted',
          reason: 'late',
          acceptedAtMs: 9_000,
          dueAtMs: null,
          attempts: 3,
          sentAtMs: 8_000,
        } as const
        const content = { ...shipment.content, transactionId: 'another' }
        await store.transaction((tx) => tx.updateShipment({ ...became, content }))
        expect(await store.shipment('shp_1')).toEqual({ ...became, version: 1 })
        const stale = store.transaction((tx) => tx.updateShipment(became))
        await expect(stale).rejects.toThrow(StaleWrite)
      }),
    )

    test(
      'are claimed when they are due, leased and released like payments',
      saved(async ({ store }) => {
        const at = (nowMs: number) => ({ nowMs, leaseMs: 1_000, limit: 10 })
        expect((await store.nextDue()).shipments).toBe(5_000)
        expect(await store.claimDueShipments(at(4_999))).toEqual([])
        expect(await store.claimDueShipments(at(5_000))).toEqual([{ ...shipment, attempts: 1 }])
        expect(await store.claimDueShipments(at(5_999))).toEqual([])
        expect(await store.claimDueShipments(at(6_000))).toHaveLength(1)
        await store.transaction((tx) => tx.updateShipment({ ...shipment, dueAtMs: null }))
        expect((await store.nextDue()).shipments).toBeNull()
      }),
    )

    test(
      'wake the workers, and are made once by one key',
      saved(async ({ store }) => {
        const listener = listen(store)
        const other = { ...shipment, shipmentId: 'shp_2', idempotencyKey: 'k2', dueAtMs: 7_000 }
        await store.transaction((tx) => tx.insertShipment(other))
        await listener.next((change) => change.kind === 'due' && change.atMs === 7_000)
        const twice = { ...shipment, shipmentId: 'shp_3' }
        const insert = store.transaction((tx) => tx.insertShipment(twice))
        await expect(insert).rejects.toMatchObject({ rule: 'shipments_idempotency_key' })
      }),
    )

    test(
      'are in the log and in what an event tells, and in no other event',
      saved(async ({ store }) => {
        const about = { orderRef: 'tea-1001', paymentId: 'pay_1', refundId: null }
        const requested = { ...about, type: 'shipment.requested', shipmentId: 'shp_1' } as const
        const paid = { ...about, type: 'payment.paid' } as const
        await store.transaction((tx) => tx.insertEvents([paid, requested], 4_000))
        expect(await store.events({ afterSeq: 0, limit: 9 })).toEqual([
          { ...paid, seq: 1, atMs: 4_000 },
          { ...requested, seq: 2, atMs: 4_000 },
        ])
        const [first, second] = await store.eventsToTell({ afterSeq: 0, limit: 9 })
        expect(first?.objects).not.toHaveProperty('shipment')
        expect(second?.objects.shipment).toMatchObject({
          shipmentId: 'shp_1',
          status: 'requested',
          parcels: shipment.content.parcels,
        })
        expect(JSON.stringify(second?.objects.shipment)).not.toContain('o-liwei')
      }),
    )
  })
}
