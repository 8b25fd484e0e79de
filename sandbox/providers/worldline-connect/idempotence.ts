import type { Clock } from '../../../shared/clock.ts'
import type { Reply, SandboxReply } from '../../http.ts'

/** Remembers answers for a day by `X-GCS-Idempotence-Key`. */
export interface Idempotence {
  /**
   * Runs the request. What `execute` passes to `once` happens at most once per key; a repeat gets the
   * remembered answer and the time of the first try, and while the first runs, `inFlight`.
   */
  run(request: KeyedRequest, execute: (once: Once) => Promise<Reply>): Promise<Reply>
  reset(): void
}

interface KeyedRequest {
  /** Missing key: every request stands for itself. */
  readonly key: string | undefined
  /** Whose key it is and what it was used for. */
  readonly scope: string
  readonly inFlight: () => SandboxReply
}

type Once = (call: () => Executed) => SandboxReply

export interface Executed {
  readonly reply: SandboxReply
  /** The same answer as it would read now. */
  readonly refreshed?: () => SandboxReply
}

interface Remembered {
  readonly firstAtMs: number
  running: boolean
  executed: Executed | null
}

const REMEMBERED_FOR_MS = 24 * 60 * 60_000

export function createIdempotence(clock: Clock, refreshes: () => boolean): Idempotence {
  let known = new Map<string, Remembered>()

  const recall = (id: string): Remembered => {
    const found = known.get(id)
    if (found && clock.nowMs() - found.firstAtMs < REMEMBERED_FOR_MS) return found
    const fresh = { firstAtMs: clock.nowMs(), running: false, executed: null }
    known.set(id, fresh)
    return fresh
  }
  const repeat = (remembered: Remembered, executed: Executed): SandboxReply => {
    const reply = refreshes() && executed.refreshed ? executed.refreshed() : executed.reply
    const stamp = { 'X-GCS-Idempotence-Request-Timestamp': String(remembered.firstAtMs) }
    return { ...reply, headers: { ...reply.headers, ...stamp } }
  }

  return {
    async run(request, execute) {
      if (request.key === undefined) return execute((call) => call().reply)
      const id = `${request.scope} ${request.key}`
      const remembered = recall(id)
      if (remembered.running) return request.inFlight()
      remembered.running = true
      try {
        return await execute((call) => {
          if (remembered.executed) return repeat(remembered, remembered.executed)
          const executed = call()
          if (isOutcome(executed.reply)) remembered.executed = executed
          return executed.reply
        })
      } finally {
        remembered.running = false
        if (!remembered.executed && known.get(id) === remembered) known.delete(id)
      }
    },
    reset() {
      known = new Map()
    },
  }
}

/** A request that was never processed leaves its key free; a refusal by the acquirer does not. */
function isOutcome(reply: SandboxReply): boolean {
  return (reply.status >= 200 && reply.status < 300) || reply.status === 402
}
