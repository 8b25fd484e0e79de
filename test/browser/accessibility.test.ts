import type { AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import {
  axeSource,
  createGallery,
  type Gallery,
  type OpenGallery,
} from '../support/gallery/gallery.ts'
import { GALLERY, stateCalled } from '../support/gallery/states.ts'

/** WCAG 2.2 at level AA, as far as a machine can tell, for every state of the payer's page. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

let browser: Browser
let gallery: Gallery
let axe: string
beforeAll(async () => {
  browser = await launchChromium()
  ;[gallery, axe] = await Promise.all([createGallery(browser), axeSource()])
})
afterAll(() => browser.close())

async function violations({ page }: OpenGallery): Promise<readonly string[]> {
  await page.evaluate(axe)
  const result: AxeResults = await page.evaluate(
    (tags) => Reflect.get(window, 'axe').run(document, { runOnly: tags }),
    TAGS,
  )
  // A page on which nothing was looked at has no violations either.
  expect(result.passes.length).toBeGreaterThan(5)
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

describe.each([
  { theme: 'light', locale: 'en', width: 390 },
  { theme: 'dark', locale: 'en', width: 390 },
  { theme: 'light', locale: 'zh-CN', width: 1280 },
  { theme: 'dark', locale: 'zh-TW', width: 1280 },
] as const)('$theme, $locale, $width px', (view) => {
  test('nobody is shut out of any state', { timeout: 180_000 }, async () => {
    const open = await gallery.open(view)
    const found: string[] = []
    for (const state of GALLERY) {
      await open.show(state)
      found.push(...(await violations(open)).map((violation) => `${state.name}: ${violation}`))
    }
    await open.close()
    expect(found).toEqual([])
  })
})

describe('the check itself', () => {
  test.each([
    ['a text too pale to read', '.text { color: #c8ccc8 }', 'color-contrast'],
    ['a pale label on the button', '.main { background: #6fd39c }', 'color-contrast'],
  ])('finds %s', async (_, css, rule) => {
    const open = await gallery.open({ theme: 'light', locale: 'en', width: 390 })
    await open.show(stateCalled('dismissed'))
    await open.page.addStyleTag({ content: css })
    expect((await violations(open)).join()).toContain(rule)
    await open.close()
  })

  test('finds a code without words', async () => {
    const open = await gallery.open({ theme: 'light', locale: 'en', width: 390 })
    await open.show(stateCalled('code'))
    await open.page.evaluate(() => document.querySelector('.code')?.removeAttribute('aria-label'))
    expect((await violations(open)).join()).toContain('svg-img-alt')
    await open.close()
  })
})
