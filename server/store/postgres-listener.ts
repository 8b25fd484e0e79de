import { Client, type ClientConfig } from 'pg'
import { z } from 'zod'
import type { CancelTimer, Clock } from '../../shared/clock.ts'
import { PAYMENT_STATUSES } from '../../shared/payment-status.ts'
import type { Logger } from '../platform/logger.ts'
import { WAKE_UP } from './changes.ts'
import type { Change } from './store.ts'

export const CHANNEL = 'wechat_pay_toolkit_changes'

/** PostgreSQL takes less than 8000 bytes in one notice; a change takes about a hundred. */
export const CHANGES_PER_NOTICE = 50

const RECONNECT_MS = [0, 100, 250, 500, 1000, 2000, 5000] as const

/** Also finds the connection that a gateway between us has forgotten without a word. */
const HEARTBEAT_MS = 15_000
const ANSWER_TIMEOUT_MS = 10_000

const noticeSchema = z.object({
  from: z.string(),
  changes: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('payment'),
        paymentId: z.string(),
        status: z.enum(PAYMENT_STATUSES).nullable().default(null),
      }),
      z.object({ kind: z.literal('due'), atMs: z.number() }),
    ]),
  ),
})

export function writeNotice(from: string, changes: readonly Change[]): string {
  return JSON.stringify({ from, changes: [...changes] } satisfies z.input<typeof noticeSchema>)
}

export interface ListenerOptions {
  readonly connection: ClientConfig
  /** Our own name: what we announced ourselves was told already. */
  readonly self: string
  readonly clock: Clock
  readonly logger: Logger | undefined
  readonly tell: (changes: readonly Change[]) => void
  /** How long a silent server is taken for alive. */
  readonly answerTimeoutMs?: number
}

/**
 * One connection of its own that hears of other processes' commits. Whenever it begins to listen,
 * also again after a loss, it wakes everybody: nobody knows what was said meanwhile.
 */
export class PostgresListener {
  readonly #options: ListenerOptions
  #client: Client | undefined
  #cancelTimer: CancelTimer = () => {}
  #failures = 0
  #stopped = false

  constructor(options: ListenerOptions) {
    this.#options = options
    void this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = new Client({
      ...this.#options.connection,
      application_name: 'wechat-pay-toolkit listener',
      keepAlive: true,
      query_timeout: this.#options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    })
    this.#client = client
    client.on('error', (error) => this.#lose(client, error))
    client.on('end', () => this.#lose(client, new Error('the connection ended')))
    client.on('notification', ({ payload }) => this.#hear(payload))
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      this.#lose(client, error)
      return
    }
    if (this.#client !== client) return
    this.#failures = 0
    this.#options.tell([WAKE_UP])
    this.#beat(client)
  }

  #beat(client: Client): void {
    this.#cancelTimer = this.#options.clock.setTimer(HEARTBEAT_MS, () => {
      client.query('select 1').then(
        () => {
          if (this.#client === client && !this.#stopped) this.#beat(client)
        },
        (error: unknown) => this.#lose(client, error),
      )
    })
  }

  /** Called once or more for the same connection; only the first counts. */
  #lose(client: Client, error: unknown): void {
    if (this.#client !== client || this.#stopped) return
    this.#client = undefined
    this.#cancelTimer()
    client.end().catch(() => {})
    const delayMs = RECONNECT_MS[Math.min(this.#failures, RECONNECT_MS.length - 1)] ?? 0
    this.#failures += 1
    this.#options.logger?.warn('store.listenerLost', { error, count: this.#failures })
    this.#cancelTimer = this.#options.clock.setTimer(delayMs, () => void this.#connect())
  }

  /** A notice that cannot be read is still a sign that something happened. */
  #hear(payload: string | undefined): void {
    const notice = noticeSchema.safeParse(parseJson(payload ?? ''))
    if (!notice.success) this.#options.tell([WAKE_UP])
    else if (notice.data.from !== this.#options.self) this.#options.tell(notice.data.changes)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
