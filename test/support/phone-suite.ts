import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { DESKTOP_VIEW, launchChromium } from './chromium.ts'
import { startTestPhone, type TestPhone } from './phone.ts'
import { PhoneDriver } from './phone-driver.ts'

export interface PhoneSuite {
  readonly phone: TestPhone
  /** A fresh phone; `query` as in its address. */
  open(query?: string, view?: BrowserContextOptions): Promise<PhoneDriver>
}

/** One browser and one server per file, one clean browser context per test. */
export function phoneSuite(): PhoneSuite {
  let browser: Browser
  let phone: TestPhone
  let contexts: BrowserContext[] = []
  beforeAll(async () => {
    ;[browser, phone] = await Promise.all([launchChromium(), startTestPhone()])
  })
  beforeEach(async () => {
    await fetch(new URL('api/offline', phone.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ offline: false }),
    })
    phone.heard.length = 0
  })
  afterEach(async () => {
    for (const context of contexts) await context.close()
    contexts = []
  })
  afterAll(async () => {
    await browser.close()
    await phone.close()
  })
  return {
    get phone() {
      return phone
    },
    async open(query = '', view = DESKTOP_VIEW) {
      const context = await browser.newContext({ ...view, reducedMotion: 'reduce' })
      contexts.push(context)
      const driver = new PhoneDriver(await context.newPage())
      await driver.page.goto(`${phone.url}?lang=en&${query}`)
      return driver
    },
  }
}
