import { z } from 'zod'

/** How often a fault strikes: the next so many times, every time, or each time with a probability. */
const doseSchema = z.union([
  z.int().min(1),
  z.literal('all'),
  z.strictObject({ chance: z.number().min(0).max(1) }),
])
export type Dose = z.infer<typeof doseSchema>

const callFaultSchema = z.strictObject({
  /** The simulator's word for the call, such as `create`, `query` or `refund`; `*` for any. */
  operation: z.string().min(1).default('*'),
  /**
   * `fail5xx`: refused before any effect. `timeoutBefore`: connection lost before any effect.
   * `timeoutAfterSuccess`: the effect happens, the answer never arrives. `slow`: answered late.
   */
  fault: z.enum(['fail5xx', 'timeoutBefore', 'timeoutAfterSuccess', 'slow']),
  dose: doseSchema.default(1),
  /** For `fail5xx`. */
  status: z.int().min(500).max(599).default(500),
  /** For `slow`: how long the answer takes, on the sandbox's clock. */
  slowMs: z.int().min(0).default(1_000),
})
export type CallFault = z.infer<typeof callFaultSchema>

export const faultPlanSchema = z.strictObject({
  notifications: z
    .strictObject({
      /** Lost on the way; the provider notices and repeats them by its own timetable. */
      drop: doseSchema.optional(),
      /** Sent so much later, on the sandbox's clock. */
      delay: z.strictObject({ dose: doseSchema.default('all'), ms: z.int().min(0) }).optional(),
      /** Sent twice. */
      duplicate: doseSchema.optional(),
      /** Held back until the next one has gone out, for at most a minute. */
      reorder: doseSchema.optional(),
      /** Preceded by two fakes: one with a wrong signature, one cut off half-way. */
      forge: doseSchema.optional(),
    })
    .default({}),
  calls: z.array(callFaultSchema).default([]),
})
export type FaultPlan = z.infer<typeof faultPlanSchema>
export type FaultPlanInput = z.input<typeof faultPlanSchema>
