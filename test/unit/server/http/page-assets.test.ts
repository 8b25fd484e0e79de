import { expect, test } from 'vitest'
import { buildPages, loadPages } from '../../../../server/http/page-assets.ts'

test('the pages are bundled from their sources, named by their content', async () => {
  const pages = await buildPages()
  const again = await loadPages()
  expect(pages?.addresses).toEqual(again.addresses)
  const { script, style } = again.addresses.checkout
  expect(script).toMatch(/^\/assets\/checkout-[A-Z0-9]{8}\.js$/)
  expect(style).toMatch(/^\/assets\/checkout-[A-Z0-9]{8}\.css$/)
})

test('a page is small enough for a slow phone', async () => {
  const pages = await loadPages()
  const { script, style } = pages.addresses.checkout
  const bytes = [script, style].map(
    (address) => pages.file(address.split('/').at(-1) ?? '')?.body.length,
  )
  expect(bytes[0]).toBeLessThan(80_000)
  expect(bytes[1]).toBeLessThan(12_000)
})

test('there is no file but those', async () => {
  const pages = await loadPages()
  expect(pages.file('main.ts')).toBeUndefined()
  expect(pages.file('../checkout/main.ts')).toBeUndefined()
})
