import { expect, test } from 'vitest'
import { startShop } from './fake-merchant-api.ts'

async function checkOut(shopUrl: string, fields: Record<string, string>, lang = 'en') {
  return fetch(`${shopUrl}/shop/checkout?lang=${lang}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ basketKey: 'basket-of-the-page', ...fields }),
  })
}

test('the page can be bought from without any script', async () => {
  const { shop, api } = await startShop()
  const response = await checkOut(shop.url, { 'quantity.longjing': '1', 'quantity.shou-puer': '0' })
  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toMatch(
    /^https:\/\/pay\.example\/pay\/TEA-[^?]+\?t=secret&lang=en$/,
  )
  expect([...api.orders.values()]).toMatchObject([{ amount: { value: 12_800, currency: 'CNY' } }])
})

test('a second tap lands on the same order; another basket is another order', async () => {
  const { shop, api } = await startShop()
  const first = await checkOut(shop.url, { 'quantity.longjing': '1' })
  const second = await checkOut(shop.url, { 'quantity.longjing': '1' })
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  await checkOut(shop.url, { 'quantity.longjing': '2' })
  expect(api.orders.size).toBe(2)
})

test('an empty basket comes back with advice, in the language of the page', async () => {
  const { shop } = await startShop()
  const response = await checkOut(shop.url, { 'quantity.longjing': '0' }, 'zh-CN')
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('请先选择商品')
})

test('an order that could not be placed keeps the basket on the page', async () => {
  const { shop, api } = await startShop()
  api.fates.push('internal')
  const response = await checkOut(shop.url, { 'quantity.longjing': '3' })
  const page = await response.text()
  expect(page).toContain('Nothing was charged')
  expect(page).toMatch(/name="quantity\.longjing" value="3"/)
  expect(page).toContain('value="basket-of-the-page"')
})

test.each([
  ['/shop', 'zh-CN,zh;q=0.9', 'zh-CN'],
  ['/shop', 'en-GB,en;q=0.9', 'en'],
  ['/shop?lang=en', 'zh-CN', 'en'],
  ['/shop', 'fr', 'zh-CN'],
])('%s for a browser that reads %s is in %s', async (path, language, locale) => {
  const { shop } = await startShop()
  const page = await fetch(shop.url + path, { headers: { 'accept-language': language } })
  expect(await page.text()).toContain(`<html lang="${locale}">`)
})

test('nothing on the page runs inline, and its policy allows nothing foreign', async () => {
  const { shop } = await startShop()
  const response = await fetch(`${shop.url}/shop`)
  const page = await response.text()
  expect(page).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style="/)
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  for (const asset of page.match(/\/shop\/assets\/[\w.]+/g) ?? []) {
    expect((await fetch(shop.url + asset)).status).toBe(200)
  }
})

test('what a form sends never becomes markup', async () => {
  const { shop, api } = await startShop()
  api.fates.push('internal')
  const response = await checkOut(shop.url, { basketKey: '"><b>', 'quantity.longjing': '1' })
  expect(await response.text()).not.toContain('"><b>')
})
