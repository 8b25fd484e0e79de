import { afterEach, expect, test } from 'vitest'
import { createOrderManagement } from '../../../../server/mini-program/order-management.ts'
import { WorkLoop } from '../../../../server/workers/loop.ts'
import { registerOrderCentrePaths } from '../../../../server/workers/register-order-centre.ts'
import { MINI_APP, OFFICIAL_APP, startWechatLine } from '../../../support/wechat-line.ts'
import { createWorld, type World } from '../../../support/world.ts'

const CALL = '/wxa/sec/order/update_order_detail_path'
const PATH = 'pages/order/order?outTradeNo=\u0024{商品订单号}'
const HOUR_MS = 60 * 60_000

let world: World
const loops: WorkLoop[] = []
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()))
  await world.close()
})

async function shop() {
  world = await createWorld()
  const line = await startWechatLine(world.clock)
  /** A process of ours with this path in its configuration; resolves once nobody has anything to do. */
  const start = async (path: string | undefined) => {
    const apps = [{ ...MINI_APP, orderCentrePath: path }, OFFICIAL_APP]
    const orderManagement = createOrderManagement(line.process(world.store), apps)
    const deps = { ...world, logger: line.logger, orderManagement }
    const loop = new WorkLoop({ ...deps, kinds: [registerOrderCentrePaths(deps)] })
    loops.push(loop)
    loop.start()
    await work()
  }
  /** Whichever process gets hold of it. */
  const work = async () => {
    for (const loop of [...loops, ...loops]) await loop.idle()
  }
  const later = async (ms: number) => {
    await world.clock.advance(ms)
    await work()
  }
  const registered = () => line.wechat.shipping.orderPaths.get(MINI_APP.appId)
  const calls = () => line.callsOf(CALL).length
  const stored = () => world.store.orderCentrePath(MINI_APP.appId)
  return { line, start, later, registered, calls, stored }
}

test('the order page is registered at a start, once for all starts and processes', async () => {
  const { start, registered, calls, stored } = await shop()
  await Promise.all([start(PATH), start(PATH)])
  await start(PATH)
  expect(registered()).toBe(PATH)
  expect(await stored()).toMatchObject({ state: 'registered', dueAtMs: null })
  expect(calls()).toBe(1)
})

test('another page in the configuration is registered in its place', async () => {
  const { start, registered, calls } = await shop()
  await start(PATH)
  await start(PATH.replace('order/order', 'orders/one'))
  expect(registered()).toContain('pages/orders/one')
  expect(calls()).toBe(2)
})

test('a configuration without one asks WeChat for nothing', async () => {
  const { start, line } = await shop()
  await start(undefined)
  expect(line.requests).toEqual([])
})

test('a WeChat that is away is asked again later', async () => {
  const { line, start, later, registered, stored } = await shop()
  const fault = { kind: 'status', status: 503 } as const
  line.wechat.identity.faults.add({ endpoint: 'updateOrderDetailPath', times: 2, fault })
  await start(PATH)
  expect(await stored()).toMatchObject({ state: 'waiting', reason: expect.any(String) })
  await later(HOUR_MS)
  await later(HOUR_MS)
  expect(registered()).toBe(PATH)
})

test('a page that WeChat refuses is an alarm, left alone, and tried again at the next start', async () => {
  const { line, start, later, registered, calls, stored } = await shop()
  const fault = { kind: 'errcode', errcode: 10060014 } as const
  line.wechat.identity.faults.add({ endpoint: 'updateOrderDetailPath', fault })
  await start(PATH)
  expect(await stored()).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('参数错误'),
  })
  expect(line.lines.join('')).toContain('orderCentre.refused')
  await later(HOUR_MS)
  expect(calls()).toBe(1)
  await start(PATH)
  expect(registered()).toBe(PATH)
})
