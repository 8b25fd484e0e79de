import type { BridgeResult, SurfaceReason } from '../client/types.ts'

/** This surface cannot do that, here or at all. */
export function unavailable(reason: SurfaceReason, detail?: string): BridgeResult {
  return { surface: 'unavailable', reason, detail }
}
