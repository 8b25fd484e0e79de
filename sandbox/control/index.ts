import { z } from 'zod'
import type { SandboxClock } from '../clock.ts'
import { faultPlanSchema } from '../fault-plan.ts'
import {
  bodyText,
  createRouter,
  jsonReply,
  type Reply,
  type Route,
  type SandboxRequest,
  type SandboxServer,
  type Serve,
  serve,
} from '../http.ts'
import { type ProviderSimulator, SandboxError } from '../simulator.ts'
import { loopbackOriginsOnly } from './guard.ts'

export interface ControlOptions {
  readonly clock: SandboxClock
  readonly seed: string
  readonly providers: readonly ProviderSimulator[]
  /** Forgets everything in the sandbox. */
  readonly reset: () => void
  readonly port?: number
  readonly serve?: Serve
}

/**
 * The sandbox's remote control, JSON both ways, on loopback.
 *
 * | Method | Path under `/control` | Body | What it does |
 * |---|---|---|---|
 * | GET | `/state` | | time, seed, and each provider's address, books, faults, figures |
 * | GET | `/clock` | | the sandbox's time |
 * | POST | `/clock/advance` | `{ms}` or `{toMs}` | moves the time forward; answers when all is done |
 * | POST | `/reset` | | forgets payments, notifications, faults and changed switches |
 * | GET | `/providers/{p}/books` | | payments and refunds |
 * | GET, PUT, DELETE | `/providers/{p}/faults` | PUT: a fault plan | shows, replaces, clears |
 * | GET, PATCH | `/providers/{p}/behaviour` | PATCH: switches | shows, changes |
 * | POST | `/providers/{p}/payments/{ref}/pay` | `{person?}` | the payer pays |
 * | POST | `/providers/{p}/payments/{ref}/failTry` | | the payer tries in vain |
 * | POST | `/providers/{p}/payments/{ref}/expire` | | the payment's time is over |
 * | POST | `/providers/{p}/payments/{ref}/decline` | | turned down for good |
 * | POST | `/providers/{p}/payments/{ref}/forgePaid` | | a fake notification claims it paid |
 * | GET | `/providers/{p}/notifications` | `?subject=` | every attempt, oldest first |
 * | POST | `/providers/{p}/notifications/{id}/resend` | | one more attempt, at once |
 *
 * `{ref}` is the provider's number of the payment or the merchant's reference. Errors answer
 * `{"error": …}`: 400 what was sent, 404 unknown, 409 not now.
 */
export function createControl(options: ControlOptions): Promise<SandboxServer> {
  const routes = [...sandboxRoutes(options), ...providerRoutes(options), ...verbRoutes(options)]
  const guarded = routes.map((route) => ({
    ...route,
    path: `/control${route.path}`,
    handler: (request: SandboxRequest) => explained(() => route.handler(request)),
  }))
  const open = options.serve ?? serve
  return open({ handler: loopbackOriginsOnly(createRouter(guarded)), port: options.port ?? 0 })
}

const advanceSchema = z.union([
  z.strictObject({ ms: z.number().min(0) }),
  z.strictObject({ toMs: z.number().min(0) }),
])

function sandboxRoutes({ clock, seed, providers, reset }: ControlOptions): Route[] {
  const time = () => ({ nowMs: clock.nowMs(), now: new Date(clock.nowMs()).toISOString() })
  return [
    {
      method: 'GET',
      path: '/state',
      handler: () => jsonReply(200, { ...time(), seed, providers: providers.map(stateOf) }),
    },
    { method: 'GET', path: '/clock', handler: () => jsonReply(200, time()) },
    {
      method: 'POST',
      path: '/clock/advance',
      async handler(request) {
        const wanted = advanceSchema.parse(json(request))
        if ('toMs' in wanted && wanted.toMs < clock.nowMs()) {
          throw new SandboxError(400, `toMs: it is ${clock.nowMs()} already`)
        }
        await ('ms' in wanted ? clock.advance(wanted.ms) : clock.advanceTo(wanted.toMs))
        return jsonReply(200, time())
      },
    },
    {
      method: 'POST',
      path: '/reset',
      handler() {
        reset()
        return jsonReply(200, time())
      },
    },
  ]
}

