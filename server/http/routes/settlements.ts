import type { Clock } from '../../../shared/clock.ts'
import { idSchema } from '../../../shared/contract/common.ts'
import {
  MAX_SETTLEMENT_FILE_BYTES,
  SETTLEMENT_FILE_TYPES,
  settlementDayRequestSchema,
  settlementDaysQuerySchema,
  settlementFileQuerySchema,
  settlementRowsQuerySchema,
} from '../../../shared/contract/settlements.ts'
import type { SettlementRequest } from '../../providers/provider.ts'
import type { Deps } from '../../usecases/deps.ts'
import { UseCaseError } from '../../usecases/errors.ts'
import { importSettlementOnRequest } from '../../usecases/import-settlement.ts'
import {
  createRouter,
  type HttpMiddleware,
  type HttpRouter,
  type RouteContext,
} from '../context.ts'
import { Problem } from '../problem.ts'
import { readRawBody } from '../raw-body.ts'
import { placeOf, settlementDaysView, settlementRowsView } from '../settlement-view.ts'
import { parseJsonBytes, parseParam, parseQuery } from '../validate.ts'

/** A large file over a slow line. */
const FILE_DEADLINE_MS = 120_000

/**
 * The merchant's side of settlement: have a day or a file read, and look at the rows. Mounted before
 * any body parser, because a file is bytes. Safe to repeat without an Idempotency-Key: every row
 * counts once.
 */
export function createSettlementRoutes(
  deps: Deps & { readonly clock: Clock },
  { apiKey }: { readonly apiKey: HttpMiddleware },
): HttpRouter {
  const router = createRouter()

  router.post('/v1/settlements/:accountId', apiKey, async (ctx) => {
    const accountId = accountOf(ctx)
    ctx.body = await importSettlementOnRequest(deps, accountId, await requestOf(ctx, deps.clock))
  })

  router.get('/v1/settlements/:accountId/rows', apiKey, async (ctx) => {
    const accountId = accountOf(ctx)
    const { from, to, unmatched, cursor, limit } = parseQuery(ctx, settlementRowsQuerySchema)
    if (!deps.accounts.byId(accountId)) throw new UseCaseError('accountNotFound')
    const entries = await deps.store.settlementEntries({
      accountId,
      fromMs: from === undefined ? null : Date.parse(from),
      toMs: to === undefined ? null : Date.parse(to),
      unmatchedOnly: unmatched === 'true',
      after: cursor === undefined ? null : placeOf(cursor),
      limit,
    })
    ctx.body = settlementRowsView(entries, limit)
  })

  router.get('/v1/settlements/:accountId/days', apiKey, async (ctx) => {
    const accountId = accountOf(ctx)
    const { limit } = parseQuery(ctx, settlementDaysQuerySchema)
    if (!deps.accounts.byId(accountId)) throw new UseCaseError('accountNotFound')
    ctx.body = settlementDaysView(await deps.store.settlementDays(accountId, limit))
  })

  return router
}

function accountOf(ctx: RouteContext): string {
  return parseParam(ctx, { name: 'accountId', schema: idSchema })
}

async function requestOf(ctx: RouteContext, clock: Clock): Promise<SettlementRequest> {
  if (ctx.is('application/json')) {
    const { day } = parseJsonBytes(await readRawBody(ctx, { clock }), settlementDayRequestSchema)
    return { kind: 'day', day }
  }
  if (!ctx.is([...SETTLEMENT_FILE_TYPES])) {
    throw new Problem('unsupportedMediaType', {
      detail: `Send a day as application/json, or a file as ${SETTLEMENT_FILE_TYPES.join(', ')}.`,
      endsConnection: true,
    })
  }
  const { name } = parseQuery(ctx, settlementFileQuerySchema)
  const limits = { limitBytes: MAX_SETTLEMENT_FILE_BYTES, deadlineMs: FILE_DEADLINE_MS }
  return { kind: 'file', name, bytes: await readRawBody(ctx, { clock, ...limits }) }
}
