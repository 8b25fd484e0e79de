import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type PagesServer, startPagesServer } from './pages-server.ts'
import { type Agent, type Behaviour, BROWSERS, type SurfaceName } from './surfaces.ts'
import { type BridgeSays, type Visitor, visit } from './visitor.ts'

/** One surface of the payer's page: a server whose payments a test decides, and its browsers. */
export interface SurfaceSuite {
  readonly server: PagesServer
  readonly open: (agent: Agent, bridge?: BridgeSays) => Promise<Visitor>
  /** The server has heard what became of the payment, as soon as there is one. */
  readonly decide: (...verdict: Parameters<PagesServer['payments']['decide']>) => Promise<void>
}

/** Every behaviour, in steps of its own. */
export type SurfaceTests = Readonly<Record<Behaviour, (agent: Agent) => Promise<void>>>

export function surfaceSuite(): SurfaceSuite {
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
    // A script that throws, or that the policy stops, fails whatever it was part of.
    expect(complaints).toEqual([])
  })
  return {
    get server() {
      return server
    },
    open: (agent, bridge = 'ok') => visit(browser, { server, agent, bridge, complaints }),
    async decide(...verdict) {
      await expect.poll(() => server.payments.payments.length).toBeGreaterThan(0)
      server.payments.decide(...verdict)
    },
  }
}

/** One test for each behaviour in each browser of the surface. */
export function testSurface(name: SurfaceName, tests: SurfaceTests): void {
  describe(name, () => {
    const rows = Object.entries(tests).flatMap(([behaviour, run]) =>
      BROWSERS[name].map((agent) => ({ behaviour, agent, run })),
    )
    test.each(rows)('$behaviour in $agent', async ({ agent, run }) => {
      await run(agent)
    })
  })
}

/** The heading, which comes with every outcome. */
export async function shows(page: Page, heading: string): Promise<void> {
  const now = () => page.locator('h1').textContent({ timeout: 1_000 })
  await expect.poll(() => now().catch(() => null), { timeout: 15_000 }).toBe(heading)
}

export const payButton = (page: Page) => page.getByRole('button', { name: 'Pay ¥196.00' })
