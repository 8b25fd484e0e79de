import { z } from 'zod'
import { bodyText, type Handler, jsonReply, type Route, type SandboxReply } from '../../http.ts'
import type { Device } from '../device.ts'
import type { Identity } from '../identity/index.ts'
import { CASHIER_ACTIONS, type Cashier, CashierGone } from '../pay/cashier.ts'
import { type People, UnknownPerson } from '../people.ts'
import { type NetworkParts, request } from './network.ts'
import {
  cashierSchema,
  currentPersonSchema,
  h5Schema,
  loginSchema,
  networkSchema,
  offlineSchema,
  scanSchema,
  timeSchema,
} from './schemas.ts'

export interface PhoneApiParts {
  readonly people: People
  readonly identity: Pick<Identity, 'loginCode'>
  readonly cashier: Cashier
  readonly device: Device
  /** A page's address under the merchant's own host. */
  readonly realAddress: (pageUrl: string) => string
  readonly network: NetworkParts
  /** Moves the sandbox's time on, in ms. */
  readonly advance: (ms: number) => Promise<void>
}

/**
 * What the phone page can ask of the phone. Errors are `{"error": "…"}`: 400 what was sent, 404 who
 * or what is meant, 409 a cashier that has ended, 415 no JSON.
 */
export function phoneApiRoutes(parts: PhoneApiParts): readonly Route[] {
  const { people, identity, cashier, device } = parts
  const persons = () => ({ persons: people.list(), offline: device.isOffline() })
  return [
    { method: 'GET', path: '/phone/api/persons', handler: () => jsonReply(200, persons()) },
    post('/persons/current', currentPersonSchema, ({ person }) => {
      people.use(person)
      return persons()
    }),
    post('/offline', offlineSchema, ({ offline }) => {
      device.setOffline(offline)
      return { offline }
    }),
    post('/time', timeSchema, async ({ ms }) => {
      await parts.advance(ms)
      return { ms }
    }),
    post('/login', loginSchema, (call) =>
      device.isOffline()
        ? { errMsg: 'login:fail net::ERR_INTERNET_DISCONNECTED' }
        : { code: identity.loginCode(call) },
    ),
    post('/cashier', cashierSchema, (call) =>
      call.surface === 'miniProgram'
        ? cashier.openCashier(call)
        : cashier.openCashier({
            ...call,
            appId: call.appId ?? '',
            pageUrl: call.pageUrl && parts.realAddress(call.pageUrl),
          }),
    ),
    ...CASHIER_ACTIONS.map((action): Route => {
      const handler: Handler = ({ params }) =>
        attempt(() => cashier.act(params['cashierId'] ?? '', action))
      return { method: 'POST', path: `/phone/api/cashier/{cashierId}/${action}`, handler }
    }),
    post('/scan', scanSchema, (call) => cashier.scan(call)),
    post('/h5', h5Schema, (call) => cashier.openH5(call)),
    post('/network', networkSchema, (call) => request(call, parts.network)),
  ]
}

function post<Call>(path: string, schema: z.ZodType<Call>, act: (call: Call) => unknown): Route {
  const handler: Handler = async (message) => {
    // Any page in the developer's browser could send a form here; JSON needs leave, and gets none.
    if (!/^application\/json\b/i.test(message.headers['content-type'] ?? '')) {
      return jsonReply(415, { error: 'send application/json' })
    }
    return attempt(() => act(schema.parse(JSON.parse(bodyText(message)))))
  }
  return { method: 'POST', path: `/phone/api${path}`, handler }
}

async function attempt(act: () => unknown): Promise<SandboxReply> {
  try {
    return jsonReply(200, await act())
  } catch (error) {
    if (error instanceof z.ZodError) return jsonReply(400, { error: z.prettifyError(error) })
    if (error instanceof SyntaxError) return jsonReply(400, { error: 'the body is not valid JSON' })
    if (error instanceof UnknownPerson || error instanceof RangeError) {
      return jsonReply(404, { error: error.message })
    }
    if (error instanceof CashierGone) return jsonReply(409, { error: error.message })
    throw error
  }
}
