import type { Clock } from '../../../shared/clock.ts'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import { ApiError } from './errors.ts'

const LIFE_MS = 7200_000
/** In its last five minutes a token is renewed on request; old and new then live side by side. */
const OVERLAP_MS = 5 * 60_000
const FORCED_A_DAY = 20
const FORCED_APART_MS = 30_000
const DAY_MS = 24 * 60 * 60_000

interface Issued {
  readonly value: string
  readonly expiresAtMs: number
}

export interface Lease {
  readonly value: string
  /** Whole seconds left. */
  readonly expiresInS: number
}

/** The server-wide access tokens and JS-SDK tickets of each app. */
export interface Tokens {
  /**
   * `cgi-bin/stable_token`: the same token while it lives. Forced, a new one at once and the old
   * one dead; within 30 s of the last forced call nothing changes, after 20 in a day ApiError 45009.
   */
  stable(appId: string, forced: boolean): Lease
  /** The app that owns a living token. Throws ApiError 40001 (unknown) or 42001 (expired). */
  ownerOf(accessToken: string): string
  /** `cgi-bin/ticket/getticket`: the same ticket while it lives. */
  ticket(appId: string): Lease
  /**
   * The app's token is refused from now on, though `stable_token` goes on handing it out until it is
   * forced: as after an incident at WeChat.
   */
  revoke(appId: string): void
  reset(): void
}

export function createTokens({ clock, random }: { clock: Clock; random: Random }): Tokens {
  const latest = new Map<string, Issued>()
  const owners = new Map<string, { readonly appId: string; expiresAtMs: number }>()
  const tickets = new Map<string, Issued>()
  const forcedAtMs = new Map<string, readonly number[]>()

  const lease = ({ value, expiresAtMs }: Issued): Lease => ({
    value,
    expiresInS: Math.ceil((expiresAtMs - clock.nowMs()) / 1000),
  })
  function issue(appId: string, previousExpiresAtMs: number): Lease {
    const before = latest.get(appId)
    const owner = before && owners.get(before.value)
    if (owner) owner.expiresAtMs = previousExpiresAtMs
    const expiresAtMs = clock.nowMs() + LIFE_MS
    const token = { value: random.word(136, ALPHANUMERIC), expiresAtMs }
    latest.set(appId, token)
    owners.set(token.value, { appId, expiresAtMs })
    return lease(token)
  }
  function forced(appId: string): Lease {
    const nowMs = clock.nowMs()
    const today = (forcedAtMs.get(appId) ?? []).filter((atMs) => nowMs - atMs < DAY_MS)
    const last = today.at(-1)
    const current = latest.get(appId)
    if (last !== undefined && nowMs - last < FORCED_APART_MS && current) return lease(current)
    if (today.length >= FORCED_A_DAY) throw new ApiError(45009)
    forcedAtMs.set(appId, [...today, nowMs])
    return issue(appId, nowMs)
  }

  return {
    stable(appId, force) {
      if (force) return forced(appId)
      const nowMs = clock.nowMs()
      const current = latest.get(appId)
      if (current && nowMs < current.expiresAtMs - OVERLAP_MS) return lease(current)
      const overlap = current !== undefined && nowMs < current.expiresAtMs
      return issue(appId, overlap ? nowMs + OVERLAP_MS : nowMs)
    },
    ownerOf(accessToken) {
      const owner = owners.get(accessToken)
      if (owner === undefined) throw new ApiError(40001)
      if (clock.nowMs() >= owner.expiresAtMs) throw new ApiError(42001)
      return owner.appId
    },
    ticket(appId) {
      const current = tickets.get(appId)
      if (current && clock.nowMs() < current.expiresAtMs) return lease(current)
      const ticket = { value: random.word(86, ALPHANUMERIC), expiresAtMs: clock.nowMs() + LIFE_MS }
      tickets.set(appId, ticket)
      return lease(ticket)
    },
    revoke(appId) {
      const current = latest.get(appId)
      if (current) owners.delete(current.value)
    },
    reset() {
      for (const map of [latest, owners, tickets, forcedAtMs]) map.clear()
    },
  }
}