function providerRoutes({ providers }: ControlOptions): Route[] {
  const route = routeFor(providers)
  const faults = ({ faults: plan }: ProviderSimulator) =>
    jsonReply(200, { plan: plan.plan(), counters: plan.counters() })
  return [
    route('GET', '/books', (provider) => jsonReply(200, provider.books())),
    route('GET', '/faults', faults),
    route('PUT', '/faults', (provider, request) => {
      provider.faults.set(faultPlanSchema.parse(json(request)))
      return faults(provider)
    }),
    route('DELETE', '/faults', (provider) => {
      provider.faults.clear()
      return faults(provider)
    }),
    route('GET', '/behaviour', (provider) => jsonReply(200, provider.behaviour())),
    route('PATCH', '/behaviour', (provider, request) => {
      provider.configure(z.record(z.string(), z.unknown()).parse(json(request)))
      return jsonReply(200, provider.behaviour())
    }),
    route('GET', '/notifications', ({ notifications }, request) => {
      const subject = new URLSearchParams(request.query).get('subject')
      const log = notifications.log()
      const attempts = log.filter((attempt) => subject === null || attempt.subject === subject)
      return jsonReply(200, { attempts, pending: notifications.pending() })
    }),
    route('POST', '/notifications/{id}/resend', async ({ notifications }, { params }) => {
      const id = params['id'] ?? ''
      if (!notifications.log().some(({ notificationId }) => notificationId === id)) {
        throw new SandboxError(404, `no notification ${id}`)
      }
      return jsonReply(200, await notifications.resend(id))
    }),
  ]
}

const paySchema = z.strictObject({ person: z.string().min(1).optional() })

function verbRoutes({ providers }: ControlOptions): Route[] {
  const route = routeFor(providers)
  const verb = (
    name: string,
    act: (provider: ProviderSimulator, ref: string, request: SandboxRequest) => unknown,
  ) =>
    route('POST', `/payments/{ref}/${name}`, async (provider, request) => {
      await act(provider, request.params['ref'] ?? '', request)
      return jsonReply(200, { done: name })
    })
  return [
    verb('pay', (provider, ref, request) => {
      const { person } = paySchema.parse(json(request))
      return provider.pay(ref, person === undefined ? {} : { person })
    }),
    verb('failTry', (provider, ref) => provider.failTry(ref)),
    verb('expire', (provider, ref) => provider.expire(ref)),
    verb('decline', (provider, ref) => provider.decline(ref)),
    verb('forgePaid', (provider, ref) => provider.forgePaid(ref)),
  ]
}

type ProviderHandler = (
  provider: ProviderSimulator,
  request: SandboxRequest,
) => Reply | Promise<Reply>

function routeFor(providers: readonly ProviderSimulator[]) {
  return (method: string, path: string, handle: ProviderHandler): Route => ({
    method,
    path: `/providers/{provider}${path}`,
    handler(request) {
      const wanted = request.params['provider']
      const provider = providers.find(({ name }) => name === wanted)
      if (provider) return handle(provider, request)
      const names = providers.map(({ name }) => name).join(', ')
      throw new SandboxError(404, `no provider ${wanted}; there are: ${names}`)
    },
  })
}

function stateOf(provider: ProviderSimulator) {
  return {
    name: provider.name,
    url: provider.url,
    books: provider.books(),
    faults: { plan: provider.faults.plan(), counters: provider.faults.counters() },
    figures: provider.figures(),
    pendingNotifications: provider.notifications.pending(),
  }
}

/** The body as JSON; an empty one is an empty object. */
function json(request: SandboxRequest): unknown {
  const text = bodyText(request)
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new SandboxError(400, 'the body is not JSON')
  }
}

async function explained(handle: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof SandboxError) return jsonReply(error.status, { error: error.message })
    if (error instanceof z.ZodError) return jsonReply(400, { error: z.prettifyError(error) })
    throw error
  }
}
