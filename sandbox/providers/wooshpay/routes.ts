import {
  bodyText,
  createRouter,
  type Handler,
  jsonReply,
  type Reply,
  type Route,
  type SandboxReply,
  type SandboxRequest,
} from '../../http.ts'
import type { EndpointRow } from './endpoints.ts'
import { ApiProblem, invalid, missing, problemReply, unknownObject } from './errors.ts'
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  updateIntent,
} from './intents.ts'
import type { IntentRow } from './ledger.ts'
import type { WooshpayAccount } from './options.ts'
import type { RateLimit } from './rate-limit.ts'
import { createRefund } from './refunds.ts'
import { isLive, renderIntent, renderRefund, timeOf } from './render.ts'
import type { World } from './world.ts'

interface Call {
  readonly account: WooshpayAccount
  readonly request: SandboxRequest
  readonly body: string
  readonly id: string
}
type Operation = (call: Call) => object

/** WooshPay's API, as far as WeChat Pay needs it. */
export function createRoutes(world: World, rateLimit: RateLimit): Handler {
  const route = (name: string, target: string, operation: Operation): Route => {
    const [method = '', path = ''] = target.split(' ')
    return {
      method,
      path: `/v1${path}`,
      handler: (request) => guarded(world, { name, request, operation, rateLimit }),
    }
  }
  return createRouter(
    [...intentRoutes(world, route), ...otherRoutes(world, route)],
    ({ method, path }) => problemReply(unrecognised(method, path), world.behaviour()),
  )
}

type MakeRoute = (name: string, target: string, operation: Operation) => Route

function intentRoutes(world: World, route: MakeRoute): Route[] {
  const shown = (row: IntentRow, account: WooshpayAccount) =>
    renderIntent(row, isLive(account), world.behaviour())
  const intent =
    (act: (row: IntentRow, call: Call) => IntentRow): Operation =>
    (call) => {
      const row = world.ledger.intent(call.account.name, call.id)
      if (!row) throw unknownObject('payment_intent', call.id)
      return shown(act(row, call), call.account)
    }
  return [
    route('create', 'POST /payment_intents', ({ account, body }) =>
      shown(createIntent(world, account, body), account),
    ),
    route('list', 'GET /payment_intents', ({ account, request }) => {
      const rows = world.ledger.intents(account.name)
      return page(rows, request).map((row) => shown(row, account))
    }),
    route('find', 'GET /payment_intents/search', ({ account, request }) =>
      found(world, account, request).map((row) => shown(row, account)),
    ),
    route(
      'query',
      'GET /payment_intents/{id}',
      intent((row) => row),
    ),
    route(
      'update',
      'POST /payment_intents/{id}',
      intent((row, { body }) => updateIntent(row, body)),
    ),
    route(
      'confirm',
      'POST /payment_intents/{id}/confirm',
      intent((row, { account, body }) => confirmIntent(world, account, { row, body })),
    ),
    route(
      'cancel',
      'POST /payment_intents/{id}/cancel',
      intent((row) => cancelIntent(world, row)),
    ),
    route('capture', 'POST /payment_intents/{id}/capture', intent(captureIntent)),
  ]
}

function otherRoutes(world: World, route: MakeRoute): Route[] {
  const { endpoints } = world
  const shown = (row: EndpointRow, account: WooshpayAccount) => ({
    id: row.id,
    object: 'webhook_endpoint',
    created: timeOf(row.createdAtMs, world.behaviour()),
    description: row.description,
    metadata: null,
    secret: row.secret,
    status: 'enabled',
    url: row.url,
    livemode: isLive(account),
    api_version: row.apiVersion,
    enabled_events: row.enabledEvents,
  })
  return [
    route('refund', 'POST /refunds', ({ account, body }) =>
      renderRefund(createRefund(world, account.name, body), world.behaviour()),
    ),
    route('queryRefund', 'GET /refunds/{id}', ({ account, id }) => {
      const row = world.ledger.refund(account.name, id)
      if (!row) throw unknownObject('refund', id)
      return renderRefund(row, world.behaviour())
    }),
    route('createWebhook', 'POST /webhook_endpoints', ({ account, body }) =>
      shown(endpoints.create(account.name, body), account),
    ),
    route('listWebhooks', 'GET /webhook_endpoints', ({ account }) =>
      endpoints.of(account.name).map((row) => shown(row, account)),
    ),
    route('queryWebhook', 'GET /webhook_endpoints/{id}', ({ account, id }) =>
      shown(endpoints.get(account.name, id), account),
    ),
    route('updateWebhook', 'POST /webhook_endpoints/{id}', ({ account, id, body }) =>
      shown(endpoints.update(account.name, id, body), account),
    ),
    route('deleteWebhook', 'DELETE /webhook_endpoints/{id}', ({ account, id }) => {
      endpoints.remove(account.name, id)
      return { id, object: 'webhook_endpoint', deleted: true }
    }),
  ]
}

