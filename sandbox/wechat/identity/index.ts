import type { Clock } from '../../../shared/clock.ts'
import type { Route } from '../../http.ts'
import type { Random } from '../../random.ts'
import type { Registry } from '../apps.ts'
import type { People } from '../people.ts'
import { type AuthorizeReply, authorize, type OauthSettings } from './authorize.ts'
import { createCodes, type Grant } from './codes.ts'
import { createFaults, type Endpoint, type Faults } from './faults.ts'
import { identityRoutes } from './routes.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** WeChat as an identity provider: api.weixin.qq.com and open.weixin.qq.com in one. */
export interface Identity {
  readonly faults: Faults
  /** Requests that came to this endpoint so far, failing or not. */
  countOf(endpoint: Endpoint): number
  /** To take a token away from its app, or to have it renewed by somebody else. */
  readonly tokens: Pick<Tokens, 'stable' | 'revoke' | 'ownerOf' | 'ticket'>
  readonly settings: OauthSettings & {
    /** WeChat labels its JSON as text; `json` labels it as what it is. */
    contentType: 'text' | 'json'
  }
  /** What `wx.login` answers. Throws UnknownPerson, and RangeError unless it is a Mini Program. */
  loginCode(input: { readonly appId: string; readonly person?: string | undefined }): string
  /** The code that the authorize page would give, without the page. */
  oauthCode(input: {
    readonly appId: string
    readonly person?: string | undefined
    readonly scope?: string
  }): string
  openid(person: string, appId: string): string
  /** The authorize page for a browser that sends these cookies. */
  authorize(query: string, cookie?: string): Promise<AuthorizeReply>
  readonly routes: readonly Route[]
  reset(): void
}

export interface IdentityParts {
  readonly clock: Clock
  readonly random: Random
  readonly registry: Registry
  readonly people: People
  /** Opens the merchant's pages, as the WeChat client does. */
  readonly fetch: typeof fetch
}

export function createIdentity(parts: IdentityParts): Identity {
  const { random, registry, people } = parts
  const codes = createCodes({ clock: parts.clock, random: random.fork('codes') })
  const tokens = createTokens({ clock: parts.clock, random: random.fork('tokens') })
  const faults = createFaults()
  const settings = initialSettings()
  const api = { registry, people, random, codes, tokens }
  const fetchPage = parts.fetch
  const load = (url: string, headers: Record<string, string>) =>
    fetchPage(url, { headers, redirect: 'manual' })
  const open = (query: string, cookie?: string) =>
    authorize(query, { registry, people, codes, settings, load }, cookie)
  const issue = (kind: Grant['kind'], input: IssueInput): string => {
    requireKind(registry, input.appId, kind)
    const person = people.resolve(input.person)
    const { snapshotUser: snapshot } = settings
    const scope = input.scope ?? 'snsapi_base'
    return codes.issue({ kind, appId: input.appId, person, scope, snapshot })
  }

  return {
    faults,
    countOf: (endpoint) => faults.countOf(endpoint),
    tokens,
    settings,
    loginCode: (input) => issue('login', input),
    oauthCode: (input) => issue('oauth', input),
    openid: (person, appId) => people.openid(person, appId),
    authorize: open,
    routes: identityRoutes({ ...parts, faults, settings, api, open }),
    reset() {
      codes.reset()
      tokens.reset()
      faults.clear()
      Object.assign(settings, initialSettings())
    },
  }
}

interface IssueInput {
  readonly appId: string
  readonly person?: string | undefined
  readonly scope?: string
}

function initialSettings(): Identity['settings'] {
  return { doubleLoad: false, snapshotUser: false, contentType: 'text' }
}

function requireKind(registry: Registry, appId: string, kind: Grant['kind']): void {
  const wanted = kind === 'login' ? 'miniProgram' : 'officialAccount'
  if (registry.app(appId)?.kind !== wanted) {
    throw new RangeError(`no ${wanted} is registered as ${appId}`)
  }
}
