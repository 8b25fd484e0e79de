import type { z } from 'zod'
import type { SandboxRequest } from '../../http.ts'
import { type ErrorDetail, parameterError, type Refused, SUFFIX } from './errors.ts'

/**
 * The body as that schema wants it. Throws Refused for what WeChat refuses before it looks closer:
 * no UTF-8, no JSON, characters of four bytes, `null`, and fields that nobody asked for.
 */
export function parseBody<T>(request: SandboxRequest, schema: z.ZodType<T>): T {
  const json = readJson(request.body)
  const forbidden = findForbidden(json, '')
  if (forbidden) throw parameterError(forbidden)
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw toRefused(result.error, json)
}

/** Query fields by name. Throws Refused where one of `names` is missing, or any is given twice. */
export function parseQuery<T>(request: SandboxRequest, schema: z.ZodType<T>): T {
  const fields: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(request.query)) {
    if (name in fields) {
      throw parameterError({
        field: name,
        value,
        issue: `${name} is given twice`,
        location: 'query',
      })
    }
    fields[name] = value
  }
  const result = schema.safeParse(fields)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.join('/') ?? ''
  throw parameterError({ field, issue: issue?.message ?? 'invalid', location: 'query' })
}

/** Equal text for equal content, whatever the order of names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

function readJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw wholeBody('the body is not UTF-8')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw wholeBody('the body is not JSON')
  }
}

function wholeBody(issue: string): Refused {
  return parameterError({ field: '/', issue, location: 'body' })
}

/** Names of fields count as well: nothing beyond three bytes anywhere. */
function findForbidden(value: unknown, field: string): ErrorDetail | null {
  if (value === null) return { field, value, issue: 'null is no legal value', location: 'body' }
  if (typeof value === 'string' && /[\u{10000}-\u{10ffff}\p{Surrogate}]/u.test(value)) {
    return { field, value, issue: 'characters of four bytes are not supported', location: 'body' }
  }
  if (typeof value !== 'object') return null
  for (const [name, part] of Object.entries(value)) {
    const found = findForbidden(part, `${field}/${name}`)
    if (found) return found
  }
  return null
}

function toRefused(error: z.ZodError, json: unknown): Refused {
  const [issue] = error.issues
  if (!issue) return wholeBody('invalid')
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const field = `/${[...path, issue.keys[0] ?? ''].join('/')}`
    return parameterError({ field, issue: '传入了多余的参数', location: 'body' }, SUFFIX.extraField)
  }
  const field = `/${path.join('/')}`
  const value = valueAt(json, issue.path)
  const given = value === undefined ? {} : { value }
  const detail = { field, ...given, issue: issue.message, location: 'body' } as const
  return parameterError(detail, suffixOf(issue, path, value))
}

function suffixOf(issue: z.core.$ZodIssue, path: readonly string[], value: unknown): string {
  const missing = value === undefined || value === ''
  if (missing && /openid$|^payer$/.test(path.at(-1) ?? '')) return SUFFIX.openidMissing
  const isRange = issue.code === 'too_big' || issue.code === 'too_small'
  return isRange && typeof value === 'number' ? SUFFIX.outOfRange : SUFFIX.parameter
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
