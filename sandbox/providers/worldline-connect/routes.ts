import {
  bodyText,
  createRouter,
  type Handler,
  htmlReply,
  jsonReply,
  type Reply,
  type Route,
  type SandboxReply,
  type SandboxRequest,
} from '../../http.ts'
import { createHostedCheckout, hostedCheckout } from './hosted-checkouts.ts'
import { pageRoutes } from './hosted-page.ts'
import type { Executed } from './idempotence.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import { INTEGRATION_TYPES, type WorldlineMerchant } from './options.ts'
import { cancelPayment, createPayment } from './payments.ts'
import { approveRefund, cancelRefund, createRefund } from './refunds.ts'
import { renderPayment, renderRefund } from './render.ts'
import type { CreateRequest } from './requests.ts'
import { v1Hmac } from './signing.ts'
import type { World } from './world.ts'

interface Call {
  readonly merchant: WorldlineMerchant
  readonly request: SandboxRequest
}
type Operation = (call: Call) => Executed | SandboxReply

/** The platform's v1 API, as far as WeChat Pay needs it. Unknown paths answer HTML, as the real one. */
export function createRoutes(world: World, turnDown: (request: CreateRequest) => boolean): Handler {
  const payment = (call: Call, then: (row: PaymentRow) => Executed | SandboxReply) => {
    const row = world.ledger.payment(call.request.params['id'] ?? '')
    if (row?.merchantId !== call.merchant.merchantId) {
      return world.errors.unknown('UNKNOWN_PAYMENT_ID')
    }
    return then(row)
  }
  const refund = (call: Call, then: (row: RefundRow) => SandboxReply) => {
    const row = world.ledger.refund(call.request.params['id'] ?? '')
    if (row?.payment.merchantId !== call.merchant.merchantId) {
      return world.errors.unknown('UNKNOWN_REFUND_ID')
    }
    return then(row)
  }
  const shown = (row: PaymentRow) => renderPayment(row, world.behaviour())
  const route = (name: string, method: string, path: string, operation: Operation): Route => ({
    method,
    path: `/v1/{merchantId}${path}`,
    handler: (request) => guarded(world, name, request, operation),
  })

  return createRouter(
    [
      route('create', 'POST', '/payments', (call) =>
        createPayment(world, call.merchant, bodyText(call.request), turnDown),
      ),
      route('find', 'GET', '/payments', (call) => findPayments(world, call)),
      route('query', 'GET', '/payments/{id}', (call) =>
        payment(call, (row) => jsonReply(200, shown(row))),
      ),
      route('thirdPartyStatus', 'GET', '/payments/{id}/thirdpartystatus', (call) =>
        payment(call, (row) => {
          const thirdPartyStatus = row.status === 'REDIRECTED' ? 'WAITING' : 'COMPLETED'
          return jsonReply(200, { thirdPartyStatus })
        }),
      ),
      route('cancel', 'POST', '/payments/{id}/cancel', (call) =>
        payment(call, (row) => cancelPayment(world, row)),
      ),
      route('refund', 'POST', '/payments/{id}/refund', (call) =>
        payment(call, (row) => createRefund(world, call.merchant, row, bodyText(call.request))),
      ),
      route('listRefunds', 'GET', '/payments/{id}/refunds', (call) =>
        payment(call, (row) =>
          jsonReply(200, { refunds: row.refunds.map((one) => renderRefund(one)) }),
        ),
      ),
      route('queryRefund', 'GET', '/refunds/{id}', (call) =>
        refund(call, (row) => jsonReply(200, renderRefund(row))),
      ),
      route('approveRefund', 'POST', '/refunds/{id}/approve', (call) =>
        refund(call, (row) => approveRefund(world, row, bodyText(call.request))),
      ),
      route('cancelRefund', 'POST', '/refunds/{id}/cancel', (call) =>
        refund(call, (row) => cancelRefund(world, row)),
      ),
      ...pageRoutes(world),
      ...sideRoutes(world, route),
    ],
    () => htmlReply(404, '<html><body><h1>Not Found</h1></body></html>'),
  )
}

