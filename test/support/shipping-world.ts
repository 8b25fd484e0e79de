import { createOrderManagement } from '../../server/mini-program/order-management.ts'
import type { ShippingDeps } from '../../server/usecases/shipping-deps.ts'
import { WorkLoop } from '../../server/workers/loop.ts'
import { uploadShipments } from '../../server/workers/upload-shipments.ts'
import { KEYED } from './scripted-provider.ts'
import { OUR_APPS, startWechatLine, type WechatLine } from './wechat-line.ts'
import { aPaidPayment, createWorld, MINI_APP, type World } from './world.ts'

const UPLOAD = '/wxa/sec/order/upload_shipping_info'
const LOOK = '/wxa/sec/order/get_order'

/** The rules of shipping over a real store, and a simulated WeChat over real HTTP; one clock. */
export interface ShippingWorld {
  readonly world: World
  readonly deps: ShippingDeps
  readonly line: WechatLine
  /** A paid order that WeChat has heard of; answers with WeChat Pay's number of its payment. */
  paidOrder(orderRef?: string): Promise<string>
  uploads(): number
  looks(): number
  /** What WeChat has of the order. */
  atWechat(transactionId: string): ReturnType<WechatLine['wechat']['shipping']['order']>
  /** Does all work that is due now. */
  work(): Promise<void>
  later(ms: number): Promise<void>
  /** Until WeChat knows of the payment, and was told. */
  settled(): Promise<void>
  statusOf(orderRef?: string): Promise<readonly string[]>
  close(): Promise<void>
}

export async function createShippingWorld(
  options: {
    tellsTransactionId?: boolean
    /** False: nobody takes what is due. */
    works?: boolean
  } = {},
): Promise<ShippingWorld> {
  const { tellsTransactionId = true, works = true } = options
  const capabilities = tellsTransactionId ? { ...KEYED, tellsTransactionId: true as const } : KEYED
  const world = await createWorld({ capabilities })
  const line = await startWechatLine(world.clock)
  const orderManagement = createOrderManagement(line.process(world.store), OUR_APPS)
  const deps = { ...world, logger: line.logger, orderManagement }
  const loop = new WorkLoop({ ...deps, kinds: [uploadShipments(deps)] })
  if (works) loop.start()
  return {
    world,
    deps,
    line,
    async paidOrder(orderRef = 'tea-1001') {
      const { providerPaymentId, outTradeNo, paidAtMs } = await aPaidPayment(world, orderRef)
      const transactionId = providerPaymentId ?? ''
      line.wechat.platform.recordTrade({
        transactionId,
        mchId: '1900000109',
        outTradeNo,
        appId: MINI_APP,
        openid: 'o-liwei',
        description: 'Longjing',
        amountMinor: 1999,
        paidAtMs: paidAtMs ?? 0,
      })
      return transactionId
    },
    uploads: () => line.callsOf(UPLOAD).length,
    looks: () => line.callsOf(LOOK).length,
    atWechat: (transactionId) =>
      line.wechat.shipping.order(MINI_APP, { kind: 'transaction', transactionId }),
    work: () => loop.idle(),
    async later(ms) {
      await world.clock.advance(ms)
      await loop.idle()
    },
    async settled() {
      for (let round = 0; round < 3; round += 1) {
        await world.clock.advance(10_000)
        await loop.idle()
      }
    },
    async statusOf(orderRef = 'tea-1001') {
      const shipments = await world.store.shipmentsOfOrder(orderRef)
      return shipments.map(({ status }) => status)
    },
    async close() {
      await loop.stop()
      await world.close()
    },
  }
}
