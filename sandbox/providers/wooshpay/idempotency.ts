import type { Clock } from '../../../shared/clock.ts'
import type { Reply, SandboxReply } from '../../http.ts'
import { ApiProblem } from './errors.ts'

/** Remembers answers by `Idempotency-Key`: how long and what exactly is not documented; a day here. */
export interface Idempotency {
  /**
   * Runs the request. What `execute` passes to `once` happens at most once per key: a repeat gets
   * the same answer. Throws ApiProblem 409 while the first still runs, and for another request
   * under a known key.
   */
  run(request: KeyedRequest, execute: (once: Once) => Promise<Reply>): Promise<Reply>
  reset(): void
}

interface KeyedRequest {
  /** Missing key: every request stands for itself. */
  readonly key: string | undefined
  readonly account: string
  /** What was asked for: the same text on every repeat. */
  readonly fingerprint: string
}

type Once = (call: () => SandboxReply) => SandboxReply

interface Remembered {
  readonly fingerprint: string
  readonly firstAtMs: number
  running: boolean
  reply: SandboxReply | null
}

const REMEMBERED_FOR_MS = 24 * 60 * 60_000
const KEY_MAX_LENGTH = 255

export function createIdempotency(clock: Clock): Idempotency {
  const known = new Map<string, Remembered>()
  return {
    async run({ key, account, fingerprint }, execute) {
      if (key === undefined) return execute((call) => call())
      if (key.length > KEY_MAX_LENGTH) throw conflict(400, 'The key is longer than 255 characters.')
      const id = `${account} ${key}`
      const found = known.get(id)
      const fresh = !found || clock.nowMs() - found.firstAtMs >= REMEMBERED_FOR_MS
      const entry: Remembered = fresh
        ? { fingerprint, firstAtMs: clock.nowMs(), running: false, reply: null }
        : found
      if (entry.running) throw conflict(409, 'A request with this key is still in progress.')
      if (entry.fingerprint !== fingerprint) {
        throw conflict(409, 'This key was used with other parameters.')
      }
      known.set(id, entry)
      entry.running = true
      try {
        return await execute((call) => {
          entry.reply ??= call()
          return entry.reply
        })
      } finally {
        entry.running = false
        // A request that was refused before anything happened leaves its key free.
        if (entry.reply === null && known.get(id) === entry) known.delete(id)
      }
    },
    reset: () => known.clear(),
  }
}

function conflict(status: 400 | 409, message: string): ApiProblem {
  return new ApiProblem(status, { type: 'idempotency_error', code: 'idempotency_error', message })
}
