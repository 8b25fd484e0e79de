import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { type PayerPages, payerPages } from './payer-pages.ts'
import { type Agent, type Behaviour, BROWSERS, type SurfaceName } from './surfaces.ts'
import { type BridgeSays, type Visitor, visit } from './visitor.ts'

/** One surface of the payer's page: a server whose payments a test decides, and its browsers. */
export interface SurfaceSuite extends Pick<PayerPages, 'server' | 'decide'> {
  readonly open: (agent: Agent, bridge?: BridgeSays) => Promise<Visitor>
}

/** Every behaviour, in steps of its own. */
export type SurfaceTests = Readonly<Record<Behaviour, (agent: Agent) => Promise<void>>>

export function surfaceSuite(): SurfaceSuite {
  const pages = payerPages()
  return {
    get server() {
      return pages.server
    },
    open: (agent, bridge = 'ok') => visit(pages.browser, { ...pages, agent, bridge }),
    decide: pages.decide,
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
