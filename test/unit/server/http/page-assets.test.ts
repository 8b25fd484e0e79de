import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadPages, type PageAssets } from '../../../../server/http/page-assets.ts'
import { LOCALES } from '../../../../shared/locale.ts'

let pages: PageAssets
beforeAll(async () => {
  pages = await loadPages()
})

const nameOf = (address: string) => address.split('/').at(-1) ?? ''
const bodyOf = (address: string) => pages.file(nameOf(address))?.body ?? Buffer.alloc(0)
const gzipped = (addresses: readonly string[]) =>
  addresses.reduce((sum, address) => sum + gzipSync(bodyOf(address), { level: 9 }).length, 0)

test('every file of the pages is named by its content, and nothing else is handed out', () => {
  const { scripts, shared, parts, style } = pages.addresses.checkout
  for (const address of [...Object.values(scripts), ...shared, ...Object.values(parts)]) {
    expect(address).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.js$/)
    expect(pages.file(nameOf(address))?.type).toBe('text/javascript; charset=utf-8')
  }
  expect(style).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.css$/)
  for (const name of ['main.ts', 'manifest.json', '../checkout/main.ts', '']) {
    expect(pages.file(name)).toBeUndefined()
  }
})

test('pages that were built from these sources are not built again', async () => {
  const said: string[] = []
  const again = await loadPages((message) => said.push(message))
  expect(said).toEqual([])
  expect(again.addresses).toEqual(pages.addresses)
})

describe.each(LOCALES)('a page in %s is small enough for a slow phone', (locale) => {
  const LIMIT_BYTES = 15_000
  const always = () => {
    const { scripts, shared } = pages.addresses.checkout
    return [scripts[locale], ...shared]
  }

  test.each([
    ['inside WeChat', ['wechat']],
    ['in a browser, which leaves for WeChat', []],
    ['on a desktop, with what draws the code', ['code']],
    ['in a web-view, which sends on', ['wechat', 'elsewhere']],
  ] as const)('%s', (_, needed) => {
    const { parts } = pages.addresses.checkout
    const bytes = gzipped([...always(), ...needed.map((part) => parts[part])])
    expect(bytes).toBeGreaterThan(5_000)
    expect(bytes).toBeLessThan(LIMIT_BYTES)
  })

  test('and it carries no other language', () => {
    const code = always()
      .map((address) => bodyOf(address).toString())
      .join('')
    for (const [other, word] of Object.entries(ONLY_IN)) {
      expect(code.includes(word), other).toBe(other === locale)
    }
  })
})

const ONLY_IN = {
  'zh-CN': '支付成功',
  'zh-TW': '付款成功',
  en: 'Waiting for confirmation',
} as const

test('the style is small too', () => {
  expect(gzipped([pages.addresses.checkout.style])).toBeLessThan(3_000)
})
