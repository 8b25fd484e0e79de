import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import {
  createGallery,
  type Gallery,
  type GalleryView,
  type OpenGallery,
} from '../../support/gallery/gallery.ts'
import { GALLERY, stateCalled } from '../../support/gallery/states.ts'
import { root } from '../../support/source-files.ts'
import { shotsIn } from '../../support/visual.ts'

/**
 * Every state of the payer's page as a person sees it, against pictures that were looked at. All
 * states on a phone, by day in every language and by night; the widths that break things for those
 * states whose parts differ.
 */
const FOLDER = 'test/browser/visual/shots/pages'
const shots = shotsIn(FOLDER)

const ALL = GALLERY.map(({ name }) => name)
const OF_EACH_KIND = ['ready', 'code', 'paid', 'dismissed', 'problem', 'missing', 'open-in-wechat']
const VIEWS: readonly (GalleryView & { readonly states: readonly string[] })[] = [
  { width: 390, theme: 'light', locale: 'en', states: ALL },
  { width: 390, theme: 'light', locale: 'zh-CN', states: ALL },
  { width: 390, theme: 'dark', locale: 'zh-CN', states: ALL },
  { width: 390, theme: 'light', locale: 'zh-TW', states: OF_EACH_KIND },
  { width: 320, theme: 'light', locale: 'en', states: OF_EACH_KIND },
  { width: 320, theme: 'dark', locale: 'zh-TW', states: OF_EACH_KIND },
  { width: 1280, theme: 'light', locale: 'en', states: [...OF_EACH_KIND, 'scan-in-wechat'] },
  { width: 1280, theme: 'dark', locale: 'zh-CN', states: [...OF_EACH_KIND, 'scan-in-wechat'] },
]
const nameOf = (state: string, { width, theme, locale }: GalleryView) =>
  `${state}-${width}-${theme}-${locale}`

let browser: Browser
let gallery: Gallery
beforeAll(async () => {
  browser = await launchChromium()
  gallery = await createGallery(browser)
})
afterAll(() => browser.close())

async function inGallery<T>(view: GalleryView, work: (open: OpenGallery) => Promise<T>) {
  const open = await gallery.open(view)
  try {
    return await work(open)
  } finally {
    await open.close()
  }
}

/** What is wrong with the boxes of a page, whatever its letters look like. */
async function faultsOfLayout(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const wide = document.documentElement
    if (wide.scrollWidth > wide.clientWidth) faults.push('the page is wider than the screen')
    const shown = [
      ...document.querySelectorAll('.brand > *, .order > *, .stage > *, .link-box > *'),
    ]
    const boxes = shown
      .filter((element) => !element.matches('noscript, :empty'))
      .map((element) => ({
        name: element.className || element.tagName,
        box: element.getBoundingClientRect(),
      }))
    for (const { name, box } of boxes) {
      if (box.width < 1 || box.height < 1) faults.push(`${name} has no size`)
      if (box.left < 0 || box.right > wide.clientWidth) faults.push(`${name} is cut off`)
    }
    for (const button of document.querySelectorAll('.main, .other')) {
      if (button.getBoundingClientRect().height < 44) faults.push('a button is too small to tap')
    }
    const stage = [...document.querySelectorAll('.stage > *')].map((element) =>
      element.getBoundingClientRect(),
    )
    const sorted = stage.toSorted((one, other) => one.top - other.top)
    for (const [index, box] of sorted.entries()) {
      const next = sorted[index + 1]
      if (next && box.bottom > next.top + 1) faults.push('two parts lie upon each other')
    }
    return faults
  })
}

describe.each(VIEWS)('$width px, $theme, $locale', ({ states, ...view }) => {
  test(`${states.length} states look as they did`, { timeout: 120_000 }, async () => {
    await inGallery(view, async (open) => {
      const found: string[] = []
      let comparable: boolean | null = null
      for (const name of states) {
        await open.show(stateCalled(name))
        comparable ??= await shots.sameFonts(open.page)
        const faults = await faultsOfLayout(open.page)
        found.push(...faults.map((fault) => `${nameOf(name, view)}: ${fault}`))
        const png = await open.page.screenshot({ fullPage: true })
        if (comparable) found.push(shots.differences(nameOf(name, view), png))
      }
      if (!comparable) {
        process.stderr.write(
          '\n  THE PICTURES WERE NOT COMPARED: this machine has other fonts than the one that took\n' +
            '  them (WenQuanYi Micro Hei is needed). Boxes were measured instead.\n\n',
        )
      }
      expect(found.filter(Boolean)).toEqual([])
    })
  })
})

test('no reference is left over from a state that is gone', () => {
  const wanted = VIEWS.flatMap(({ states, ...view }) => states.map((name) => nameOf(name, view)))
  const there = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.png'))
  expect(there.toSorted()).toEqual(wanted.map((name) => `${name}.png`).toSorted())
})

describe('a page that looks otherwise is found out', () => {
  const view: GalleryView = { width: 390, theme: 'light', locale: 'en' }
  const state = 'dismissed'
  const changedBy = (css: string) =>
    inGallery(view, async (open) => {
      await open.show(stateCalled(state))
      if (!(await shots.sameFonts(open.page))) return null
      await open.page.addStyleTag({ content: css })
      return shots.differences(nameOf(state, view), await open.page.screenshot({ fullPage: true }))
    })

  test.runIf(!shots.writing).each([
    ['a button that moved by two points', '.main { transform: translateY(2px) }'],
    ['a heading that moved by one point', '.stage h1 { transform: translateX(1px) }'],
    ['a missing sign', '.mark { visibility: hidden }'],
    ['a missing second step', '.other { visibility: hidden }'],
    ['a text of another grey', '.text { color: #8c938d }'],
    ['a button of another green', '.main { background: #07c160 }'],
    ['a larger heading', '.stage h1 { font-size: 26px }'],
  ])('%s', async (_, css) => {
    const found = await changedBy(css)
    if (found === null) process.stderr.write('  NOT COMPARED: other fonts\n')
    else expect(found).toMatch(/differs in \d+ points|is \d+ ×/)
  })

  test('and one that looks the same is not', async () => {
    if (shots.writing) return
    expect((await changedBy('.none { color: red }')) ?? '').toBe('')
  })

  test('boxes that overflow are found without any picture', async () => {
    const faults = await inGallery(view, async (open) => {
      await open.show(stateCalled(state))
      await open.page.addStyleTag({
        content: '.main { max-width: none; width: 500px; min-height: 20px }',
      })
      return faultsOfLayout(open.page)
    })
    expect(faults.join()).toMatch(/cut off/)
  })
})
