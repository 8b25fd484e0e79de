import type { OrderCentrePath } from '../store/store.ts'
import type { ShippingDeps } from './shipping-deps.ts'

const MINUTE_MS = 60_000
const FIRST_RETRY_MS = MINUTE_MS
const LONGEST_RETRY_MS = 6 * 60 * MINUTE_MS
/** While a call may be running, nobody else makes one. */
const CALL_LEASE_MS = MINUTE_MS

/**
 * Writes down which order pages WeChat's order centre is to lead to, where that is news: one that is
 * registered already is not registered again. One that WeChat refused is tried once more at a start.
 */
export async function planOrderCentre(deps: ShippingDeps): Promise<void> {
  const dueAtMs = deps.clock.nowMs()
  for (const { appId, path } of deps.orderManagement.orderPaths) {
    const known = await deps.store.orderCentrePath(appId)
    if (known?.path === path && known.state !== 'failed') continue
    const wanted = { appId, path, state: 'waiting', reason: null, dueAtMs, attempts: 0 } as const
    await deps.store.transaction((tx) => tx.putOrderCentrePath(wanted))
  }
}

/**
 * Registers one order page at WeChat. Doing it twice does no harm. What passes is tried again at
 * growing gaps; what WeChat refuses is left as `failed` with its words, and is an alarm.
 */
export async function registerOrderCentre(
  deps: ShippingDeps,
  claimed: OrderCentrePath,
): Promise<void> {
  const { appId, path } = claimed
  const write = (became: Partial<OrderCentrePath>) =>
    deps.store.transaction((tx) => tx.putOrderCentrePath({ ...claimed, dueAtMs: null, ...became }))
  await write({ dueAtMs: deps.clock.nowMs() + CALL_LEASE_MS })
  const said = await deps.orderManagement.setOrderPath(appId, path)
  if (said.kind === 'done') {
    await write({ state: 'registered', reason: null })
    deps.logger.info('orderCentre.registered', { reason: appId })
    return
  }
  const { reason } = said
  if (said.kind === 'refused') {
    await write({ state: 'failed', reason })
    deps.logger.error('orderCentre.refused', { reason: `${appId}: ${reason}` })
    return
  }
  const gapMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(claimed.attempts - 1, 20), LONGEST_RETRY_MS)
  await write({ reason, dueAtMs: deps.clock.nowMs() + gapMs })
  deps.logger.warn('orderCentre.notYet', { reason: `${appId}: ${reason}` })
}
