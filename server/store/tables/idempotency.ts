import type { Handle } from '../handle.ts'
import type { IdempotencyAnswer, IdempotencyClaim, IdempotencyState } from '../store.ts'

/**
 * Every step is one statement that either wins or does not, so that of any number of claims at once
 * exactly one is fresh. A step that lost a race starts over and sees what the winner left.
 */
export async function claimIdempotency(
  handle: Handle,
  claim: IdempotencyClaim,
): Promise<IdempotencyState> {
  for (;;) {
    if (await insertClaim(handle, claim)) return { kind: 'fresh' }
    const stored = await findClaim(handle, claim)
    if (stored === undefined) continue
    if (stored.fingerprint !== claim.fingerprint) return { kind: 'mismatch' }
    if (stored.answer_status !== null && stored.answer_body !== null) {
      return { kind: 'done', status: stored.answer_status, body: stored.answer_body }
    }
    if (claim.nowMs - stored.claimed_at_ms <= claim.leaseMs) return { kind: 'inFlight' }
    if (await takeOver(handle, claim, stored.claimed_at_ms)) return { kind: 'fresh' }
  }
}

async function insertClaim({ db }: Handle, claim: IdempotencyClaim): Promise<boolean> {
  const result = await db
    .insertInto('idempotency')
    .values({
      scope: claim.scope,
      idempotency_key: claim.key,
      fingerprint: claim.fingerprint,
      claimed_at_ms: claim.nowMs,
      answer_status: null,
      answer_body: null,
    })
    .onConflict((conflict) => conflict.columns(['scope', 'idempotency_key']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

async function findClaim({ db }: Handle, { scope, key }: { scope: string; key: string }) {
  return db
    .selectFrom('idempotency')
    .select(['fingerprint', 'claimed_at_ms', 'answer_status', 'answer_body'])
    .where('scope', '=', scope)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
}

async function takeOver(
  { db }: Handle,
  claim: IdempotencyClaim,
  abandonedAtMs: number,
): Promise<boolean> {
  const result = await db
    .updateTable('idempotency')
    .set({ claimed_at_ms: claim.nowMs })
    .where('scope', '=', claim.scope)
    .where('idempotency_key', '=', claim.key)
    .where('claimed_at_ms', '=', abandonedAtMs)
    .where('answer_status', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Keeps the answer for every repeat to come. The first answer stays, and is what this answers with:
 * one who was taken for dead and finishes late does not change what others have been told. Kept also
 * where whoever took over has given up meanwhile.
 */
export async function finishIdempotency(
  handle: Handle,
  claim: IdempotencyClaim,
  answer: IdempotencyAnswer,
): Promise<IdempotencyAnswer> {
  const kept = { answer_status: answer.status, answer_body: answer.body }
  const result = await handle.db
    .insertInto('idempotency')
    .values({
      scope: claim.scope,
      idempotency_key: claim.key,
      fingerprint: claim.fingerprint,
      claimed_at_ms: claim.nowMs,
      ...kept,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'idempotency_key'])
        .doUpdateSet(kept)
        .where('idempotency.answer_status', 'is', null)
        .where('idempotency.fingerprint', '=', claim.fingerprint),
    )
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows === 1n) return answer
  const first = await findClaim(handle, claim)
  if (first?.answer_status === null || first?.answer_body === null) return answer
  return first ? { status: first.answer_status, body: first.answer_body } : answer
}

/** Forgets an unfinished claim, unless somebody else has taken it over. */
export async function releaseIdempotency(
  { db }: Handle,
  { scope, key, nowMs }: IdempotencyClaim,
): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('scope', '=', scope)
    .where('idempotency_key', '=', key)
    .where('claimed_at_ms', '=', nowMs)
    .where('answer_status', 'is', null)
    .execute()
}
