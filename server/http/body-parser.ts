import type { IncomingMessage } from 'node:http'
import bodyParser from 'koa-bodyparser'
import type { Clock } from '../../shared/clock.ts'
import type { HttpMiddleware } from './context.ts'
import { isTooDeep } from './json.ts'
import { Problem } from './problem.ts'
import {
  BODY_DEADLINE_MS,
  drain,
  MAX_BODY_BYTES,
  RequestAborted,
  refuseCompressed,
  tooSlow,
} from './raw-body.ts'

/**
 * Reads JSON bodies for the routes after it; what is not JSON is left for `parseBody` to refuse
 * where a route wants a body at all. Throws Problem `invalidJson`, `bodyTooLarge`,
 * `unsupportedMediaType` and `invalidRequest` (too slow).
 */
export function parseJsonBodies({ clock }: { readonly clock: Clock }): HttpMiddleware {
  const parse = bodyParser({ enableTypes: ['json'], jsonLimit: String(MAX_BODY_BYTES) })
  return async (ctx, next) => {
    refuseCompressed(ctx.req)
    const error = await inTime(
      clock,
      ctx.req,
      failureOf(() => parse(ctx, nothing)),
    )
    if (error === 'late') throw tooSlow(BODY_DEADLINE_MS)
    if (error) {
      await drain(ctx.req)
      throw asProblem(error)
    }
    if (isTooDeep(ctx.request.body)) {
      throw new Problem('invalidJson', { detail: 'The body is nested too deeply.' })
    }
    await next()
  }
}

/** A body that trickles in is given up: whoever sends it would hold a place for ever. */
function inTime<T>(clock: Clock, req: IncomingMessage, parsing: Promise<T>): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(BODY_DEADLINE_MS, () => {
      req.pause()
      resolve('late')
    })
    parsing.then(resolve, reject).finally(cancel)
  })
}

async function failureOf(work: () => Promise<void>): Promise<{ cause: unknown } | undefined> {
  try {
    await work()
    return undefined
  } catch (cause) {
    return { cause }
  }
}

function asProblem({ cause }: { cause: unknown }): Error {
  const status = cause instanceof Error ? Reflect.get(cause, 'status') : undefined
  const type = cause instanceof Error ? Reflect.get(cause, 'type') : undefined
  if (type === 'request.aborted') return new RequestAborted('the caller hung up', { cause })
  if (status === 413) return new Problem('bodyTooLarge', { cause, endsConnection: true })
  return new Problem('invalidJson', { cause })
}

const nothing = (): Promise<void> => Promise.resolve()
