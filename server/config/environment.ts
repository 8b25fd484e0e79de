import { z } from 'zod'
import { isRecord } from '../platform/record.ts'

/** What the environment adds to the configuration, and the references to it inside of it. */

export type Environment = Readonly<Record<string, string | undefined>>

/** Stands for the value of a variable; made by `fromEnv`. */
export interface EnvReference {
  readonly fromEnv: string
}

const referenceSchema = z.strictObject({ fromEnv: z.string().min(1) })

/** The value of an environment variable, read when the configuration is loaded. */
export function fromEnv(variable: string): EnvReference {
  return { fromEnv: variable }
}

/** A configuration in which every text may also be a reference to the environment. */
export type WithEnv<T> = T extends string
  ? T | EnvReference
  : T extends readonly (infer Item)[]
    ? readonly WithEnv<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: WithEnv<T[Key]> }
      : T

/** Which variable a value came from, by its path joined with dots. */
export type Sources = ReadonlyMap<string, string>

export interface Filled {
  readonly value: unknown
  readonly sources: Sources
  /** References to variables that are not set. */
  readonly missing: readonly { readonly path: string; readonly variable: string }[]
}

/** The configuration with the environment in its place: overrides first, then references. */
export function fillFromEnvironment(input: unknown, env: Environment): Filled {
  const sources = new Map<string, string>()
  const missing: { path: string; variable: string }[] = []
  const fill = (value: unknown, path: string): unknown => {
    const reference = referenceSchema.safeParse(value)
    if (reference.success) {
      const { fromEnv: variable } = reference.data
      sources.set(path, variable)
      const found = env[variable]
      if (found === undefined || found === '') missing.push({ path, variable })
      return found
    }
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) => fill(item, joined(path, String(index))))
    }
    if (!isRecord(value)) return value
    const members = Object.entries(value)
    return Object.fromEntries(members.map(([key, part]) => [key, fill(part, joined(path, key))]))
  }
  const value = override(fill(input, ''), { env, sources })
  return { value, sources, missing }
}

/** Values that differ between places of deployment; the variable wins over the file. */
const OVERRIDES: readonly {
  readonly variable: string
  readonly path: readonly [string, ...string[]]
  readonly read: (text: string) => unknown
}[] = [
  { variable: 'TOOLKIT_MODE', path: ['mode'], read: asIs },
  { variable: 'PUBLIC_URL', path: ['publicUrl'], read: asIs },
  { variable: 'HOST', path: ['listen', 'host'], read: asIs },
  { variable: 'PORT', path: ['listen', 'port'], read: Number },
  { variable: 'TRUSTED_PROXIES', path: ['trustedProxies'], read: asList },
  { variable: 'SQLITE_PATH', path: ['database'], read: (path) => ({ kind: 'sqlite', path }) },
  { variable: 'DATABASE_URL', path: ['database'], read: (url) => ({ kind: 'postgres', url }) },
  { variable: 'LOG_LEVEL', path: ['logLevel'], read: asIs },
]

function override(
  value: unknown,
  context: { env: Environment; sources: Map<string, string> },
): unknown {
  let whole = value
  for (const { variable, path, read } of OVERRIDES) {
    const text = context.env[variable]
    if (text === undefined || text === '') continue
    context.sources.set(path.join('.'), variable)
    whole = withMember(whole, path, read(text))
  }
  return whole
}

function withMember(whole: unknown, path: readonly string[], member: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return member
  const record = isRecord(whole) ? whole : {}
  return { ...record, [key]: withMember(record[key], rest, member) }
}

function asIs(text: string): string {
  return text
}

function asList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
