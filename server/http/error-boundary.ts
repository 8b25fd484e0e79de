import type { ProblemCode } from '../../shared/contract/problem.ts'
import type { Logger } from '../platform/logger.ts'
import type { HttpContext, HttpMiddleware } from './context.ts'
import { Problem, renderProblem, toProblem } from './problem.ts'
import { problemPage } from './problem-page.ts'
import { RequestAborted } from './raw-body.ts'

/**
 * Everything that goes wrong leaves here as a problem: what was thrown, and addresses and methods
 * that nobody serves. Browsers that asked for a page get the same words as a page. Causes that
 * nobody foresaw go to the log and nowhere else.
 */
export function catchErrors(logger: Logger): HttpMiddleware {
  return async (ctx, next) => {
    try {
      await next()
      const missing = unserved(ctx)
      if (missing) answer(ctx, new Problem(missing))
    } catch (error) {
      if (error instanceof RequestAborted) {
        ctx.status = 400
        logger.debug('http.aborted', { requestId: ctx.state.requestId })
        return
      }
      const problem = toProblem(error)
      report(ctx, { problem, error, logger })
      answer(ctx, problem)
    }
  }
}

/**
 * Our own faults are errors; providers and WeChat failing us are warnings; refusals are neither. Too
 * much load is told once for all, and not once for each.
 */
function report(
  ctx: HttpContext,
  failure: { problem: Problem; error: unknown; logger: Logger },
): void {
  const { problem, error, logger } = failure
  const { status } = renderProblem(problem, ctx.state.requestId)
  const fields = { requestId: ctx.state.requestId, code: problem.code, error }
  if (problem.code === 'internal') logger.error('http.internal', fields)
  else if (status >= 500 && problem.code !== 'overloaded') logger.warn('http.failed', fields)
}

function answer(ctx: HttpContext, problem: Problem): void {
  const { status, headers, body } = renderProblem(problem, ctx.state.requestId)
  ctx.status = status
  ctx.set(headers)
  if (wantsPage(ctx)) {
    ctx.type = 'html'
    ctx.body = problemPage(body)
  } else {
    ctx.body = JSON.stringify(body)
  }
}

/** Addresses opened by navigation, not by a script. */
function wantsPage(ctx: HttpContext): boolean {
  return ctx.method === 'GET' && ctx.accepts('json', 'html') === 'html'
}

/** The routers leave what they do not serve as an answer without a body. */
function unserved(ctx: HttpContext): ProblemCode | undefined {
  if (ctx.body !== undefined && ctx.body !== null) return undefined
  if (ctx.status === 404) return 'notFound'
  return ctx.status === 405 || ctx.status === 501 ? 'methodNotAllowed' : undefined
}
