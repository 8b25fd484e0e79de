import { z } from 'zod'

/** `GET /healthz`: the process lives. `GET /readyz`: it can serve, checked part by part. */
export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'failing']),
  checks: z.record(z.string(), z.enum(['ok', 'failing'])),
})
export type Health = z.infer<typeof healthSchema>
