// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import type { BridgeConfig } from '../../../../../sandbox/wechat/bridge/config.ts'
import { installBridge } from '../../../../../sandbox/wechat/bridge/install.ts'

const CONFIG: BridgeConfig = {
  userAgent: 'MicroMessenger/8',
  platform: 'android',
  readyAfterMs: 50,
  inMiniProgram: false,
}
const PARAMS = { appId: 'wx1', timeStamp: 1772323200, package: 'prepay_id=wx2' }

afterEach(() => {
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

/** A page in the phone's frame. */
function framedPage(config: Partial<BridgeConfig> = {}) {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const page = frame.contentWindow
  if (page === null) throw new Error('the frame has no page')
  return install(page, config)
}

/** Timers run when told to; what the page says to the frame around it is kept. */
function install(page: Window, config: Partial<BridgeConfig>) {
  const timers: { task: () => void; ms: number | undefined }[] = []
  vi.spyOn(page, 'setTimeout').mockImplementation(((task: () => void, ms?: number) => {
    timers.push({ task, ms })
    return 0
  }) as typeof page.setTimeout)
  const posted: unknown[] = []
  vi.spyOn(page.parent, 'postMessage').mockImplementation((message: unknown) => {
    posted.push(message)
  })
  const readies: boolean[] = []
  page.document.addEventListener('WeixinJSBridgeReady', () => {
    readies.push(page.WeixinJSBridge !== undefined)
  })
  installBridge(page, { ...CONFIG, ...config })
  const ready = () => {
    for (const { task } of timers) task()
  }
  const answer = (data: unknown, source: Window = page.parent) =>
    page.dispatchEvent(new MessageEvent('message', { data, source }))
  return { page, timers, posted, readies, ready, answer }
}

test('the page sees WeChat at once and the bridge after the delay, with its event', () => {
  const { page, timers, readies, ready } = framedPage()
  expect(page.navigator.userAgent).toBe('MicroMessenger/8')
  expect(timers.map(({ ms }) => ms)).toEqual([50])
  expect(page.WeixinJSBridge).toBeUndefined()
  ready()
  expect(readies).toEqual([true])
  expect(page).not.toHaveProperty('__wxjs_environment')
})

test('a bridge that never comes leaves the page waiting', () => {
  const { page, timers } = framedPage({ readyAfterMs: null })
  expect(timers).toEqual([])
  expect(page.navigator.userAgent).toBe('MicroMessenger/8')
})

test('a payment goes to the phone with its types kept, and its result comes back once', () => {
  const { page, posted, ready, answer } = framedPage()
  ready()
  const results: unknown[] = []
  page.WeixinJSBridge?.invoke('getBrandWCPayRequest', PARAMS, (result) => results.push(result))
  expect(posted).toEqual([
    {
      type: 'wechat:invoke',
      id: 'wechat-1',
      name: 'getBrandWCPayRequest',
      params: PARAMS,
      pageUrl: 'about:blank',
    },
  ])
  const result = { err_msg: 'get_brand_wcpay_request:ok' }
  answer({ type: 'wechat:result', id: 'wechat-1', result })
  answer({ type: 'wechat:result', id: 'wechat-1', result })
  expect(results).toEqual([result])
})

test('only the phone is believed, and only an answer to what was asked', () => {
  const { page, ready, answer } = framedPage()
  ready()
  const results: unknown[] = []
  page.WeixinJSBridge?.invoke('getBrandWCPayRequest', PARAMS, (result) => results.push(result))
  const message = { type: 'wechat:result', id: 'wechat-1', result: { err_msg: 'forged' } }
  answer(message, page)
  answer({ ...message, id: 'wechat-2' })
  answer({ ...message, type: 'other' })
  answer({ ...message, result: 'ok' })
  answer(null)
  expect(results).toEqual([])
})

test('two payments keep their callbacks apart', () => {
  const { page, ready, answer } = framedPage()
  ready()
  const results: unknown[] = []
  for (const name of ['first', 'second']) {
    page.WeixinJSBridge?.invoke('getBrandWCPayRequest', {}, ({ err_msg: word }) =>
      results.push([name, word]),
    )
  }
  answer({ type: 'wechat:result', id: 'wechat-2', result: { err_msg: 'b' } })
  answer({ type: 'wechat:result', id: 'wechat-1', result: { err_msg: 'a' } })
  expect(results).toEqual([
    ['second', 'b'],
    ['first', 'a'],
  ])
})

async function answerOf(page: Window, name: string): Promise<unknown> {
  return await new Promise((resolve) => {
    page.WeixinJSBridge?.invoke(name, {}, resolve)
  })
}

test('a page with no phone around it cannot pay', async () => {
  const { page, posted, ready } = install(window, {})
  ready()
  expect(await answerOf(page, 'getBrandWCPayRequest')).toEqual({
    err_msg: 'get_brand_wcpay_request:fail',
  })
  expect(posted).toEqual([])
})

test("inside a Mini Program's web-view pages are told so and cannot pay", async () => {
  const { page, posted, ready } = framedPage({ inMiniProgram: true })
  expect(page).not.toHaveProperty('__wxjs_environment')
  ready()
  expect(page).toHaveProperty('__wxjs_environment', 'miniprogram')
  expect(await answerOf(page, 'getBrandWCPayRequest')).toEqual({ err_msg: 'system:access_denied' })
  expect(posted).toEqual([])
})

test('menu calls are taken, unknown ones are not', async () => {
  const { page, ready } = framedPage()
  ready()
  expect(await answerOf(page, 'hideOptionMenu')).toEqual({ err_msg: 'hideOptionMenu:ok' })
  expect(await answerOf(page, 'noSuchCall')).toEqual({ err_msg: 'system:function_not_exist' })
})
