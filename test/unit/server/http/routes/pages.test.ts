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

const LINK_COOKIE = 'wechat-pay-link=token-of-order-1'

describe('the link of the merchant', () => {
  test('becomes a cookie at once, and the token leaves the address', async () => {
    const { response, cookie } = await get(await server.anOrder())
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/pay/TEA-1')
    expect(cookie).toContain('wechat-pay-session=')
    const [session, keptLink] = response.headers.getSetCookie()
    expect(session).not.toContain('token-of-order')
    // What another device is given stays with this page, out of reach of every script.
    expect(keptLink).toMatch(/^wechat-pay-link=token-of-order-1; Path=\/pay\/TEA-1;.* HttpOnly;/)
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
    expect([again.response.status, again.cookie]).toEqual([303, LINK_COOKIE])
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
    ['', 'fr', 'en'],
    ['', '*', 'zh-CN'],
    ['', 'zh-Hant-TW,zh;q=0.8', 'zh-TW'],
    ['', 'fr,zh-HK;q=0.5,en;q=0.3', 'zh-TW'],
    ['&lang=zh-TW', 'en', 'zh-TW'],
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

describe('the link for another device of the same person', () => {
  const dataOf = (text: string): { link: string | null; scenes: string[] } =>
    JSON.parse(/data-page="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? 'null')

  test('is in the page of a browser that came by it', async () => {
    const { page } = await enter(await server.anOrder())
    const { link } = dataOf(page.text)
    expect(link).toBe('http://127.0.0.1/pay/TEA-1?t=token-of-order-1')
  })

  test('is in no page of a browser that came without it', async () => {
    const { cookie } = await enter(await server.anOrder())
    const session = cookie.replace(LINK_COOKIE, '')
    const { text } = await get(`${server.url}/pay/TEA-1`, { cookie: session })
    expect(dataOf(text).link).toBeNull()
    const forged = `${session}; wechat-pay-link=wrong`
    expect(dataOf((await get(`${server.url}/pay/TEA-1`, { cookie: forged })).text).link).toBeNull()
  })

  test.each(['a;b', 'a%0d%0aSet-Cookie:x=1', 'a%3B%20Domain=evil.example'])(
    'a token such as %j writes nothing into a cookie',
    async (token) => {
      await server.anOrder()
      const { response } = await get(`${server.url}/pay/TEA-1?t=${token}`)
      expect(response.headers.getSetCookie().join()).not.toContain('wechat-pay-link')
    },
  )
})

describe('what the page knows of the accounts', () => {
  test('is where this order can be paid, and no more', async () => {
    server.takesMoneyIn(['desktopQr', 'mobileWeb'])
    const { page } = await enter(await server.anOrder())
    expect(page.text).toContain('&quot;scenes&quot;:[&quot;desktopQr&quot;,&quot;mobileWeb&quot;]')
    expect(page.text).not.toContain('scripted')
  })
})

describe('the order, for a page that waits for it to be paid elsewhere', () => {
  test('is told to whoever may see its page', async () => {
    const { cookie } = await enter(await server.anOrder())
    const { response, text } = await get(`${server.url}/pay/TEA-1/order`, { cookie })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(JSON.parse(text)).toMatchObject({ orderRef: 'TEA-1', status: 'open', amount: '¥196.00' })
  })

  test.each(['TEA-1', 'TEA-2', '%3Cscript%3E'])('%s is told to nobody else', async (orderRef) => {
    await server.anOrder()
    const { response, text } = await get(`${server.url}/pay/${orderRef}/order`)
    expect(response.status).toBe(404)
    expect(text).not.toContain('196')
  })
})

describe("WeChat's JS-SDK", () => {
  const WECHAT = 'Mozilla/5.0 (iPhone) MicroMessenger/8.0.53'
  const policyFor = async (agent: string) => {
    const { page } = await enter(await server.anOrder(), { 'user-agent': agent })
    expect(page.text).not.toContain('res.wx.qq.com')
    return page.response.headers.get('content-security-policy')
  }

  test("may be loaded where WeChat shows the page, from WeChat's own host", async () => {
    const policy = await policyFor(WECHAT)
    expect(policy).toMatch(/; script-src 'self' https:\/\/res\.wx\.qq\.com$/)
    expect(policy).not.toContain('unsafe')
  })

  test.each(['Mozilla/5.0 (iPhone) Safari', 'Mozilla/5.0 (Macintosh) Chrome'])(
    'and nowhere else: %s',
    async (agent) => {
      expect(await policyFor(agent)).not.toContain('wx.qq.com')
    },
  )
})