interface Guarded {
  readonly name: string
  readonly request: SandboxRequest
  readonly operation: Operation
  readonly rateLimit: RateLimit
}

/** Who asks, how often, whether it was asked before, and the fault plan, in this order. */
async function guarded(world: World, guard: Guarded): Promise<Reply> {
  const { name, request, operation, rateLimit } = guard
  const answer = (problem: unknown): SandboxReply => {
    if (problem instanceof ApiProblem) return problemReply(problem, world.behaviour())
    throw problem
  }
  try {
    const account = authenticated(world, request)
    if (!rateLimit.admits(account.name)) return tooMany(world)
    const body = bodyText(request)
    const call: Call = { account, request, body, id: request.params['id'] ?? '' }
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined
    const fingerprint = `${request.path} ${body}`
    return await world.idempotency.run({ key, account: account.name, fingerprint }, (once) =>
      world.faults.around(
        name,
        () => once(() => reply(operation(call), request)),
        (status) => answer(serverProblem(status)),
      ),
    )
  } catch (problem) {
    return answer(problem)
  }
}

/** Lists travel in an object of their own. */
function reply(result: object, { path }: SandboxRequest): SandboxReply {
  if (!Array.isArray(result)) return jsonReply(200, result)
  return jsonReply(200, { object: 'list', url: path, has_more: false, data: result })
}

function authenticated(world: World, { headers }: SandboxRequest): WooshpayAccount {
  const [scheme, word = ''] = (headers['authorization'] ?? '').split(' ')
  const given = Buffer.from(word, 'base64').toString('utf8')
  const accounts = [...world.accounts.values()]
  const account = accounts.find(({ secretKey }) => `${secretKey}:` === given)
  if (scheme === 'Basic' && account) return account
  throw new ApiProblem(401, { code: 'api_key_invalid', message: 'Invalid API key provided.' })
}

/** `merchant_order_id:'…'` is the one documented query. */
function found(
  world: World,
  account: WooshpayAccount,
  request: SandboxRequest,
): readonly IntentRow[] {
  const query = new URLSearchParams(request.query).get('query')
  if (query === null) throw missing('query')
  const wanted = /^merchant_order_id:\s*'([^']+)'$/.exec(query.trim())?.[1]
  if (wanted === undefined) throw invalid('query', "Only merchant_order_id:'…' is understood.")
  const seenUntilMs = world.nowMs() - world.behaviour().searchLagMs
  const rows = world.ledger
    .intents(account.name)
    .filter(({ fields }) => fields.merchant_order_id === wanted)
    .filter(({ createdAtMs }) => createdAtMs <= seenUntilMs)
  return page(rows, request)
}

function page(rows: readonly IntentRow[], { query }: SandboxRequest): readonly IntentRow[] {
  const text = new URLSearchParams(query).get('limit') ?? '10'
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 100) throw invalid('limit', 'A whole number from 1 to 100.')
  return rows.slice(0, limit)
}

function tooMany(world: World): SandboxReply {
  const problem = new ApiProblem(429, {
    type: 'api_error',
    code: 'rate_limit',
    message: 'Too many requests.',
  })
  const refused = problemReply(problem, world.behaviour())
  return { ...refused, headers: { ...refused.headers, 'retry-after': '1' } }
}

function serverProblem(status: number): ApiProblem {
  const message = 'Something went wrong on our side.'
  return new ApiProblem(status, { type: 'api_error', code: 'internal_error', message })
}

function unrecognised(method: string, path: string): ApiProblem {
  const message = `Unrecognized request URL (${method}: ${path}).`
  return new ApiProblem(404, { code: 'resource_missing', message })
}
