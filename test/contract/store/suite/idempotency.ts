import { describe, expect, test } from 'vitest'
import type { IdempotencyClaim } from '../../../../server/store/store.ts'
import { inWorld, type OpenWorld, upTo } from './world.ts'

const claim: IdempotencyClaim = {
  scope: 'merchant',
  key: 'key-00000001',
  fingerprint: 'e'.repeat(64),
  nowMs: 10_000,
  leaseMs: 1_000,
}
const answer = { status: 201, body: '{"orderRef":"茶-1"}' }

export function idempotency(open: OpenWorld): void {
  describe('idempotency keys', () => {
    test(
      'a new key is fresh, then in flight, then answered the same for ever',
      inWorld(open, async ({ store }) => {
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'fresh' })
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'inFlight' })
        await store.finishIdempotency(claim, answer)
        const muchLater = { ...claim, nowMs: claim.nowMs * 1_000_000 }
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'done', ...answer })
        expect(await store.claimIdempotency(muchLater)).toEqual({ kind: 'done', ...answer })
      }),
    )

    test(
      'of 50 claims at once exactly one is fresh',
      inWorld(open, async ({ store }) => {
        const states = await Promise.all(upTo(50).map(() => store.claimIdempotency(claim)))
        expect(states.filter(({ kind }) => kind === 'fresh')).toHaveLength(1)
        expect(states.filter(({ kind }) => kind === 'inFlight')).toHaveLength(49)
      }),
    )

    test(
      'other parameters are a mismatch, in flight, when done, and after the lease',
      inWorld(open, async ({ store }) => {
        const other = { ...claim, fingerprint: 'f'.repeat(64) }
        await store.claimIdempotency(claim)
        expect(await store.claimIdempotency(other)).toEqual({ kind: 'mismatch' })
        const later = { ...other, nowMs: other.nowMs + 5_000 }
        expect(await store.claimIdempotency(later)).toEqual({ kind: 'mismatch' })
        await store.finishIdempotency(claim, answer)
        expect(await store.claimIdempotency(other)).toEqual({ kind: 'mismatch' })
      }),
    )

    test(
      'scope and key name the work together',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        const fresh = { kind: 'fresh' }
        expect(await store.claimIdempotency({ ...claim, scope: 'payer' })).toEqual(fresh)
        expect(await store.claimIdempotency({ ...claim, key: 'key-00000002' })).toEqual(fresh)
      }),
    )

    test(
      'a claim is taken over only when older than its lease, and by one of 20',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        const atItsEnd = { ...claim, nowMs: claim.nowMs + claim.leaseMs }
        expect(await store.claimIdempotency(atItsEnd)).toEqual({ kind: 'inFlight' })
        const after = { ...claim, nowMs: claim.nowMs + claim.leaseMs + 1 }
        const states = await Promise.all(upTo(20).map(() => store.claimIdempotency(after)))
        expect(states.filter(({ kind }) => kind === 'fresh')).toHaveLength(1)
        expect(states.filter(({ kind }) => kind === 'inFlight')).toHaveLength(19)
      }),
    )

    test(
      'a released claim executes again; a finished one cannot be released',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        await store.releaseIdempotency(claim)
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'fresh' })
        await store.finishIdempotency(claim, answer)
        await store.releaseIdempotency(claim)
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'done', ...answer })
      }),
    )

    test(
      'the first answer stays, and whoever finishes later is told what it was',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        expect(await store.finishIdempotency(claim, answer)).toEqual(answer)
        const late = { status: 409, body: '' }
        expect(await store.finishIdempotency(claim, late)).toEqual(answer)
        expect(await store.claimIdempotency(claim)).toEqual({ kind: 'done', ...answer })
      }),
    )

    const takenOver = { ...claim, nowMs: claim.nowMs + claim.leaseMs + 1 }
    test(
      'who is late releases nothing of whoever took over',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        await store.claimIdempotency(takenOver)
        await store.releaseIdempotency(claim)
        expect(await store.claimIdempotency(takenOver)).toEqual({ kind: 'inFlight' })
        await store.releaseIdempotency(takenOver)
        expect(await store.claimIdempotency(takenOver)).toEqual({ kind: 'fresh' })
      }),
    )

    test(
      'the answer of who is late is kept where whoever took over has given up',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        await store.claimIdempotency(takenOver)
        await store.releaseIdempotency(takenOver)
        await store.finishIdempotency(claim, answer)
        expect(await store.claimIdempotency(takenOver)).toEqual({ kind: 'done', ...answer })
      }),
    )

    test(
      'an answer is kept for its own parameters only',
      inWorld(open, async ({ store }) => {
        await store.claimIdempotency(claim)
        await store.releaseIdempotency(claim)
        const other = { ...claim, fingerprint: 'f'.repeat(64) }
        await store.claimIdempotency(other)
        await store.finishIdempotency(claim, answer)
        expect(await store.claimIdempotency(other)).toEqual({ kind: 'inFlight' })
      }),
    )
  })
}
