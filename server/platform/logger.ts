import { pino } from 'pino'
import type { Clock } from '../../shared/clock.ts'
import { redact } from './redact.ts'

/**
 * Log lines by allow-list: a call names an event and gives only fields listed here, so a secret has
 * no way in by accident.
 */
export interface LogFields {
  readonly requestId?: string
  readonly method?: string
  readonly route?: string
  readonly status?: number
  readonly ms?: number
  readonly accountId?: string
  readonly orderRef?: string
  readonly paymentId?: string
  readonly refundId?: string
  readonly eventId?: string
  readonly endpointId?: string
  readonly outcome?: string
  readonly reason?: string
  readonly providerStatus?: string
  readonly code?: string
  readonly address?: string
  readonly count?: number
  /** An error's name, message and stack; messages never carry request bodies or credentials. */
  readonly error?: unknown
}

export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Where finished lines go: one JSON object and a line feed each. */
export interface LogSink {
  write(line: string): void
}

/** The allow-list once more for calls that the compiler did not see. */
const FIELDS = [
  'requestId',
  'method',
  'route',
  'status',
  'ms',
  'accountId',
  'orderRef',
  'paymentId',
  'refundId',
  'eventId',
  'endpointId',
  'outcome',
  'reason',
  'providerStatus',
  'code',
  'address',
  'count',
] as const satisfies readonly (keyof LogFields)[]

/** JSON lines: `level`, `time` (ISO 8601, UTC), `event` and the fields of the allow-list. */
export function createLogger(options: {
  clock: Clock
  level?: LogLevel
  /** Standard output when left out. */
  sink?: LogSink
}): Logger {
  const { clock, level = 'info', sink = pino.destination(1) } = options
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
    },
    sink,
  )
  return {
    debug: (event, fields) => lines.debug(allowed(fields), event),
    info: (event, fields) => lines.info(allowed(fields), event),
    warn: (event, fields) => lines.warn(allowed(fields), event),
    error: (event, fields) => lines.error(allowed(fields), event),
  }
}

/** Says nothing, for parts that are used without an operator. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

function allowed(fields: LogFields = {}): Record<string, unknown> {
  const line: Record<string, unknown> = {}
  for (const name of FIELDS) {
    const value: unknown = fields[name]
    if (typeof value === 'string') line[name] = redact(value)
    if (typeof value === 'number') line[name] = value
  }
  return fields.error === undefined ? line : { ...line, error: describeError(fields.error) }
}

/** Nothing but name, message and stack: errors of libraries carry whole requests in their fields. */
function describeError(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { name: typeof error, message: 'not an Error was thrown' }
  const { name, message, stack = '' } = error
  return { name, message: redact(message), stack: redact(stack) }
}
