import type { Clock } from '../../shared/clock.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Ids } from '../platform/ids.ts'
import type { Session, Store } from '../store/store.ts'

/**
 * Payer sessions: unguessable tokens of which only the hash is kept, bound to a payer who logged in
 * inside WeChat, or to the one order whose checkout token the holder showed.
 */
export interface Sessions {
  open(holder: SessionHolder): Promise<OpenedSession>
  /** Also finds a session that is over, so that its holder can be told so. */
  find(token: string): Promise<Session | undefined>
}

export interface SessionHolder {
  readonly payer: { readonly appId: string; readonly openid: string } | null
  readonly orderRef: string | null
}

export interface OpenedSession {
  /** Shown once; only its hash is kept. */
  readonly token: string
  readonly expiresAtMs: number
}

export interface SessionLifetimes {
  /** A payer who logged in inside WeChat. */
  readonly payerMs: number
  /** The holder of a checkout token. */
  readonly checkoutMs: number
}

export function createSessions(deps: {
  store: Pick<Store, 'session' | 'transaction'>
  ids: Ids
  clock: Clock
  lifetimes: SessionLifetimes
}): Sessions {
  const { store, ids, clock, lifetimes } = deps
  return {
    async open({ payer, orderRef }) {
      const token = ids.secret()
      const createdAtMs = clock.nowMs()
      const expiresAtMs = createdAtMs + (payer ? lifetimes.payerMs : lifetimes.checkoutMs)
      const session = { tokenHash: sha256Hex(token), payer, orderRef, createdAtMs, expiresAtMs }
      await store.transaction((tx) => tx.insertSession(session))
      return { token, expiresAtMs }
    },
    find: (token) => store.session(sha256Hex(token)),
  }
}
