import { type Clock, sleep } from '../../shared/clock.ts'
import { type Lock, seal, unseal } from '../platform/seal.ts'
import type { CredentialName, Store, StoreTransaction, WechatCredential } from '../store/store.ts'
import { IdentityError } from './errors.ts'

/**
 * Something that WeChat lends an app for about two hours, and that all processes share through the
 * store: one of them asks for it, the others wait for the row or go on with the one they have.
 *
 * At rest it is sealed with a key derived from the secret of the app. Whoever reads the database, or a
 * backup of it, cannot use it; whoever has the secret can ask WeChat for one and needs no database.
 */
export interface SharedCredential {
  /** Throws IdentityError `identityUnavailable`. */
  current(): Promise<string>
  /**
   * One that is not `refused`, because WeChat does not take that one any more: the stored one where
   * somebody has renewed it already, else a new one. Throws IdentityError `identityUnavailable`.
   */
  replace(refused: string): Promise<string>
}

export interface Lent {
  readonly value: string
  readonly lifetimeMs: number
}

export interface Lender {
  readonly name: CredentialName
  /** The secret of the app. */
  readonly secret: string
  /** Throws IdentityError. */
  readonly ask: () => Promise<Lent>
  /** Makes WeChat replace one that is still good by its clock; missing where it cannot be made to. */
  readonly force?: () => Promise<Lent>
}

export interface SharedDeps {
  readonly store: Pick<Store, 'transaction' | 'wechatCredential'>
  readonly clock: Clock
  /** From 0 up to, not including, 1: spreads the early renewals of processes. */
  readonly random: () => number
}

/** Longer than a call with its repeats; then its process is taken for dead. */
const LEASE_MS = 20_000
const LONGEST_WAIT_MS = 10_000
const LOOK_AGAIN_MS = 100
/** A renewal that failed is left alone for so long: nobody storms a WeChat that is away. */
const AFTER_FAILURE_MS = 1_000
const AFTER_EARLY_FAILURE_MS = 30_000
/** Renewed from there on; the store keeps the moment, so that it is one for all processes. */
const EARLIEST_RENEWAL = 0.8
const LATEST_RENEWAL = 0.9
/** Not handed out any more: it would run out on its way. */
const LAST_SECONDS_MS = 10_000
/** `force_refresh`: 20 a day, 30 s apart. Source: getStableAccessToken (as of 2026). */
const MOST_FORCED = 20
const FORCED_APART_MS = 30_000
const DAY_MS = 24 * 60 * 60 * 1_000

export function createSharedCredential(deps: SharedDeps, lender: Lender): SharedCredential {
  /** What this process is asking for: callers that want the same share one answer. */
  const running = new Map<string, Promise<string>>()
  const once = (refused: string): Promise<string> => {
    const already = running.get(refused)
    if (already) return already
    const asking = obtain(deps, lender, refused).finally(() => running.delete(refused))
    running.set(refused, asking)
    return asking
  }
  return {
    async current() {
      const row = await deps.store.wechatCredential(lender.name)
      const known = row && usable(lender, row, { nowMs: deps.clock.nowMs(), refused: NONE })
      const renews = known?.isDue === true && !running.has(NONE)
      return known && !renews ? known.value : await once(NONE)
    },
    replace: once,
  }
}

/** No value is empty, so this refuses none. */
const NONE = ''

async function obtain(deps: SharedDeps, lender: Lender, refused: string): Promise<string> {
  const giveUpAtMs = deps.clock.nowMs() + LONGEST_WAIT_MS
  for (;;) {
    const step = await deps.store.transaction((tx) => take(tx, { deps, lender, refused }))
    if (step.kind === 'have') return step.value
    if (step.kind === 'ask') return await renew(deps, lender, { refused, old: step.old })
    if (deps.clock.nowMs() >= giveUpAtMs) throw unavailable(lender, 'another process has it')
    await sleep(deps.clock, LOOK_AGAIN_MS)
  }
}

type Step =
  | { readonly kind: 'have'; readonly value: string }
  /** It is ours to ask; `old` still does where that fails. */
  | { readonly kind: 'ask'; readonly old: string | null }
  | { readonly kind: 'wait' }