/** Hosted checkouts, the product, and the connection check. */
function sideRoutes(
  world: World,
  route: (name: string, method: string, path: string, operation: Operation) => Route,
): Route[] {
  return [
    route('create', 'POST', '/hostedcheckouts', ({ merchant, request }) =>
      createHostedCheckout(world, merchant, request),
    ),
    route('query', 'GET', '/hostedcheckouts/{id}', ({ merchant, request }) =>
      hostedCheckout(world, merchant, request.params['id'] ?? ''),
    ),
    route('testConnection', 'GET', '/services/testconnection', () =>
      jsonReply(200, { result: 'OK' }),
    ),
    route('product', 'GET', '/products/863', ({ merchant }) => jsonReply(200, product(merchant))),
  ]
}

/** Who asks, whether it was asked before, and the fault plan, in this order around the operation. */
async function guarded(
  world: World,
  name: string,
  request: SandboxRequest,
  operation: Operation,
): Promise<Reply> {
  const merchant = authenticated(world, request)
  if (!('merchantId' in merchant)) return merchant
  const key = request.method === 'POST' ? request.headers['x-gcs-idempotence-key'] : undefined
  const scope = `${merchant.merchantId} ${request.path}`
  return world.idempotence.run({ key, scope, inFlight: () => world.errors.inFlight() }, (once) =>
    world.faults.around(
      name,
      () =>
        once(() => {
          const answer = operation({ merchant, request })
          return 'reply' in answer ? answer : { reply: answer }
        }),
      (status) => world.errors.serverError(status),
    ),
  )
}

function authenticated(world: World, request: SandboxRequest): WorldlineMerchant | SandboxReply {
  const { authorization = '', date = '' } = request.headers
  const match = /^GCS v1HMAC:([^:]+):(.+)$/.exec(authorization)
  const [, apiKeyId, signature] = match ?? []
  const owners = [...world.merchants.values()].filter((known) => known.apiKeyId === apiKeyId)
  const contentType = request.headers['content-type'] ?? ''
  const genuine = owners.filter(
    ({ secretApiKey }) => v1Hmac({ ...request, contentType, date }, secretApiKey) === signature,
  )
  const offMs = Math.abs(world.nowMs() - Date.parse(date))
  if (genuine.length === 0 || !(offMs <= world.behaviour().dateToleranceMs)) {
    return world.errors.unauthorized()
  }
  const { merchantId } = request.params
  const merchant = genuine.find((known) => known.merchantId === merchantId)
  return merchant ?? world.errors.foreignMerchant()
}

function findPayments(world: World, { merchant, request }: Call): SandboxReply {
  const query = new URLSearchParams(request.query)
  const reference = query.get('merchantReference')
  if (reference === null) {
    const message = 'PARAMETER_NOT_FOUND_IN_REQUEST'
    return world.errors.violations([{ propertyName: 'merchantReference', message, missing: true }])
  }
  const seenUntilMs = world.nowMs() - world.behaviour().findLagMs
  const found = world.ledger
    .payments()
    .filter((row) => row.merchantId === merchant.merchantId && row.merchantReference === reference)
    .filter((row) => row.createdAtMs <= seenUntilMs)
    .toReversed()
  const limit = wholeNumber(query.get('limit'), 10)
  const offset = wholeNumber(query.get('offset'), 0)
  const payments = found
    .slice(offset, offset + limit)
    .map((row) => renderPayment(row, world.behaviour()))
  return jsonReply(200, { limit, offset, payments, totalCount: found.length })
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : otherwise
}

function product(merchant: WorldlineMerchant): object {
  const offered = INTEGRATION_TYPES.filter((type) => merchant.wechat.appIds[type] !== undefined)
  return {
    id: 863,
    paymentMethod: 'redirect',
    displayHints: { displayOrder: 0, label: 'WeChat Pay' },
    allowsRecurring: false,
    allowsTokenization: false,
    usesRedirectionTo3rdParty: true,
    paymentProduct863SpecificData: { integrationTypes: offered },
  }
}
