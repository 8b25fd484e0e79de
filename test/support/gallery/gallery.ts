import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { loadPages, type PageAssets } from '../../../server/http/page-assets.ts'
import { renderCheckoutPage } from '../../../server/http/page-shell.ts'
import type { Locale } from '../../../shared/locale.ts'
import { GALLERY_PAGE, type GalleryState } from './states.ts'

export interface GalleryView {
  readonly width: number
  readonly theme: 'light' | 'dark'
  readonly locale: Locale
}

/** The payer's page as the server writes it, put into any state without a server behind it. */
export interface Gallery {
  open(view: GalleryView): Promise<OpenGallery>
}

export interface OpenGallery {
  readonly page: Page
  show(state: GalleryState): Promise<void>
  close(): Promise<void>
}

const ORIGIN = 'http://gallery.test'
const HEIGHTS: Readonly<Record<number, number>> = { 320: 568, 390: 844, 1280: 800 }

export async function createGallery(browser: Browser): Promise<Gallery> {
  const [assets, script] = await Promise.all([loadPages(), bundle()])
  return {
    async open({ width, theme, locale }) {
      const context = await browser.newContext({
        viewport: { width, height: HEIGHTS[width] ?? 800 },
        colorScheme: theme,
        locale,
        timezoneId: 'Asia/Shanghai',
        reducedMotion: 'reduce',
        isMobile: width < 500,
        hasTouch: width < 500,
      })
      const page = await context.newPage()
      const at = { state: null as GalleryState | null }
      await serve(context, { assets, script, locale, current: () => at.state })
      return {
        page,
        async show(state) {
          at.state = state
          await page.goto(`${ORIGIN}/pay`)
          await page.evaluate((sent) => {
            Reflect.get(window, 'showInGallery')(sent)
          }, state)
          // A spinner stands still where every picture of it shall be the same.
          await page.addStyleTag({ content: '.spinner { animation: none !important }' })
          await page.evaluate(() => document.fonts.ready.then(() => undefined))
        },
        close: () => context.close(),
      }
    },
  }
}

async function serve(
  context: BrowserContext,
  parts: {
    assets: PageAssets
    script: string
    locale: Locale
    current: () => GalleryState | null
  },
): Promise<void> {
  const { assets, script, locale, current } = parts
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    const name = pathname.split('/').at(-1) ?? ''
    const file = assets.file(name)
    if (pathname === '/gallery.js')
      await route.fulfill({ contentType: 'text/javascript', body: script })
    else if (file) await route.fulfill({ contentType: file.type, body: file.body })
    else {
      const page = { ...GALLERY_PAGE, ...current()?.page, locale }
      const { checkout } = assets.addresses
      const html = renderCheckoutPage(page, checkout, { inWeChat: false })
        // The script of the gallery stands in for the one of the page.
        .replace(/<link rel="modulepreload"[^>]*>\n?/g, '')
        .replace(
          `<script type="module" src="${checkout.scripts[locale]}">`,
          '<script src="/gallery.js" defer>',
        )
      await route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
    }
  })
}

async function bundle(): Promise<string> {
  const built = await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    charset: 'utf8',
    logLevel: 'error',
  })
  return built.outputFiles.map(({ text }) => text).join('')
}

/** axe-core, to be put into the page. */
export function axeSource(): Promise<string> {
  return readFile(join(import.meta.dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8')
}
