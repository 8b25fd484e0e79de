import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type PagesServer, startPagesServer } from './pages-server.ts'

/** The payer's pages, with one Chromium for a test file and a server of its own for each test. */
export interface PayerPages {
  readonly browser: Browser
  readonly server: PagesServer
  /** Scripts that threw, or that the policy stopped; each fails the test that it was part of. */
  readonly complaints: string[]
  /** The server has heard what became of the payment, as soon as there is one. */
  readonly decide: (...verdict: Parameters<PagesServer['payments']['decide']>) => Promise<void>
}

export function payerPages(): PayerPages {
  let browser: Browser
  let server: PagesServer
  const complaints: string[] = []
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    server = await startPagesServer({ shopUrl: '/shop' })
    complaints.length = 0
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    await server.close()
    expect(complaints).toEqual([])
  })
  return {
    get browser() {
      return browser
    },
    get server() {
      return server
    },
    complaints,
    async decide(...verdict) {
      await expect.poll(() => server.payments.payments.length).toBeGreaterThan(0)
      server.payments.decide(...verdict)
    },
  }
}
