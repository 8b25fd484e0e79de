import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { AuditAsk } from '../../shared/contract/audit.ts'
import { idSchema } from '../../shared/contract/common.ts'

export const USAGE = `npm run audit -- [options]

  --database <path or postgres://…>  check this database alone, without the configuration
  --ask                              ask the providers that may be asked at any time
  --ask-all                          ask all of them, those included that want to be asked
                                     only after an event
  --account <accountId>              compare this account's books only
  --since <day or instant>           orders made from then on
  --until <day or instant>           orders made before then
  --limit <number>                   at most so many orders, and payments asked about
  --strict                           what people should look at fails too
  --json                             for machines

Ends with 0 where all is well, 1 where something is not, 2 where it could not be checked.
docs/audit.md says what each finding means.
`

/** What somebody typed that cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface CommandLine {
  readonly help: boolean
  readonly json: boolean
  readonly strict: boolean
  /** Null where the configuration says which. */
  readonly database: string | null
  readonly ask: AuditAsk
  readonly accountId: string | undefined
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  readonly limit: number | undefined
}

const valuesSchema = z.object({
  database: z.string().min(1).optional(),
  account: idSchema.optional(),
  since: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  until: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  limit: z.coerce.number().int().min(1).optional(),
})

/** Throws UsageError. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const given = parse(args)
  const checked = valuesSchema.safeParse(given)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new UsageError(`--${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { database, account, since, until, limit } = checked.data
  const ask = given['ask-all'] ? 'all' : given.ask ? 'polled' : 'none'
  if (ask !== 'none' && database !== undefined) {
    throw new UsageError('--database leaves the configuration out, so nobody can be asked.')
  }
  return {
    help: given.help ?? false,
    json: given.json ?? false,
    strict: given.strict ?? false,
    database: database ?? null,
    ask,
    accountId: account,
    sinceMs: since === undefined ? undefined : Date.parse(since),
    untilMs: until === undefined ? undefined : Date.parse(until),
    limit,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        database: { type: 'string' },
        account: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        limit: { type: 'string' },
        ask: { type: 'boolean' },
        'ask-all': { type: 'boolean' },
        strict: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
