import { z } from 'zod'
import { idSchema, instantSchema, orderRefSchema } from './common.ts'

/**
 * How goods reach the payer, in WeChat's four kinds: by courier company, by a local courier, not at
 * all (digital goods, services), or fetched by the payer.
 */
export const SHIPPING_METHODS = ['express', 'sameCity', 'virtual', 'pickUp'] as const

export const SHIPMENT_STATUSES = ['requested', 'accepted', 'failed'] as const

/** WeChat's limits: "Order shipping management" (as of 2026). */
export const MAX_PARCELS = 15
const LONGEST_NUMBER = 128
const LONGEST_DESCRIPTION = 120

const itemDescriptionSchema = z.string().trim().min(1).max(LONGEST_DESCRIPTION)

/** A telephone number, masked or not: only its masked form is kept and sent. */
const contactSchema = z
  .string()
  .regex(/^[+\d*() -]{4,40}$/, 'a telephone number: digits, * and -')
  .regex(/\d{4}$/, 'the last four digits stay readable')

const parcelSchema = z
  .strictObject({
    /** WeChat's code of the courier company, such as `SF`, `ZTO` or `EMS`. */
    company: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'a code such as SF, at most 128 characters'),
    trackingNo: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, `1 to ${LONGEST_NUMBER} visible ASCII characters`),
    /** What is inside; the order's own description where missing. */
    itemDescription: itemDescriptionSchema.optional(),
    /** The receiver's telephone; SF Express (`SF`) wants it. */
    receiverContact: contactSchema.optional(),
  })
  .refine(({ company, receiverContact }) => company !== 'SF' || receiverContact !== undefined, {
    path: ['receiverContact'],
    error: 'SF Express needs the telephone of the receiver',
  })

const common = {
  /**
   * Replaces what was shipped before; WeChat takes this once per order, after everything was
   * shipped or where the method changes.
   */
  correction: z.boolean().default(false),
  /**
   * The number of the payment at WeChat Pay, from the provider's dashboard. Needed only where the
   * provider does not tell it.
   */
  transactionId: z
    .string()
    .regex(/^\d{20,32}$/, '20 to 32 digits')
    .optional(),
}

/** `POST /v1/orders/{orderRef}/shipments`, merchant. */
export const createShipmentRequestSchema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('express'),
    parcels: z.array(parcelSchema).min(1).max(MAX_PARCELS),
    /** False where further parcels follow in further shipments. */
    isAllDelivered: z.boolean().default(true),
    ...common,
  }),
  z.strictObject({
    method: z.enum(['sameCity', 'virtual', 'pickUp']),
    /** What was delivered; the order's own description where missing. */
    itemDescription: itemDescriptionSchema.optional(),
    ...common,
  }),
])
export type CreateShipmentRequest = z.input<typeof createShipmentRequestSchema>

const parcelViewSchema = z.strictObject({
  company: z.string().nullable(),
  trackingNo: z.string().nullable(),
  itemDescription: z.string(),
  /** Masked. */
  receiverContact: z.string().nullable(),
})

export const shipmentSchema = z.strictObject({
  shipmentId: idSchema,
  orderRef: orderRefSchema,
  paymentId: idSchema,
  /** `requested`: on its way to WeChat, which may not know the order yet. */
  status: z.enum(SHIPMENT_STATUSES),
  method: z.enum(SHIPPING_METHODS),
  parcels: z.array(parcelViewSchema),
  isAllDelivered: z.boolean(),
  correction: z.boolean(),
  /** Why WeChat has not taken it (yet), in its words. */
  reason: z.string().nullable(),
  createdAt: instantSchema,
  acceptedAt: instantSchema.nullable(),
})
export type ShipmentView = z.infer<typeof shipmentSchema>
