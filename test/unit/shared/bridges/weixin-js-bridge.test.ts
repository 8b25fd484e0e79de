import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import {
  createWeixinJSBridge,
  type WeixinJSBridge,
} from '../../../../shared/bridges/weixin-js-bridge.ts'
import { WECHAT_ACTION } from '../../../support/checkout-server.ts'
import { countTimers, follow } from '../../../support/checkout-world.ts'

function createPage() {
  const clock = new VirtualClock(0)
  const timed = countTimers(clock)
  const listeners = new Map<string, Set<() => void>>()
  const window: { WeixinJSBridge?: WeixinJSBridge } = {}
  const calls: { name: string; params: Readonly<Record<string, string>> }[] = []
  const listenersOf = (type: string) => listeners.get(type) ?? new Set()
  const document = {
    addEventListener: (type: string, listener: () => void) =>
      void listeners.set(type, listenersOf(type).add(listener)),
    removeEventListener: (type: string, listener: () => void) =>
      void listenersOf(type).delete(listener),
  }
  return {
    clock,
    window,
    calls,
    listening: () => listenersOf('WeixinJSBridgeReady').size,
    arrive(answer: { err_msg?: string; err_desc?: string } | undefined) {
      window.WeixinJSBridge = {
        invoke(name, params, callback) {
          calls.push({ name, params })
          callback(answer ?? {})
        },
      }
      for (const listener of listenersOf('WeixinJSBridgeReady')) listener()
    },
    waiting: () => timed.open(),
    bridge: createWeixinJSBridge({ window, document, clock: timed.clock }),
  }
}

describe('the cashier of a page inside WeChat', () => {
  test('is opened with six strings, cased as WeChat wants them', async () => {
    const page = createPage()
    page.arrive({ err_msg: 'get_brand_wcpay_request:ok' })
    expect(await page.bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'finished' })
    expect(page.calls).toEqual([
      {
        name: 'getBrandWCPayRequest',
        params: {
          appId: 'wx1234567890abcdef',
          timeStamp: '1772352000',
          nonceStr: 'nonce',
          package: 'prepay_id=wx01',
          signType: 'RSA',
          paySign: 'signature',
        },
      },
    ])
  })

  test('a bridge that gets ready later is awaited', async () => {
    const page = createPage()
    const run = follow(page.bridge.invoke(WECHAT_ACTION))
    await page.clock.advance(4_999)
    expect(run.settled).toBe(false)
    page.arrive({ err_msg: 'get_brand_wcpay_request:cancel' })
    await page.clock.advance(0)
    expect(run.value).toEqual({ surface: 'dismissed' })
    expect(page.listening()).toBe(0)
    expect(page.waiting()).toBe(0)
  })

  test('a bridge that never comes is unavailable after five seconds', async () => {
    const page = createPage()
    const run = follow(page.bridge.invoke(WECHAT_ACTION))
    await page.clock.advance(5_000)
    expect(run.value).toEqual({ surface: 'unavailable', reason: 'bridgeMissing' })
    expect(page.listening()).toBe(0)
  })

  test('a bridge that came without its event is found when the time is over', async () => {
    const page = createPage()
    const run = follow(page.bridge.invoke(WECHAT_ACTION))
    await page.clock.advance(1_000)
    page.window.WeixinJSBridge = {
      invoke: (_name, _params, callback) => callback({ err_msg: 'get_brand_wcpay_request:ok' }),
    }
    await page.clock.advance(4_000)
    expect(run.value).toEqual({ surface: 'finished' })
  })

  test('a page inside a web-view is denied, which is not a failure of the payment', async () => {
    const page = createPage()
    page.arrive({ err_msg: 'system:access_denied' })
    expect(await page.bridge.invoke(WECHAT_ACTION)).toMatchObject({
      surface: 'unavailable',
      reason: 'noPermission',
    })
  })

  test('the description of a failure is kept', async () => {
    const page = createPage()
    page.arrive({ err_msg: 'get_brand_wcpay_request:fail', err_desc: 'system busy' })
    expect(await page.bridge.invoke(WECHAT_ACTION)).toEqual({
      surface: 'failed',
      reason: 'unknown',
      detail: 'get_brand_wcpay_request:fail system busy',
    })
  })

  test('an empty answer is a failure, not a crash', async () => {
    const page = createPage()
    page.arrive(undefined)
    expect(await page.bridge.invoke(WECHAT_ACTION)).toMatchObject({ surface: 'failed' })
  })

  test('a bridge that throws has failed, with its words', async () => {
    const page = createPage()
    page.window.WeixinJSBridge = {
      invoke() {
        throw new Error('native side is gone')
      },
    }
    expect(await page.bridge.invoke(WECHAT_ACTION)).toMatchObject({
      surface: 'failed',
      detail: 'native side is gone',
    })
  })

  test('an action for another surface is unavailable at once', async () => {
    const page = createPage()
    expect(await page.bridge.invoke({ kind: 'appPay', params: {} })).toEqual({
      surface: 'unavailable',
      reason: 'unsupportedAction',
      detail: 'appPay',
    })
  })
})
