import { type Clock, sleep } from '../../shared/clock.ts'
import { IDEMPOTENCY_KEY_HEADER, idempotencyKeySchema } from '../../shared/contract/common.ts'
import { PROBLEMS } from '../../shared/contract/problem.ts'
import { canonicalJson } from '../platform/canonical-json.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Logger } from '../platform/logger.ts'
import type { IdempotencyAnswer, IdempotencyClaim, Store } from '../store/store.ts'
import { UseCaseError } from '../usecases/errors.ts'
import type { HttpContext, HttpMiddleware } from './context.ts'
import { invitesRepeat, PROBLEM_TYPE, Problem, renderProblem, toProblem } from './problem.ts'

/**
 * A claim that is older is taken for the trace of a process that died. Should the first execution
 * still run after all, the rows beneath it keep the two apart.
 */
const LEASE_MS = 20_000
/** An execution of this process is no trace: it lives, and every call in it ends by a deadline. */
const ALIVE_MS = Number.MAX_SAFE_INTEGER
const LONGEST_WAIT_MS = 10_000
/** How often a claim of another process is looked at; one of this process wakes its waiters. */
const RECHECK_MS = 250

/** Names the caller whose keys these are, such as `merchant:shop` or `order:A-1`. */
export type WhoCalls = (ctx: HttpContext) => string

/** The caller's own Idempotency-Key. Throws `idempotencyKeyMissing` or `invalidRequest`. */
export function idempotencyKeyOf(ctx: HttpContext): string {
  const header = ctx.get(IDEMPOTENCY_KEY_HEADER)
  if (header === '') throw new Problem('idempotencyKeyMissing')
  const key = idempotencyKeySchema.safeParse(header)
  if (key.success) return key.data
  const issues = key.error.issues.map(({ message }) => ({ path: 'Idempotency-Key', message }))
  throw new Problem('invalidRequest', { issues })
}

/**
 * Makes a POST safe to repeat: per caller and route, one key is one execution and one answer, which
 * repeats get word for word with `Idempotency-Replayed: true`. Kept are successes and refusals of
 * the use case itself. Server errors, invitations to repeat and requests that never reached the use
 * case are forgotten, so that the next repeat executes again. Mounted after the stage that
 * establishes the caller. Throws Problem `idempotencyKeyReused` and `idempotencyKeyInFlight`.
 */
export function createIdempotency(deps: {
  store: Pick<Store, 'claimIdempotency' | 'finishIdempotency' | 'releaseIdempotency'>
  clock: Clock
  logger: Logger
}): (whoCalls: WhoCalls) => HttpMiddleware {
  const { store, clock, logger } = deps
  /** Executions of this process, for those who wait for them; each ends by removing itself. */
  const running = new Map<string, Promise<void>>()

  const claim = async (wish: Wish): Promise<Answered | Claimed> => {
    const giveUpAtMs = clock.nowMs() + LONGEST_WAIT_MS
    for (;;) {
      const nowMs = clock.nowMs()
      const here = running.get(nameOf(wish))
      const claimed = { ...wish, nowMs, leaseMs: here ? ALIVE_MS : LEASE_MS }
      const state = await store.claimIdempotency(claimed)
      if (state.kind === 'fresh') return { kind: 'claimed', claimed }
      if (state.kind === 'done') return { kind: 'answered', answer: state }
      if (state.kind === 'mismatch') throw new Problem('idempotencyKeyReused')
      const leftMs = giveUpAtMs - clock.nowMs()
      if (leftMs <= 0) throw new Problem('idempotencyKeyInFlight')
      await first(clock, Math.min(leftMs, here ? LONGEST_WAIT_MS : RECHECK_MS), here)
    }
  }

  /** The answer of another execution, where that was kept first and ours must not differ from it. */
  const keep = async (
    claimed: IdempotencyClaim,
    answer: IdempotencyAnswer | undefined,
  ): Promise<IdempotencyAnswer | undefined> => {
    if (!answer) {
      await store.releaseIdempotency(claimed)
      return undefined
    }
    const kept = await store.finishIdempotency(claimed, answer)
    return kept.status === answer.status && kept.body === answer.body ? undefined : kept
  }

  const execute = async (
    ctx: HttpContext,
    claimed: IdempotencyClaim,
    work: () => Promise<unknown>,
  ) => {
    const outcome = await attempt(work)
    let other: IdempotencyAnswer | undefined
    try {
      other = await keep(claimed, answerOf(ctx, outcome))
    } catch (error) {
      // The work is done and guarded by its own rows; the claim ends by itself with its lease.
      logger.error('idempotency.notKept', { requestId: ctx.state.requestId, error })
    }
    if (other) replay(ctx, other)
    else if (outcome) throw outcome.error
  }

  return (whoCalls) => async (ctx, next) => {
    const wish = wishOf(ctx, whoCalls(ctx))
    const known = await claim(wish)
    if (known.kind === 'answered') {
      replay(ctx, known.answer)
      return
    }
    const name = nameOf(wish)
    const execution = execute(ctx, known.claimed, next).finally(() => running.delete(name))
    running.set(name, settled(execution))
    await execution
  }
}

interface Answered {
  readonly kind: 'answered'
  readonly answer: IdempotencyAnswer
}

interface Claimed {
  readonly kind: 'claimed'
  readonly claimed: IdempotencyClaim
}

type Wish = Pick<IdempotencyClaim, 'scope' | 'key' | 'fingerprint'>

function wishOf(ctx: HttpContext, who: string): Wish {
  const key = idempotencyKeyOf(ctx)
  const { method, path } = ctx
  const body = canonicalJson(ctx.request.body ?? {})
  return {
    scope: `${who} ${method} ${ctx.state.route ?? path}`,
    key,
    fingerprint: sha256Hex([method, path, body].join('\n')),
  }
}

function nameOf({ scope, key }: Wish): string {
  return `${scope} ${key}`
}

async function attempt(work: () => Promise<unknown>): Promise<{ error: unknown } | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return { error }
  }
}

/** The answer as it shall be repeated, or undefined where a repeat should execute again. */
function answerOf(
  ctx: HttpContext,
  failure: { error: unknown } | undefined,
): IdempotencyAnswer | undefined {
  if (!failure) {
    return ctx.status < 300
      ? { status: ctx.status, body: JSON.stringify(ctx.body ?? null) }
      : undefined
  }
  const { error } = failure
  if (!(error instanceof UseCaseError) || invitesRepeat(error.code)) return undefined
  if (PROBLEMS[error.code][0] >= 500) return undefined
  const { status, body } = renderProblem(toProblem(error), ctx.state.requestId)
  return { status, body: JSON.stringify(body) }
}

function replay(ctx: HttpContext, answer: IdempotencyAnswer): void {
  ctx.status = answer.status
  ctx.body = answer.body
  ctx.type = answer.status < 400 ? 'application/json' : PROBLEM_TYPE
  ctx.set('Idempotency-Replayed', 'true')
}

function settled(execution: Promise<unknown>): Promise<void> {
  return execution.then(
    () => undefined,
    () => undefined,
  )
}

/** Resolves with whatever comes first; the timer does not outlive the wait. */
function first(clock: Clock, delayMs: number, other: Promise<void> | undefined): Promise<void> {
  if (!other) return sleep(clock, delayMs)
  return new Promise((resolve) => {
    const cancel = clock.setTimer(delayMs, resolve)
    void other.then(() => {
      cancel()
      resolve()
    })
  })
}
