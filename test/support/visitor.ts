import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { PagesServer } from './pages-server.ts'
import { type Agent, viewOf } from './surfaces.ts'

/** What WeChat's bridge answers; `nothing` is a callback that never comes. */
export type BridgeSays = 'ok' | 'cancel' | 'fail' | 'nothing'

/** One person with one browser, before the link of an order. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Another tab of the same browser on the same link. */
  readonly anotherTab: () => Promise<Page>
  /** Addresses that the Mini Program around the page was asked to open. */
  readonly opened: (page?: Page) => Promise<readonly string[]>
  /** Resolves once WeChat's cashier was asked for: before, nobody can have paid. */
  readonly cashierOpened: () => Promise<void>
  /** Out of sight, as behind another app, and back again. */
  readonly hide: (page?: Page) => Promise<void>
  readonly comeBack: (page?: Page) => Promise<void>
}

export interface VisitOptions {
  readonly server: PagesServer
  readonly agent: Agent
  readonly bridge?: BridgeSays
  readonly lang?: string
  /** False where WeChat's own file cannot be fetched. */
  readonly jsSdk?: boolean
  readonly complaints?: string[]
}

const JS_SDK = 'https://res.wx.qq.com/**'

/** Opens a new order's link as somebody in that browser. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visitor> {
  const { server, agent, bridge = 'ok', lang = 'en', jsSdk = true, complaints = [] } = options
  const context = await browser.newContext(viewOf(agent))
  await context.addInitScript(beVisible)
  if (/wechat|webView|weCom/i.test(agent)) {
    await context.addInitScript(playWeChat, { says: bridge, inMiniProgram: agent === 'webView' })
  }
  await context.route(JS_SDK, (route) =>
    jsSdk
      ? route.fulfill({ contentType: 'text/javascript', body: `(${playJsSdk.toString()})()` })
      : route.abort(),
  )
  const link = `${await server.anOrder()}&lang=${lang}`
  const openTab = async (): Promise<Page> => {
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (/Content Security Policy/.test(line.text())) complaints.push(line.text())
    })
    await page.goto(link)
    return page
  }
  const page = await openTab()
  return {
    page,
    context,
    anotherTab: openTab,
    opened: (tab = page) => tab.evaluate(() => Reflect.get(window, 'opened') ?? []),
    cashierOpened: async () => {
      await page.waitForFunction(() => Reflect.get(window, 'cashierOpened') === true)
    },
    hide: (tab = page) => tab.evaluate(() => Reflect.get(window, 'see')('hidden')),
    comeBack: (tab = page) => tab.evaluate(() => Reflect.get(window, 'see')('visible')),
  }
}

/** Runs in the page: it is seen or not as the test says, and not as a browser without a screen says. */
function beVisible(): void {
  let state = 'visible'
  Object.defineProperty(document, 'visibilityState', { get: () => state })
  const see = (now: string) => {
    state = now
    document.dispatchEvent(new Event('visibilitychange'))
  }
  Object.assign(window, { see })
}

/** Runs in the page: WeChat's bridge, a moment after the page began, as in the app. */
function playWeChat({ says, inMiniProgram }: { says: string; inMiniProgram: boolean }): void {
  const invoke = (name: string, _params: object, callback: (answer: object) => void) => {
    const pays = name === 'getBrandWCPayRequest' && !inMiniProgram
    const answer = pays ? `get_brand_wcpay_request:${says}` : 'system:access_denied'
    if (pays) Object.assign(window, { cashierOpened: true })
    if (!pays || says !== 'nothing') setTimeout(() => callback({ err_msg: answer }), 10)
  }
  setTimeout(() => {
    if (inMiniProgram) Object.assign(window, { __wxjs_environment: 'miniprogram' })
    Object.assign(window, { WeixinJSBridge: { invoke } })
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  }, 30)
}

/** Runs in the page, in place of WeChat's JS-SDK. */
function playJsSdk(): void {
  const opened: string[] = []
  const miniProgram = {
    getEnv: (callback: (answer: object) => void) => callback({ miniprogram: true }),
    navigateTo: ({ url }: { url: string }) => void opened.push(url),
  }
  Object.assign(window, { opened, wx: { miniProgram } })
}
