import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Stack, type StackOptions, startStack } from '../../scripts/stack.ts'
import { launchChromium, PHONE_VIEW } from './chromium.ts'
import { PhoneDriver } from './phone-driver.ts'

export interface WholeLine {
  readonly stack: Stack
  /** A fresh browser with the phone in it; `query` as in the phone's address. */
  phone(query: string, view?: BrowserContextOptions): Promise<PhoneDriver>
  browser(view: BrowserContextOptions): Promise<BrowserContext>
}

/**
 * Toolkit, sandbox, shop, phone and one Chromium for a test file; a clean context per test. All of
 * the sandbox's accounts, or only those named; `sandbox` as for `startStack`.
 */
export function wholeLine(
  options: {
    readonly accounts?: readonly string[]
    readonly sandbox?: StackOptions['sandbox']
    /** Made before the stack starts; answers the folder of the Mini Program in the phone. */
    readonly miniprogram?: () => Promise<string>
  } = {},
): WholeLine {
  const { accounts, sandbox = {}, miniprogram } = options
  let stack: Stack
  let chromium: Browser
  let contexts: BrowserContext[] = []
  beforeAll(async () => {
    const folder = await miniprogram?.()
    ;[chromium, stack] = await Promise.all([
      launchChromium(),
      startStack({
        phone: true,
        config: { logLevel: 'silent' },
        sandbox,
        ...(accounts === undefined ? {} : { accounts }),
        ...(folder === undefined ? {} : { miniprogram: folder }),
      }),
    ])
  })
  afterEach(async () => {
    for (const context of contexts) await context.close()
    contexts = []
    for (const { faults } of stack.sandbox.providers) faults.clear()
    stack.sandbox.wechat.device.setOffline(false)
  })
  afterAll(async () => {
    await chromium.close()
    await stack.close()
  })
  async function browser(view: BrowserContextOptions): Promise<BrowserContext> {
    const context = await chromium.newContext({ ...view, reducedMotion: 'reduce' })
    contexts.push(context)
    return context
  }
  return {
    get stack() {
      return stack
    },
    browser,
    async phone(query, view = PHONE_VIEW) {
      const driver = new PhoneDriver(await (await browser(view)).newPage())
      await driver.page.goto(`${stack.sandbox.urls.phone}/?lang=en&${query}`)
      return driver
    },
  }
}
