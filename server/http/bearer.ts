import type { HttpContext } from './context.ts'

/** The token of `Authorization: Bearer …`, or undefined where there is no such header. */
export function bearerToken(ctx: HttpContext): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(ctx.get('authorization'))?.[1]
}
