import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PagesServer, startPagesServer } from '../../../../support/pages-server.ts'

let server: PagesServer
beforeEach(async () => {
  server = await startPagesServer({ shopUrl: '/shop' })
})
afterEach(() => server.close())

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { redirect: 'manual', headers })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  return { response, text: await response.text(), cookie: cookies.join('; ') }
}

/** Follows the merchant's link as a browser does: the cookie, then the clean page. */
async function enter(link: string, headers: Record<string, string> = {}) {
  const { response, cookie } = await get(link, headers)
  const clean = server.url + (response.headers.get('location') ?? '')
  return { clean, cookie, page: await get(clean, { ...headers, cookie }) }
}

describe('the link of the merchant', () => {
  test('becomes a cookie at once, and the token leaves the address', async () => {
    const link = await server.anOrder()
    const { response, cookie } = await get(link)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/pay/TEA-1')
    expect(cookie).not.toBe('')
    expect(cookie).not.toContain('token-of-order')
  })

  test('shows the order with the amount of the server', async () => {
    const { page } = await enter(await server.anOrder(), { 'accept-language': 'en' })
    expect(page.response.status).toBe(200)
    for (const words of ['West Lake Longjing', '¥196.00', 'TEA-1'])
      expect(page.text).toContain(words)
  })

  test('opened twice needs no second session', async () => {
    const link = await server.anOrder()
    const { cookie } = await enter(link)
    const again = await get(link, { cookie })
    expect([again.response.status, again.cookie]).toEqual([303, ''])
  })

  test.each(['wrong', '', '../x'])('with the token %j opens nothing', async (token) => {
    await server.anOrder()
    const { page } = await enter(`${server.url}/pay/TEA-1?t=${token}`)
    expect(page.response.status).toBe(404)
    expect(page.text).not.toContain('196')
  })

  test('of one order opens no other', async () => {
    const { cookie } = await enter(await server.anOrder())
    await server.anOrder({ orderRef: 'TEA-OTHER' })
    const other = await get(`${server.url}/pay/TEA-OTHER`, { cookie })
    expect(other.response.status).toBe(404)
  })

  test('two orders in one browser keep both open', async () => {
    const first = await enter(await server.anOrder())
    const second = await enter(await server.anOrder(), { cookie: first.cookie })
    const cookie = second.cookie
    expect((await get(first.clean, { cookie })).response.status).toBe(200)
    expect((await get(second.clean, { cookie })).response.status).toBe(200)
  })
})

test.each(['/pay/TEA-1', '/result/TEA-1', '/pay/%3Cscript%3E', '/pay/..%2f..'])(
  'without a session %s shows that there is no such order, whether there is or not',
  async (path) => {
    await server.anOrder()
    const { response, text } = await get(server.url + path)
    expect(response.status).toBe(404)
    expect(text).not.toContain('196')
    expect(text).not.toContain('<script>')
  },
)

describe('the language', () => {
  test.each([
    ['', 'zh-CN,zh;q=0.9', 'zh-CN'],
    ['', 'en-US', 'en'],
    ['', 'fr', 'zh-CN'],
    ['&lang=en', 'zh-CN', 'en'],
    ['&lang=klingon', 'en', 'en'],
  ])('of a link with %j in a browser of %s is %s', async (lang, language, locale) => {
    const link = await server.anOrder()
    const { page } = await enter(link + lang, { 'accept-language': language })
    expect(page.text).toContain(`<html lang="${locale}">`)
  })

  test('that was chosen stays on the way back from a provider', async () => {
    const { cookie } = await enter(`${await server.anOrder()}&lang=en`, {
      'accept-language': 'zh-CN',
    })
    const { text } = await get(`${server.url}/result/TEA-1`, { cookie, 'accept-language': 'zh-CN' })
    expect(text).toContain('<html lang="en">')
  })
})

describe('the page', () => {
  test('runs nothing inline, and its policy needs no exception', async () => {
    const { page } = await enter(await server.anOrder())
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style/)
    const policy = page.response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(page.response.headers.get('cache-control')).toBe('no-store')
  })

  test('finds its script and style, which may be kept for ever', async () => {
    const { page } = await enter(await server.anOrder())
    const assets = page.text.match(/\/assets\/[\w-]+\.(?:js|css)/g) ?? []
    expect(new Set(assets.map((name) => name.split('.').at(-1)))).toEqual(new Set(['css', 'js']))
    for (const asset of assets) {
      const { response } = await get(server.url + asset)
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ])
    }
  })

  test('has no other assets', async () => {
    for (const name of ['x.js', '..%2fpackage.json', 'manifest.json']) {
      expect((await get(`${server.url}/assets/${name}`)).response.status).toBe(404)
    }
  })

  test('writes what the merchant wrote as text', async () => {
    const description = '<img src=x onerror=alert(1)> "tea" & \'cups\''
    const { page } = await enter(await server.anOrder({ description }))
    expect(page.text).not.toContain('<img')
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })
})
