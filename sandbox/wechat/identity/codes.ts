import type { Clock } from '../../../shared/clock.ts'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import { ApiError } from './errors.ts'

/** Login and OAuth codes live five minutes and are good for one exchange. */
export const CODE_LIFE_MS = 5 * 60_000

export interface Grant {
  /** `login`: from `wx.login`; `oauth`: from the authorize page. Neither replaces the other. */
  readonly kind: 'login' | 'oauth'
  readonly appId: string
  readonly person: string
  readonly scope: string
  /** A preview page's virtual account stands for the person. */
  readonly snapshot: boolean
}

export interface Codes {
  issue(grant: Grant): string
  /** Throws ApiError 40029 (unknown, expired, of another app) or 40163 (used already). */
  redeem(code: string, want: Pick<Grant, 'kind' | 'appId'>): Grant
  reset(): void
}

export function createCodes({ clock, random }: { clock: Clock; random: Random }): Codes {
  const issued = new Map<string, { grant: Grant; expiresAtMs: number; used: boolean }>()
  return {
    issue(grant) {
      const code = `0${random.word(31, ALPHANUMERIC)}`
      issued.set(code, { grant, expiresAtMs: clock.nowMs() + CODE_LIFE_MS, used: false })
      return code
    },
    redeem(code, { kind, appId }) {
      const entry = issued.get(code)
      const fits = entry?.grant.kind === kind && entry.grant.appId === appId
      if (!fits || clock.nowMs() >= entry.expiresAtMs) throw new ApiError(40029)
      if (entry.used) throw new ApiError(40163)
      entry.used = true
      return entry.grant
    },
    reset: () => issued.clear(),
  }
}
