import { equalInConstantTime, sha256Hex } from '../platform/hash.ts'
import { bearerToken } from './bearer.ts'
import type { HttpContext, HttpMiddleware, Merchant } from './context.ts'
import { Problem } from './problem.ts'

/** A merchant's API key as it is kept: its name, and the SHA-256 of the key in hex. */
export interface ApiKey {
  readonly keyId: string
  readonly keyHash: string
}

/** Lets a request pass with one of the keys as `Authorization: Bearer`; else `unauthenticated`. */
export function createApiKeyStage(apiKeys: readonly ApiKey[]): HttpMiddleware {
  return async (ctx, next) => {
    const hash = sha256Hex(bearerToken(ctx) ?? '')
    // Every key is compared, so that the time does not tell which of them was close.
    const matches = apiKeys.filter(({ keyHash }) => equalInConstantTime(hash, keyHash))
    const [match] = matches
    if (!match) throw new Problem('unauthenticated')
    ctx.state.merchant = match
    await next()
  }
}

/** Who called. Throws Problem `unauthenticated` where no API key stage let it pass. */
export function merchantOf(ctx: HttpContext): Merchant {
  if (!ctx.state.merchant) throw new Problem('unauthenticated')
  return ctx.state.merchant
}
