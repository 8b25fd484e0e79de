import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import {
  type Environment,
  type Filled,
  fillFromEnvironment,
  type WithEnv,
} from './config/environment.ts'
import { type ConfigInput, configSchema, MODES, type ParsedConfig } from './config/schema.ts'
import { weakSecretsIn } from './config/secrets.ts'
import { isRecord } from './platform/record.ts'

export { fromEnv } from './config/environment.ts'

/**
 * The configuration of a toolkit: `toolkit.config.ts` and the environment, checked as a whole and
 * frozen. This is the only file that reads the environment.
 */
export type ToolkitConfig = Readonly<ParsedConfig>
export type ToolkitConfigInput = WithEnv<ConfigInput>

/** Everything that is wrong with a configuration, one line each, naming path and variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems].join('\n- '))
    this.problems = problems
  }
}

/**
 * What `toolkit.config.ts` exports. Secrets stay out of the file:
 * `apps: [{ appId: 'wx…', kind: 'miniProgram', secret: fromEnv('SHOP_APP_SECRET') }]`.
 */
export function defineConfig(config: ToolkitConfigInput): ToolkitConfigInput {
  return config
}

/** The checked configuration of these values in this environment. Throws ConfigError. */
export function resolveConfig(input: unknown, env: Environment): ToolkitConfig {
  const filled = fillFromEnvironment(input, env)
  const mode = modeSchema.safeParse(filled.value).data?.mode ?? 'production'
  const result = configSchema(mode).safeParse(filled.value)
  const weak = mode === 'production' ? weakAccountSecrets(filled.value) : []
  const problems = [
    ...filled.missing.map(({ path, variable }) => {
      return `${path}: the environment variable ${variable} is not set`
    }),
    ...[...(result.error?.issues ?? []), ...weak].flatMap((found) => describe(found, filled)),
  ]
  if (problems.length > 0 || !result.success) throw new ConfigError(problems)
  return deepFreeze(result.data)
}

/**
 * The configuration of this process: the file named by `TOOLKIT_CONFIG`, else `toolkit.config.ts`
 * where it exists, and the environment over it. Throws ConfigError.
 */
export async function loadConfig(
  place: { env?: Environment; cwd?: string } = {},
): Promise<ToolkitConfig> {
  const { env = process.env, cwd = process.cwd() } = place
  const named = env['TOOLKIT_CONFIG']
  const path = resolve(cwd, named ?? 'toolkit.config.ts')
  if (existsSync(path)) return resolveConfig(await defaultExport(path), env)
  if (named !== undefined) throw new ConfigError([`TOOLKIT_CONFIG: there is no file ${path}`])
  return resolveConfig({}, env)
}

const modeSchema = z.object({ mode: z.enum(MODES).default('production') })
const moduleSchema = z.object({ default: z.record(z.string(), z.unknown()) })

async function defaultExport(path: string): Promise<unknown> {
  const loaded = moduleSchema.safeParse({ ...(await import(pathToFileURL(path).href)) })
  if (loaded.success) return loaded.data.default
  throw new ConfigError([`${path}: write \`export default defineConfig({ … })\``])
}

interface Found {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The secrets of provider accounts, looked at even where the account has other faults as well. */
function weakAccountSecrets(config: unknown): Found[] {
  const accounts = isRecord(config) ? config['accounts'] : undefined
  return weakSecretsIn(accounts, ['accounts'])
}

/** One line, naming the variable where the value came from one; missing ones are told already. */
function describe({ path, message }: Found, { missing, sources }: Filled): string[] {
  const place = path.map(String).join('.')
  if (missing.some((gap) => gap.path === place)) return []
  const variable = sources.get(place)
  const from = variable === undefined ? '' : ` (from ${variable})`
  return [`${place === '' ? 'configuration' : place}${from}: ${message}`]
}

/** Objects of libraries, such as keys, stay as they are. */
function deepFreeze<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(deepFreeze)
  else if (isRecord(value)) Object.values(value).forEach(deepFreeze)
  else return value
  return Object.freeze(value)
}
