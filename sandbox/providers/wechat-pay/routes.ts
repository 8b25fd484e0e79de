import {
  createRouter,
  type Handler,
  jsonReply,
  NO_REPLY,
  type Route,
  type SandboxRequest,
} from '../../http.ts'
import type { TradeType } from '../../wechat/platform.ts'
import { downloadBill, fundFlowBill, tradeBill } from './bills.ts'
import { listCertificates } from './certificates.ts'
import { payByCode, reverse } from './codepay.ts'
import { type Answer, type Call, exchange, type Operation } from './exchange.ts'
import type { Family } from './ledger.ts'
import type { WechatPayBehaviour } from './options.ts'
import type { Mode } from './order-fields.ts'
import { closeOrder, placeOrder, queryByOutTradeNo, queryByTransactionId } from './orders.ts'
import { applyAbnormalRefund, applyRefund, queryRefund, queryRefundById } from './refunds.ts'
import type { World } from './world.ts'

type Run = (world: World, call: Call) => Answer

export type Host = 'primary' | 'secondary' | 'global'

const HOST_SWITCHES = {
  primary: 'primaryHost',
  secondary: 'secondaryHost',
  global: 'globalHost',
} as const satisfies Readonly<Record<Host, keyof WechatPayBehaviour>>

/**
 * One of the hosts: api.mch and api2.mch serve the mainland paths from one ledger, apihk.mch the
 * cross-border ones.
 */
export function createHost(world: World, host: Host): Handler {
  const routes = host === 'global' ? globalRoutes(world) : mainlandRoutes(world)
  const router = createRouter(routes, notFound)
  return (request) => {
    const state = world.behaviour()[HOST_SWITCHES[host]]
    if (state === 'unreachable') return NO_REPLY
    if (state === 'up') return router(request)
    return jsonReply(503, { code: 'SERVICE_UNAVAILABLE', message: '服务不可用' })
  }
}

function mainlandRoutes(world: World): Route[] {
  const route = routeFor(world, 'mainland')
  const refunds = '/v3/refund/domestic/refunds'
  return [
    ...(['direct', 'partner'] as const).flatMap((mode) => mainlandOrders(world, mode)),
    route('refund', 'POST', refunds, applyRefund),
    route('queryRefund', 'GET', `${refunds}/{no}`, queryRefund),
    route('abnormalRefund', 'POST', `${refunds}/{id}/apply-abnormal-refund`, applyAbnormalRefund),
    route('certificates', 'GET', '/v3/certificates', listCertificates),
    route('tradeBill', 'GET', '/v3/bill/tradebill', tradeBill),
    route('fundFlowBill', 'GET', '/v3/bill/fundflowbill', fundFlowBill),
    route('downloadBill', 'GET', '/v3/billdownload/file', downloadBill),
  ]
}

function mainlandOrders(world: World, mode: Mode): Route[] {
  const route = routeFor(world, 'mainland', mode)
  const base = mode === 'direct' ? '/v3/pay/transactions' : '/v3/pay/partner/transactions'
  return [
    route('create', 'POST', `${base}/jsapi`, ordering('JSAPI')),
    route('create', 'POST', `${base}/app`, ordering('APP')),
    route('create', 'POST', `${base}/native`, ordering('NATIVE')),
    route('create', 'POST', `${base}/h5`, ordering('MWEB')),
    route('codepay', 'POST', `${base}/codepay`, payByCode),
    route('reverse', 'POST', `${base}/out-trade-no/{no}/reverse`, reverse),
    route('query', 'GET', `${base}/out-trade-no/{no}`, queryByOutTradeNo),
    route('query', 'GET', `${base}/id/{id}`, queryByTransactionId),
    route('close', 'POST', `${base}/out-trade-no/{no}/close`, closeOrder),
  ]
}

function globalRoutes(world: World): Route[] {
  const route = routeFor(world, 'global')
  const base = '/v3/global/transactions'
  return [
    route('create', 'POST', `${base}/jsapi`, ordering('JSAPI')),
    route('create', 'POST', `${base}/app`, ordering('APP')),
    route('create', 'POST', `${base}/native`, ordering('NATIVE')),
    route('create', 'POST', `${base}/mweb`, ordering('MWEB')),
    route('query', 'GET', `${base}/out-trade-no/{no}`, queryByOutTradeNo),
    route('query', 'GET', `${base}/id/{id}`, queryByTransactionId),
    route('close', 'POST', `${base}/out-trade-no/{no}/close`, closeOrder),
    route('refund', 'POST', '/v3/global/refunds', applyRefund),
    route('queryRefund', 'GET', '/v3/global/refunds/out-refund-no/{no}', queryRefund),
    route('queryRefund', 'GET', '/v3/global/refunds/id/{id}', queryRefundById),
    route('certificates', 'GET', '/v3/global/certificates', listCertificates),
  ]
}

function ordering(tradeType: TradeType): Run {
  return (world, call) => placeOrder(world, call, tradeType)
}

function routeFor(world: World, family: Family, mode: Operation['mode'] = 'either') {
  return (name: string, method: string, path: string, run: Run): Route => ({
    method,
    path,
    handler: (request) => exchange(world, { name, family, mode, run }, request),
  })
}

/** Paths that nobody serves are answered before anybody looks at a signature. */
function notFound({ method, path }: SandboxRequest) {
  return jsonReply(404, { code: 'RESOURCE_NOT_EXISTS', message: `无此接口：${method} ${path}` })
}
