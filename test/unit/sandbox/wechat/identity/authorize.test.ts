import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { getJson, MINI, PAGE, startWechat } from '../world.ts'

const CALLBACK = 'https://shop.example.com/login/callback?from=menu'

function link(url: string, changes: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    appid: PAGE.appId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'abcDEF123',
    ...changes,
  })
  return `${url}/connect/oauth2/authorize?${query.toString()}`
}

const open = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { redirect: 'manual', headers })

test('the page leads back with a code and the state, and keeps what the callback had', async () => {
  const { wechat } = await startWechat()
  const response = await open(link(wechat.url))
  expect(response.status).toBe(302)
  const back = new URL(response.headers.get('location') ?? '')
  expect(back.origin + back.pathname).toBe('https://shop.example.com/login/callback')
  expect(back.searchParams.get('from')).toBe('menu')
  expect(back.searchParams.get('state')).toBe('abcDEF123')
  const exchanged = await getJson(
    `${wechat.url}/sns/oauth2/access_token?appid=${PAGE.appId}&secret=${PAGE.secret}` +
      `&code=${back.searchParams.get('code')}&grant_type=authorization_code`,
  )
  expect(exchanged).toMatchObject({ openid: wechat.people.openid('li-wei', PAGE.appId) })
})

test.each([
  ['10012', 'no appid', { appid: '' }],
  ['appid 参数错误', 'an unknown appid', { appid: 'wx9' }],
  ['10016', 'the appid of a Mini Program', { appid: MINI.appId }],
  ['10011', 'no redirect_uri', { redirect_uri: '' }],
  ['10003', 'another host', { redirect_uri: 'https://evil.example.com/' }],
  ['10003', 'a sub-domain', { redirect_uri: 'https://www.shop.example.com/' }],
  ['10003', 'a scheme that is not the web', { redirect_uri: 'javascript://shop.example.com/' }],
  ['10003', 'an address encoded twice', { redirect_uri: encodeURIComponent(CALLBACK) }],
  ['response_type', 'another response type', { response_type: 'token' }],
  ['10010', 'no scope', { scope: '' }],
  ['10005', 'an unknown scope', { scope: 'snsapi_login' }],
  ['state', 'a state with other characters', { state: 'a-b' }],
  ['state', 'a state of 129 characters', { state: 'a'.repeat(129) }],
])('shows error %s for %s', async (text, _what, changes) => {
  const { wechat } = await startWechat()
  const response = await open(link(wechat.url, changes))
  expect(response.headers.get('location')).toBeNull()
  expect(await response.text()).toContain(text)
})

test('an account without the scope is told so', async () => {
  const { wechat } = await startWechat({ apps: [{ ...PAGE, scopes: [] }] })
  expect(await (await open(link(wechat.url))).text()).toContain('10005')
})

test('the order of the parameters matters, further ones do not', async () => {
  const { wechat } = await startWechat()
  const right = `${link(wechat.url)}&connect_redirect=1`
  expect((await open(right)).status).toBe(302)
  const swapped = link(wechat.url)
    .replace(/&state=(\w+)/, '')
    .replace('?', '?state=abc&')
  expect(await (await open(swapped)).text()).toContain('参数顺序')
})

test('a domain with a port asks for that port', async () => {
  const { wechat } = await startWechat({
    apps: [{ ...PAGE, oauthDomains: ['shop.example.com:8443'] }],
  })
  const callback = (port: string) => ({ redirect_uri: `https://shop.example.com${port}/` })
  expect((await open(link(wechat.url, callback(':8443')))).status).toBe(302)
  expect(await (await open(link(wechat.url, callback('')))).text()).toContain('10003')
})

/** A merchant's callback that counts its visits and sets a cookie on each. */
async function merchant() {
  const visits: { url: string; cookie: string; agent: string }[] = []
  const server = createServer((request, response) => {
    const { cookie = '', 'user-agent': agent = '' } = request.headers
    visits.push({ url: request.url ?? '', cookie, agent })
    response.setHeader('set-cookie', `visit=${visits.length}; Path=/`)
    response.end('ok')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return { visits, callback: `http://127.0.0.1:${address.port}/callback` }
}

test('asked to load twice, WeChat has opened the callback before the browser does', async () => {
  const { wechat } = await startWechat()
  const { visits, callback } = await merchant()
  wechat.identity.settings.doubleLoad = true
  const response = await open(link(wechat.url, { redirect_uri: callback }), { cookie: 'a=1' })
  expect(visits).toHaveLength(1)
  expect(visits[0]).toMatchObject({
    cookie: 'a=1',
    agent: expect.stringContaining('MicroMessenger'),
  })
  expect(response.headers.getSetCookie()).toEqual(['visit=1; Path=/'])
  const location = response.headers.get('location') ?? ''
  await fetch(location)
  expect(visits.map(({ url }) => url)).toEqual([
    new URL(location).pathname + new URL(location).search,
    new URL(location).pathname + new URL(location).search,
  ])
})

test('without the option the callback is left to the browser', async () => {
  const { wechat } = await startWechat()
  const { visits, callback } = await merchant()
  const response = await open(link(wechat.url, { redirect_uri: callback }))
  expect(response.status).toBe(302)
  expect(visits).toEqual([])
})
