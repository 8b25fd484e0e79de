/** Where a login may lead back to: pages of this server, named by what their paths start with. */
export const OWN_RETURN_PATHS = ['/pay/', '/result/'] as const

/** One slash, then visible ASCII without backslashes: what is left of other sites' disguises. */
const PLAIN_PATH = /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/

/**
 * The path (with query and fragment, without a spent `code` or `state`) where the login leads back
 * to, or undefined where that is not allowed: another site, however it is dressed up, or a page of
 * ours that is not on the list.
 */
export function safeReturnPath(returnTo: string, allowed: readonly string[]): string | undefined {
  if (!PLAIN_PATH.test(returnTo)) return undefined
  const home = 'https://home.invalid'
  if (!URL.canParse(returnTo, home)) return undefined
  // Reading it as a browser does resolves `..` and its encoded spellings before anything is compared.
  const url = new URL(returnTo, home)
  if (url.origin !== home || url.pathname.startsWith('//')) return undefined
  if (!allowed.some((prefix) => url.pathname.startsWith(prefix))) return undefined
  if (/%2f|%5c/i.test(url.pathname)) return undefined
  for (const spent of ['code', 'state']) {
    if (url.searchParams.has(spent)) url.searchParams.delete(spent)
  }
  return url.pathname + url.search + url.hash
}
