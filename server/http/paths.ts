/** What stages before the routes need to know of an address. */

export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Where providers speak to us. */
export function isNotification(path: string): boolean {
  return path.startsWith('/v1/notifications/')
}

export function isLogin(path: string): boolean {
  return path.startsWith('/v1/login/')
}

/** Where pages have themselves signed for WeChat's JS-SDK. */
export const JS_SDK_PATH = '/v1/jsSdkConfig'

/** Opened by payers' browsers, without any proof of who they are. */
export function isPage(path: string): boolean {
  if (path === JS_SDK_PATH) return true
  return /^\/(?:pay|result|v1\/checkout\/returns)\//.test(path)
}
