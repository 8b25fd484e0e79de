import type { BridgeConfig } from './config.ts'

/** What a native call answers: `err_msg`, and whatever else the call carries. */
export type BridgeResult = Readonly<Record<string, unknown>>
type Callback = (result: BridgeResult) => void

export interface WeixinBridge {
  invoke(name: string, params?: unknown, callback?: Callback): void
  call(name: string, params?: unknown): void
  on(event: string, callback: Callback): void
}

declare global {
  interface Window {
    WeixinJSBridge?: WeixinBridge
  }
}

/** What the page knows as `err_msg` of each call begins with WeChat's own name for it. */
const NATIVE_NAMES: Readonly<Record<string, string>> = {
  getBrandWCPayRequest: 'get_brand_wcpay_request',
}

/** Menu calls of WeChat: they are taken, and there is nothing to see. */
const QUIET_CALLS: ReadonlySet<string> = new Set([
  'hideOptionMenu',
  'showOptionMenu',
  'hideToolbar',
  'showToolbar',
  'closeWindow',
])

/** Makes a page believe that it runs in WeChat, with the phone that frames it as the native side. */
export function installBridge(page: Window, options: BridgeConfig): void {
  const config = { ...options, inMiniProgram: options.inMiniProgram || isWebView(page) }
  Object.defineProperty(page.navigator, 'userAgent', {
    configurable: true,
    get: () => config.userAgent,
  })
  const { readyAfterMs, platform } = config
  // Of the document as it was loaded, whatever the history API writes over it later.
  const loadedUrl = page.location.href
  const addressOf = () => (platform === 'ios' ? loadedUrl : page.location.href)
  if (readyAfterMs === null) return
  page.setTimeout(() => {
    // The environment is only known once the bridge is; pages that look earlier see nothing.
    if (config.inMiniProgram) {
      const miniProgram = createMiniProgramLink(page)
      Object.assign(page, { __wxjs_environment: 'miniprogram', wx: { miniProgram } })
    }
    page.WeixinJSBridge = createBridge(page, config, addressOf)
    page.document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  }, readyAfterMs)
}

/** The phone's web-view names its frame so; a page that opens from there keeps the name. */
function isWebView(page: Window): boolean {
  return page.name === 'wechat-web-view'
}

/**
 * `wx.miniProgram` of the JS-SDK, which a real page loads by a script of WeChat's. Calls tell the
 * program around the page where to go.
 */
function createMiniProgramLink(page: Window): Readonly<Record<string, unknown>> {
  const call = (name: string) => (options: unknown) => {
    const { success }: Readonly<Record<string, unknown>> = Object(options)
    tellMiniProgram(page, name, options)
    if (typeof success === 'function') later(() => void success({ errMsg: `${name}:ok` }))
  }
  return {
    navigateTo: call('navigateTo'),
    redirectTo: call('redirectTo'),
    reLaunch: call('reLaunch'),
    navigateBack: call('navigateBack'),
    getEnv: (tell: (env: { miniprogram: boolean }) => void) => tell({ miniprogram: true }),
  }
}

function tellMiniProgram(page: Window, name: string, options: unknown): void {
  const { url, delta }: Readonly<Record<string, unknown>> = Object(options)
  page.parent.postMessage({ type: 'wechat:miniProgram', name, url, delta }, '*')
}

/** What the JS-SDK itself calls: the name of the API, and its options as JSON. */
function invokeMiniProgram(page: Window, params: unknown): BridgeResult {
  const { name, arg }: Readonly<Record<string, unknown>> = Object(params)
  tellMiniProgram(page, String(name), JSON.parse(String(arg)))
  return { err_msg: 'invokeMiniProgramAPI:ok' }
}

function createBridge(page: Window, config: BridgeConfig, addressOf: () => string): WeixinBridge {
  const phone = page.parent === page ? null : connectPhone(page, addressOf)
  const listeners = new Map<string, Callback[]>()
  const invoke: WeixinBridge['invoke'] = (name, params = {}, callback = () => undefined) => {
    const native = NATIVE_NAMES[name]
    if (name === 'invokeMiniProgramAPI' && config.inMiniProgram) {
      const result = invokeMiniProgram(page, params)
      later(() => callback(result))
    } else if (native === undefined) {
      const known = QUIET_CALLS.has(name)
      later(() => callback({ err_msg: known ? `${name}:ok` : 'system:function_not_exist' }))
    } else if (config.inMiniProgram) {
      later(() => callback({ err_msg: 'system:access_denied' }))
    } else if (phone === null) {
      later(() => callback({ err_msg: `${native}:fail` }))
    } else {
      phone.ask({ name, params }, callback)
    }
  }
  return {
    invoke,
    call: (name, params) => invoke(name, params),
    on: (event, callback) => void listeners.set(event, [...(listeners.get(event) ?? []), callback]),
  }
}

/** Callbacks come after `invoke` has returned, as from a native side. */
function later(task: () => void): void {
  void Promise.resolve().then(task)
}

interface PhoneLink {
  ask(call: { name: string; params: unknown }, callback: Callback): void
}

/** `wechat:invoke` goes out, `wechat:result` comes back; only the frame around us is listened to. */
function connectPhone(page: Window, addressOf: () => string): PhoneLink {
  const waiting = new Map<string, Callback>()
  let asked = 0
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== page.parent) return
    const answer = readAnswer(event.data)
    const callback = answer && waiting.get(answer.id)
    if (!answer || !callback) return
    waiting.delete(answer.id)
    callback(answer.result)
  })
  return {
    ask({ name, params }, callback) {
      asked += 1
      const id = `wechat-${asked}`
      waiting.set(id, callback)
      const message = {
        type: 'wechat:invoke',
        id,
        name,
        // As JSON, because that is all a native side can receive; types survive for it to judge.
        params: JSON.parse(JSON.stringify(params ?? {})) as unknown,
        pageUrl: addressOf(),
      }
      // The phone may be open under either loopback name, and the parameters are its own business.
      page.parent.postMessage(message, '*')
    },
  }
}

function readAnswer(data: unknown): { id: string; result: BridgeResult } | null {
  if (!isRecord(data) || data['type'] !== 'wechat:result') return null
  const { id, result } = data
  return typeof id === 'string' && isRecord(result) ? { id, result } : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