async function take(
  tx: StoreTransaction,
  { deps, lender, refused }: { deps: SharedDeps; lender: Lender; refused: string },
): Promise<Step> {
  const nowMs = deps.clock.nowMs()
  const row = await tx.lockWechatCredential(lender.name)
  const known = usable(lender, row, { nowMs, refused })
  const isTaken = row.leaseUntilMs !== null && row.leaseUntilMs > nowMs
  if (known && (!known.isDue || isTaken)) return { kind: 'have', value: known.value }
  if (isTaken) return { kind: 'wait' }
  await tx.updateWechatCredential({ ...row, leaseUntilMs: nowMs + LEASE_MS })
  return { kind: 'ask', old: known?.value ?? null }
}

async function renew(
  deps: SharedDeps,
  lender: Lender,
  { refused, old }: { refused: string; old: string | null },
): Promise<string> {
  try {
    const askedAtMs = deps.clock.nowMs()
    const lent = await lender.ask()
    const fresh = lent.value === refused ? await force(deps, lender, refused) : lent
    await keep(deps, lender, { ...fresh, askedAtMs })
    return fresh.value
  } catch (error) {
    const pauseMs = old === null ? AFTER_FAILURE_MS : AFTER_EARLY_FAILURE_MS
    const leaseUntilMs = deps.clock.nowMs() + pauseMs
    await change(deps, lender, (row) => ({ ...row, leaseUntilMs }))
    if (old === null || !(error instanceof IdentityError)) throw error
    return old
  }
}

/** WeChat hands out again what it refuses: it is made to replace it, as often as it lets us. */
async function force(deps: SharedDeps, lender: Lender, refused: string): Promise<Lent> {
  if (!lender.force) throw unavailable(lender, 'WeChat hands out again what it refuses')
  const nowMs = deps.clock.nowMs()
  const mayForce = await deps.store.transaction(async (tx) => {
    const row = await tx.lockWechatCredential(lender.name)
    const today = row.forcedAtMs.filter((atMs) => nowMs - atMs < DAY_MS)
    const last = today.at(-1) ?? Number.NEGATIVE_INFINITY
    if (today.length >= MOST_FORCED || nowMs - last < FORCED_APART_MS) return false
    await tx.updateWechatCredential({ ...row, forcedAtMs: [...today, nowMs] })
    return true
  })
  if (!mayForce) throw unavailable(lender, 'WeChat refuses it, and renewal was forced enough')
  const lent = await lender.force()
  if (lent.value !== refused) return lent
  throw unavailable(lender, 'WeChat hands out again what it refuses, even when forced')
}

function keep(deps: SharedDeps, lender: Lender, lent: Lent & { askedAtMs: number }) {
  const { value, lifetimeMs, askedAtMs } = lent
  const part = EARLIEST_RENEWAL + (LATEST_RENEWAL - EARLIEST_RENEWAL) * deps.random()
  return change(deps, lender, (row) => ({
    ...row,
    sealed: seal(value, lockOf(lender)),
    refreshAtMs: Math.round(askedAtMs + lifetimeMs * part),
    expiresAtMs: askedAtMs + lifetimeMs,
    leaseUntilMs: null,
  }))
}

function change(
  { store }: SharedDeps,
  { name }: Lender,
  to: (row: WechatCredential) => WechatCredential,
): Promise<void> {
  return store.transaction(async (tx) =>
    tx.updateWechatCredential(to(await tx.lockWechatCredential(name))),
  )
}

function usable(
  lender: Lender,
  { sealed, refreshAtMs, expiresAtMs }: WechatCredential,
  { nowMs, refused }: { nowMs: number; refused: string },
): { value: string; isDue: boolean } | null {
  if (sealed === null || nowMs >= (expiresAtMs ?? 0) - LAST_SECONDS_MS) return null
  const value = unseal(sealed, lockOf(lender))
  if (value === null || value === refused) return null
  return { value, isDue: nowMs >= (refreshAtMs ?? 0) }
}

function lockOf({ name, secret }: Lender): Lock {
  return { secret, purpose: `${name.kind} ${name.appId}` }
}

function unavailable({ name }: Lender, why: string): IdentityError {
  const message = `no ${name.kind} for ${name.appId}: ${why}`
  return new IdentityError({ code: 'identityUnavailable', message })
}
