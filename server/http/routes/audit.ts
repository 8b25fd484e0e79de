import { auditQuerySchema } from '../../../shared/contract/audit.ts'
import { audit } from '../../audit/audit.ts'
import type { Deps } from '../../usecases/deps.ts'
import { UseCaseError } from '../../usecases/errors.ts'
import { createRouter, type HttpMiddleware, type HttpRouter } from '../context.ts'
import { Problem } from '../problem.ts'
import { parseQuery } from '../validate.ts'

/** Shorter than what proxies wait for an answer. */
const LONGEST_MS = 25_000
/** Between two questions to providers: payers' own queries come first. */
const PAUSE_MS = 100
const RETRY_AFTER_MS = 5_000

/** `npm run audit` for operators without a shell: bounded, and one at a time in this process. */
export function createAuditRoutes(
  deps: Deps,
  { apiKey }: { readonly apiKey: HttpMiddleware },
): HttpRouter {
  const router = createRouter()
  let running = false

  router.get('/v1/audit', apiKey, async (ctx) => {
    const { since, until, account, ask, limit, cursor } = parseQuery(ctx, auditQuerySchema)
    if (account !== undefined && !deps.accounts.byId(account)) {
      throw new UseCaseError('accountNotFound')
    }
    if (running) throw new Problem('auditRunning', { retryAfterMs: RETRY_AFTER_MS })
    running = true
    try {
      ctx.body = await audit(deps, {
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        accountId: account,
        ask,
        limit,
        after: cursor,
        timeMs: LONGEST_MS,
        pauseMs: PAUSE_MS,
      })
    } finally {
      running = false
    }
  })

  return router
}
