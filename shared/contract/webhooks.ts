import { z } from 'zod'
import { EVENT_TYPES } from '../event-types.ts'
import { idSchema, instantSchema } from './common.ts'
import { orderSchema } from './orders.ts'
import { paymentSchema } from './payments.ts'
import { refundSchema } from './refunds.ts'
import { shipmentSchema } from './shipments.ts'

const HOUR_MS = 60 * 60 * 1_000

export const eventTypeSchema = z.enum(EVENT_TYPES)

/** The objects that an event is about, as they stood when the change was written. */
export const eventObjectsSchema = z.strictObject({
  order: orderSchema,
  payment: paymentSchema.nullable(),
  refund: refundSchema.nullable(),
  /** Only there where the event is about one. */
  shipment: shipmentSchema.exactOptional(),
})
export type EventObjects = z.infer<typeof eventObjectsSchema>

/** Body of a webhook. Of two about one object, the one with the higher `seq` is the newer one. */
export const webhookBodySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: eventTypeSchema,
    timestamp: instantSchema,
    data: z.strictObject({ seq: z.int(), orderRef: z.string(), ...eventObjectsSchema.shape }),
  }),
  /** Sent on request only; it is about nothing. */
  z.strictObject({
    type: z.literal('webhook.test'),
    timestamp: instantSchema,
    data: z.strictObject({
      seq: z.null(),
      orderRef: z.null(),
      order: z.null(),
      payment: z.null(),
      refund: z.null(),
    }),
  }),
])
export type WebhookBody = z.infer<typeof webhookBodySchema>
export type EventBody = Exclude<WebhookBody, { type: 'webhook.test' }>

export const MAX_WEBHOOK_ENDPOINTS = 16

const urlSchema = z.string().min(1).max(2_048)
const descriptionSchema = z.string().trim().min(1).max(200)
/** Null: all of them, also those that are invented later. */
const eventFilterSchema = z
  .array(eventTypeSchema)
  .min(1)
  .max(EVENT_TYPES.length)
  .refine((types) => new Set(types).size === types.length, 'an event is named twice')
  .nullable()

const secretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, '`whsec_` and base64')
  .refine(hasSecretLength, '24 to 64 bytes in base64')

function hasSecretLength(secret: string): boolean {
  const base64 = secret.replace(/^whsec_/, '')
  const bytes = (base64.replace(/=+$/, '').length * 3) >> 2
  return base64.length % 4 === 0 && bytes >= 24 && bytes <= 64
}

/** `POST /v1/webhookEndpoints`, merchant. */
export const createWebhookEndpointRequestSchema = z.strictObject({
  url: urlSchema,
  description: descriptionSchema.optional(),
  events: eventFilterSchema.default(null),
  /** One of the merchant's own; without it, one is made. */
  secret: secretSchema.optional(),
})
export type CreateWebhookEndpointRequest = z.input<typeof createWebhookEndpointRequestSchema>

/** `PATCH /v1/webhookEndpoints/{id}`, merchant: only what is named changes. */
export const updateWebhookEndpointRequestSchema = z.strictObject({
  url: urlSchema.optional(),
  description: descriptionSchema.nullable().optional(),
  events: eventFilterSchema.optional(),
  enabled: z.boolean().optional(),
})
export type UpdateWebhookEndpointRequest = z.input<typeof updateWebhookEndpointRequestSchema>

/** `merchant`: switched off by hand. `gone`: the receiver answered 410. */
export const DISABLED_REASONS = ['merchant', 'gone'] as const

export const webhookEndpointSchema = z.strictObject({
  endpointId: idSchema,
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(eventTypeSchema).nullable(),
  enabled: z.boolean(),
  disabledReason: z.enum(DISABLED_REASONS).nullable(),
  /** When the secrets that sign now were made, newest first, and until when they sign. */
  secrets: z.array(
    z.strictObject({ createdAt: instantSchema, expiresAt: instantSchema.nullable() }),
  ),
  createdAt: instantSchema,
})
export type WebhookEndpointView = z.infer<typeof webhookEndpointSchema>

/** Answer to making an endpoint and to rotating its secret: nothing else ever shows a secret. */
export const webhookEndpointWithSecretSchema = webhookEndpointSchema.extend({ secret: z.string() })
export type WebhookEndpointWithSecret = z.infer<typeof webhookEndpointWithSecretSchema>

export const webhookEndpointsSchema = z.strictObject({ data: z.array(webhookEndpointSchema) })

/** `POST /v1/webhookEndpoints/{id}/rotateSecret`, merchant. */
export const rotateSecretRequestSchema = z.strictObject({
  /** How long the older secrets go on signing beside the new one; 0 ends them at once. */
  overlapMs: z
    .int()
    .min(0)
    .max(7 * 24 * HOUR_MS)
    .default(24 * HOUR_MS),
})

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const

export const webhookDeliverySchema = z.strictObject({
  deliveryId: idSchema,
  endpointId: idSchema,
  /** The header `webhook-id`: the same on every attempt, and for every endpoint. */
  webhookId: idSchema,
  /** Null for a test. */
  seq: z.int().nullable(),
  type: z.union([eventTypeSchema, z.literal('webhook.test')]),
  /** `dead`: given up after the last attempt of the timetable; replay it when the cause is gone. */
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  /** HTTP status of the last attempt; null where there was no answer. */
  lastStatus: z.int().nullable(),
  lastReason: z.string().nullable(),
  lastAttemptAt: instantSchema.nullable(),
  dueAt: instantSchema.nullable(),
  deliveredAt: instantSchema.nullable(),
  createdAt: instantSchema,
})
export type WebhookDeliveryView = z.infer<typeof webhookDeliverySchema>

/** `GET /v1/webhookDeliveries`, merchant: newest first. */
export const webhookDeliveriesQuerySchema = z.strictObject({
  endpointId: idSchema.optional(),
  state: z.enum(DELIVERY_STATES).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const webhookDeliveriesSchema = z.strictObject({
  data: z.array(webhookDeliverySchema),
  nextCursor: z.string().nullable(),
})
export type WebhookDeliveriesView = z.infer<typeof webhookDeliveriesSchema>

/** `POST /v1/webhookEndpoints/{id}/replay`, merchant: from there on, the first one included. */
export const replayEventsRequestSchema = z.union([
  z.strictObject({ sinceSeq: z.int().min(1) }),
  z.strictObject({ since: instantSchema }),
])

/** Most events that one call looks at. */
export const MAX_REPLAYED_EVENTS = 5_000
export const replayedEventsSchema = z.strictObject({
  queued: z.int(),
  /** Where to go on, as `sinceSeq`; null once the end was reached. */
  nextSeq: z.int().nullable(),
})
export type ReplayedEvents = z.infer<typeof replayedEventsSchema>

/** `GET /v1/events`, merchant: the event log, oldest first. */
export const eventsQuerySchema = z.strictObject({
  /** The last `seq` that the caller has seen. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const loggedEventSchema = webhookBodySchema.options[0].extend({ webhookId: idSchema })
export const eventsSchema = z.strictObject({
  data: z.array(loggedEventSchema),
  /** To be sent as `after`; null where there was nothing more at that moment. */
  nextCursor: z.string().nullable(),
})
export type EventsView = z.infer<typeof eventsSchema>
