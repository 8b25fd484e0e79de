import type { Health } from '../../../shared/contract/health.ts'
import type { Logger } from '../../platform/logger.ts'
import { createRouter, type HttpRouter } from '../context.ts'

/** Throws, or answers false, where a part cannot do its work. */
export type HealthCheck = () => boolean | Promise<boolean>

/**
 * `GET /healthz`: the process lives. `GET /readyz`: every part can do its work, and the server is
 * not stopping; 503 otherwise, naming the part that fails.
 */
export function healthRoutes(deps: {
  checks: Readonly<Record<string, HealthCheck>>
  stopping: AbortSignal
  logger: Logger
}): HttpRouter {
  const { checks, stopping, logger } = deps
  const passes = async (name: string, check: HealthCheck): Promise<boolean> => {
    try {
      return await check()
    } catch (error) {
      logger.warn('health.failing', { reason: name, error })
      return false
    }
  }

  return createRouter()
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok', checks: {} } satisfies Health
    })
    .get('/readyz', async (ctx) => {
      const parts = { ...checks, serving: () => !stopping.aborted }
      const results = await Promise.all(
        Object.entries(parts).map(async ([name, check]) => {
          return [name, (await passes(name, check)) ? 'ok' : 'failing'] as const
        }),
      )
      const ready = results.every(([, word]) => word === 'ok')
      ctx.status = ready ? 200 : 503
      ctx.body = {
        status: ready ? 'ok' : 'failing',
        checks: Object.fromEntries(results),
      } satisfies Health
    })
}

/** The database answers. */
export function databaseCheck(store: { ping(): Promise<void> }): HealthCheck {
  return async () => {
    await store.ping()
    return true
  }
}
