/** What stages before the routes need to know of an address. */

export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Where providers speak to us. */
export function isNotification(path: string): boolean {
  return path.startsWith('/v1/notifications/')
}

export function isLogin(path: string): boolean {
  return path.startsWith('/v1/login/')
}

/** Opened by payers' browsers, without any proof of who they are. */
export function isPage(path: string): boolean {
  return /^\/(?:pay|result|v1\/checkout\/returns)\//.test(path)
}
