import type { Clock } from '../../../shared/clock.ts'
import {
  bodyText,
  type Handler,
  htmlReply,
  jsonReply,
  NO_REPLY,
  type Reply,
  type Route,
  redirectReply,
  type SandboxReply,
  type SandboxRequest,
} from '../../http.ts'
import { HEX, type Random } from '../../random.ts'
import {
  type ApiCall,
  type ApiParts,
  codeToSession,
  getTicket,
  oauthAccessToken,
  stableToken,
} from './api.ts'
import type { AuthorizeReply } from './authorize.ts'
import { ApiError } from './errors.ts'
import type { Endpoint, Fault, Faults } from './faults.ts'

/** How long, on the clock, a request that "times out" is held before its connection breaks. */
const HOLD_MS = 120_000

export interface RouteParts {
  readonly clock: Clock
  readonly random: Random
  readonly faults: Faults
  /** WeChat labels its JSON as text; `json` labels it as what it is. */
  readonly settings: { readonly contentType: 'text' | 'json' }
}

interface IdentityRouteParts extends RouteParts {
  readonly api: ApiParts
  readonly open: (query: string, cookie?: string) => Promise<AuthorizeReply>
}

interface ServedCall {
  readonly endpoint: Endpoint
  readonly path: string
  readonly verb: 'GET' | 'POST'
  readonly api: ApiCall
}

/** One call of api.weixin.qq.com with its faults; the other verb is refused in WeChat's words. */
export function apiRoutes(parts: RouteParts, { endpoint, path, verb, api }: ServedCall): Route[] {
  const handler = withFaults(endpoint, parts, (request) => {
    if (request.method === verb) {
      return api(new URLSearchParams(request.query), bodyText(request))
    }
    throw new ApiError(verb === 'GET' ? 43001 : 43002)
  })
  return ['GET', 'POST'].map((method) => ({ method, path, handler }))
}

/** api.weixin.qq.com and open.weixin.qq.com as routes of one server. */
export function identityRoutes(parts: IdentityRouteParts): readonly Route[] {
  const { api } = parts
  const calls: readonly ServedCall[] = [
    {
      endpoint: 'jscode2session',
      path: '/sns/jscode2session',
      verb: 'GET',
      api: codeToSession(api),
    },
    {
      endpoint: 'oauth2AccessToken',
      path: '/sns/oauth2/access_token',
      verb: 'GET',
      api: oauthAccessToken(api),
    },
    {
      endpoint: 'stableToken',
      path: '/cgi-bin/stable_token',
      verb: 'POST',
      api: stableToken(api),
    },
    {
      endpoint: 'getTicket',
      path: '/cgi-bin/ticket/getticket',
      verb: 'GET',
      api: getTicket(api),
    },
  ]
  return [
    ...calls.flatMap((call) => apiRoutes(parts, call)),
    {
      method: 'GET',
      path: '/connect/oauth2/authorize',
      handler: async ({ query, headers }) =>
        authorizeReply(await parts.open(query, headers['cookie'])),
    },
  ]
}

function withFaults(
  endpoint: Endpoint,
  parts: RouteParts,
  answer: (request: SandboxRequest) => Record<string, unknown>,
): Handler {
  return (request) => {
    const fault = parts.faults.take(endpoint)
    if (fault !== undefined && fault.kind !== 'lostAnswer') return failing(fault, parts)
    const reply = attempt(() => answer(request), parts)
    return fault === undefined ? reply : NO_REPLY
  }
}

function attempt(answer: () => Record<string, unknown>, parts: RouteParts): SandboxReply {
  try {
    return labelled(answer(), parts)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const rid = [8, 8, 8].map((length) => parts.random.word(length, HEX)).join('-')
    const { errcode, message } = error
    return labelled({ errcode, errmsg: `${message}, rid: ${rid}` }, parts)
  }
}

function failing(fault: Exclude<Fault, { kind: 'lostAnswer' }>, parts: RouteParts) {
  if (fault.kind === 'timeout') return held(parts.clock)
  if (fault.kind === 'status') return htmlReply(fault.status, `<h1>${fault.status}</h1>`)
  return attempt(() => {
    throw new ApiError(fault.errcode, fault.errmsg)
  }, parts)
}

function held(clock: Clock): Promise<Reply> {
  return new Promise((resolve) => {
    clock.setTimer(HOLD_MS, () => resolve(NO_REPLY))
  })
}

function labelled(body: Record<string, unknown>, { settings }: RouteParts): SandboxReply {
  const reply = jsonReply(200, body)
  return settings.contentType === 'json'
    ? reply
    : { ...reply, headers: { 'content-type': 'text/plain' } }
}

/** A caller without the in-app browser gets the first load's cookie where there is just one. */
function authorizeReply({ status, location, html, setCookies }: AuthorizeReply): SandboxReply {
  if (location === undefined) return htmlReply(status, html ?? '')
  const reply = redirectReply(location)
  const [only, ...others] = setCookies
  if (only === undefined || others.length > 0) return reply
  return { ...reply, headers: { ...reply.headers, 'set-cookie': only } }
}
