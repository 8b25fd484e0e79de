import type { HttpContext } from './context.ts'

/**
 * A cookie that no script can read and no other site can send along with a POST. It is `Secure`
 * wherever the toolkit is reached over https, also behind a proxy that ends TLS.
 */
export interface Cookie {
  read(ctx: HttpContext): string | undefined
  write(ctx: HttpContext, cookie: { value: string; maxAgeMs: number }): void
}

export function createCookie(options: { name: string; path: string; secure: boolean }): Cookie {
  const { path, secure } = options
  // The prefix makes browsers refuse such a cookie from a sub-domain or over plain http.
  const name = secure ? `${path === '/' ? '__Host-' : '__Secure-'}${options.name}` : options.name
  return {
    read: (ctx) => ctx.cookies.get(name),
    write(ctx, { value, maxAgeMs }) {
      const maxAge = Math.floor(maxAgeMs / 1_000)
      const attributes = [`Path=${path}`, `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax']
      if (secure) attributes.push('Secure')
      ctx.append('Set-Cookie', [`${name}=${value}`, ...attributes].join('; '))
    },
  }
}
