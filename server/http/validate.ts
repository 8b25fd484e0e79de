import type { z } from 'zod'
import type { HttpContext, RouteContext } from './context.ts'
import { parseJson } from './json.ts'
import { type Issue, Problem } from './problem.ts'

/**
 * The body as the schema describes it; no body at all counts as `{}`. Throws Problem `invalidJson`,
 * `unsupportedMediaType`, `invalidAmount` (anything wrong under an `amount`) or `invalidRequest`.
 */
export function parseBody<Schema extends z.ZodType>(
  ctx: HttpContext,
  schema: Schema,
): z.output<Schema> {
  return check(schema, readBody(ctx), [])
}

/** The same for a body that was read as bytes. Throws Problem `invalidJson` too where it is no UTF-8. */
export function parseJsonBytes<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  return check(schema, parseJson(new TextDecoder().decode(bytes)), [])
}

/** The query string; a name given twice is refused rather than guessed. Throws `invalidRequest`. */
export function parseQuery<Schema extends z.ZodType>(
  ctx: HttpContext,
  schema: Schema,
): z.output<Schema> {
  return check(schema, { ...ctx.query }, [])
}

/** One part of the path. Throws Problem `invalidRequest`, or `otherwise` where given. */
export function parseParam<Schema extends z.ZodType>(
  ctx: RouteContext,
  param: { name: string; schema: Schema },
): z.output<Schema> {
  return check(param.schema, ctx.params[param.name], [param.name])
}

function readBody(ctx: HttpContext): unknown {
  if (!hasBody(ctx)) return {}
  if (!ctx.is('application/json')) throw new Problem('unsupportedMediaType')
  const { rawBody, body } = ctx.request
  // Under a foreign parser that keeps no text, its own reading of the body has to do.
  return typeof rawBody === 'string' && rawBody !== '' ? parseJson(rawBody) : (body ?? {})
}

function hasBody(ctx: HttpContext): boolean {
  const { headers } = ctx.req
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  prefix: readonly string[],
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const aboutAmount = issues.some((issue) => issue.path.includes('amount'))
  throw new Problem(aboutAmount ? 'invalidAmount' : 'invalidRequest', {
    issues: issues.map((issue) => toIssue(issue, prefix)),
  })
}

function toIssue(issue: z.core.$ZodIssue, prefix: readonly string[]): Issue {
  return { path: [...prefix, ...issue.path].map(String).join('.'), message: issue.message }
}
