import type { Shipment } from '../domain/shipment.ts'

/** The part of the port to the database that is about shipping. */
export interface ShipmentReads {
  shipment(shipmentId: string): Promise<Shipment | undefined>
  /** Oldest first. */
  shipmentsOfOrder(orderRef: string): Promise<readonly Shipment[]>
}

export interface ShipmentWrites {
  insertShipment(shipment: Shipment): Promise<void>
  lockShipment(shipmentId: string): Promise<Shipment | undefined>
  /** Writes the row, raises `version` by one and ends any lease. Throws StaleWrite when the stored
   * version is not the given one. */
  updateShipment(shipment: Shipment): Promise<void>
}
