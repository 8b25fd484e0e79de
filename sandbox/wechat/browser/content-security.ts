/**
 * A page's Content-Security-Policy as the in-app browser obeys it: WeChat puts its script into the
 * page past the policy, and shows the page in its own window. Here that needs the policy's leave.
 */
export function relaxPolicy(policy: string, origins: { from: string; to: string }): RelaxedPolicy {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name = '']) => name !== '' && !DROPPED.has(name.toLowerCase()))
    .map(([name = '', ...sources]) => ({
      name: name.toLowerCase(),
      sources: sources.map((source) => source.replace(origins.from, origins.to)),
    }))
  const scripts = SCRIPT_RULES.map((rule) => directives.find(({ name }) => name === rule)).find(
    (directive) => directive !== undefined,
  )
  const nonce = scripts && nonceOf(scripts.sources)
  if (scripts && nonce === null) allowSelf(scripts.sources)
  return {
    policy: directives.map(({ name, sources }) => [name, ...sources].join(' ')).join('; '),
    nonce: nonce ?? null,
  }
}

export interface RelaxedPolicy {
  readonly policy: string
  /** What the added script tag must carry, where the policy goes by nonces. */
  readonly nonce: string | null
}

/** The phone frames the page, and the sandbox speaks plain http. */
const DROPPED: ReadonlySet<string> = new Set(['frame-ancestors', 'upgrade-insecure-requests'])

/** Which directive governs script elements, most specific first. */
const SCRIPT_RULES = ['script-src-elem', 'script-src', 'default-src']

function nonceOf(sources: readonly string[]): string | null {
  for (const source of sources) {
    const nonce = /^'nonce-([A-Za-z0-9+/_-]+=*)'$/.exec(source)?.[1]
    if (nonce !== undefined) return nonce
  }
  return null
}

function allowSelf(sources: string[]): void {
  if (sources.some((source) => source.toLowerCase() === "'self'" || source === '*')) return
  const none = sources.findIndex((source) => source.toLowerCase() === "'none'")
  if (none >= 0) sources.splice(none, 1)
  sources.push("'self'")
}
