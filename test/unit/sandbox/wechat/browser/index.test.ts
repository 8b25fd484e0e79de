import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { PAGE, startWechat } from '../world.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A merchant's server behind WeChat's browser. */
async function browsing(answer: Answer) {
  const { wechat } = await startWechat({ browser: { phoneAddress: '198.51.100.7' } })
  const seen: IncomingMessage[] = []
  const server = createServer((message, response) => {
    seen.push(message)
    answer(message, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  const upstream = `http://127.0.0.1:${address.port}`
  wechat.browser.setUpstream(upstream)
  const open = (path: string, init: RequestInit = {}) =>
    fetch(wechat.browserUrl + path, { redirect: 'manual', ...init })
  return { wechat, upstream, seen, open }
}

function html(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers })
  response.end('<!doctype html><html><head><title>茶</title></head></html>')
}

test('a page gets the bridge, may be framed, and keeps its own policy otherwise', async () => {
  const { open } = await browsing((_message, response) =>
    html(response, {
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
      'x-kept': 'yes',
    }),
  )
  const response = await open('/pay')
  expect(await response.text()).toBe(
    '<!doctype html><html><head><script src="/__wechat/bridge.js"></script><title>茶</title></head></html>',
  )
  expect(response.headers.get('x-frame-options')).toBeNull()
  expect(response.headers.get('content-security-policy')).toBe("default-src 'self'")
  expect(response.headers.get('x-kept')).toBe('yes')
})

test('the merchant sees WeChat, the phone’s address, and its own host', async () => {
  const { open, seen, upstream, wechat } = await browsing((_message, response) => html(response))
  const { browserUrl } = wechat
  await open('/a?b=1', {
    method: 'POST',
    body: '{}',
    headers: {
      origin: browserUrl,
      referer: `${browserUrl}/before?x`,
      'user-agent': 'Desktop',
      'sec-ch-ua': 'Desktop',
    },
  })
  const [message] = seen
  expect([message?.method, message?.url]).toEqual(['POST', '/a?b=1'])
  expect(message?.headers).toMatchObject({
    host: new URL(upstream).host,
    origin: upstream,
    referer: `${upstream}/before?x`,
    'user-agent': expect.stringContaining('MicroMessenger/8.'),
    'accept-encoding': 'identity',
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': new URL(upstream).host,
  })
  expect(message?.headers).not.toHaveProperty('sec-ch-ua')
})

test('cookies and redirects stay inside the browser', async () => {
  const { open, seen, wechat } = await browsing((message, response) => {
    response.writeHead(302, {
      location: `http://${message.headers.host ?? ''}/next`,
      'set-cookie': ['sid=1; Path=/; HttpOnly; Secure; Domain=127.0.0.1', 'b=2'],
    })
    response.end()
  })
  const response = await open('/', { headers: { cookie: 'old=1' } })
  expect(response.headers.get('location')).toBe(`${wechat.browserUrl}/next`)
  expect(response.headers.getSetCookie()).toEqual(['sid=1; Path=/; HttpOnly', 'b=2'])
  expect(seen[0]?.headers.cookie).toBe('old=1')
})

test('a login leads through WeChat and back without leaving the browser', async () => {
  const { open, wechat, upstream } = await browsing((message, response) => {
    const callback = encodeURIComponent(`http://${message.headers.host ?? ''}/callback`)
    const location =
      `${wechat.url}/connect/oauth2/authorize?appid=${PAGE.appId}&redirect_uri=${callback}` +
      '&response_type=code&scope=snsapi_base&state=s1#wechat_redirect'
    response.writeHead(302, { location }).end()
  })
  expect(upstream).toBeDefined()
  const toWechat = (await open('/login')).headers.get('location') ?? ''
  expect(toWechat).toMatch(new RegExp(`^${wechat.browserUrl}/__wechat/authorize\\?appid=`))
  const back = (await fetch(toWechat, { redirect: 'manual' })).headers.get('location') ?? ''
  expect(back).toMatch(new RegExp(`^${wechat.browserUrl}/callback\\?code=\\w+&state=s1$`))
})

test('loaded twice, the callback sets its cookies twice and the browser has them all', async () => {
  let visits = 0
  const { open, wechat, upstream } = await browsing((_message, response) => {
    visits += 1
    response.writeHead(200, { 'set-cookie': [`visit=${visits}`, 'other=1; Secure'] }).end()
  })
  wechat.identity.settings.doubleLoad = true
  const query = new URLSearchParams({
    appid: PAGE.appId,
    redirect_uri: `${upstream}/callback`,
    response_type: 'code',
    scope: 'snsapi_base',
  })
  const response = await open(`/__wechat/authorize?${query.toString()}`)
  expect(response.headers.getSetCookie()).toEqual(['visit=1', 'other=1'])
  expect(visits).toBe(1)
  await fetch(response.headers.get('location') ?? '')
  expect(visits).toBe(2)
})

test('what is no page passes untouched, whatever its size', async () => {
  const bytes = Buffer.alloc(300_000, 7)
  const { open } = await browsing((_message, response) => {
    response.writeHead(206, { 'content-type': 'application/octet-stream', etag: '"e"' })
    response.end(bytes)
  })
  const response = await open('/file')
  expect([response.status, response.headers.get('etag')]).toEqual([206, '"e"'])
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
})

test('an answer held open arrives as it comes', async () => {
  const ends: (() => void)[] = []
  const { open } = await browsing((_message, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    ends.push(() => void response.end('data: 2\n\n'))
  })
  const reader = (await open('/events')).body?.getReader()
  const first = await reader?.read()
  expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n')
  for (const end of ends) end()
  const second = await reader?.read()
  expect(new TextDecoder().decode(second?.value)).toBe('data: 2\n\n')
})

test('an answer that breaks off breaks off here too', async () => {
  const { open } = await browsing((_message, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' })
    response.write('half', () => void response.destroy())
  })
  await expect(open('/').then((response) => response.text())).rejects.toThrow()
})

test('a compressed page is edited too', async () => {
  const { open } = await browsing((_message, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
    response.end(gzipSync('<head>'))
  })
  expect(await (await open('/')).text()).toBe('<head><script src="/__wechat/bridge.js"></script>')
})

test('a path that looks like another host stays with the merchant', async () => {
  const { wechat, seen } = await browsing((_message, response) => html(response))
  await new Promise<void>((resolve, reject) => {
    const { port } = new URL(wechat.browserUrl)
    request({ host: '127.0.0.1', port, path: '//elsewhere.example.com/x' }, (response) => {
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end()
  })
  expect(seen[0]?.url).toBe('//elsewhere.example.com/x')
})

test('without a merchant, or with one that is down, the browser says so', async () => {
  const { wechat } = await startWechat()
  const missing = await fetch(wechat.browserUrl)
  expect([missing.status, await missing.text()]).toEqual([
    503,
    'no merchant is set: call browser.setUpstream(origin) first\n',
  ])
  wechat.browser.setUpstream('http://127.0.0.1:1')
  const down = await fetch(wechat.browserUrl)
  expect([down.status, await down.text()]).toEqual([
    502,
    expect.stringContaining("the merchant's server:"),
  ])
  expect(() => wechat.browser.setUpstream('ftp://x')).toThrow(TypeError)
})

test('an offline phone loads nothing', async () => {
  const { open, wechat, seen } = await browsing((_message, response) => html(response))
  wechat.device.setOffline(true)
  await expect(open('/')).rejects.toThrow('fetch failed')
  expect(seen).toEqual([])
  wechat.device.setOffline(false)
  expect((await open('/')).status).toBe(200)
})
