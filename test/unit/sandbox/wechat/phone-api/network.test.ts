import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../../../../sandbox/clock.ts'
import { type NetworkParts, request } from '../../../../../sandbox/wechat/phone-api/network.ts'
import { networkSchema } from '../../../../../sandbox/wechat/phone-api/schemas.ts'
import { START_MS } from '../world.ts'

async function merchant(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return `http://127.0.0.1:${address.port}`
}

/** Answers with what it was sent. */
function echo(message: IncomingMessage, response: ServerResponse): void {
  const chunks: Uint8Array[] = []
  message.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  message.on('end', () => {
    const { method, url, headers } = message
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }))
  })
}

function phone(changes: Partial<NetworkParts> = {}) {
  const clock = new VirtualClock(START_MS)
  const parts = { clock, origins: [], isOffline: () => false, fetch, ...changes }
  const wxRequest = (call: z.input<typeof networkSchema>) =>
    request(networkSchema.parse(call), parts)
  return { clock, wxRequest }
}

const echoed = z.object({
  statusCode: z.literal(200),
  data: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
})

test('the answer comes parsed, with what WeChat adds to the request', async () => {
  const { wxRequest } = phone()
  const url = `${await merchant(echo)}/v1?x=1`
  const header = { authorization: 'Bearer t', referer: 'https://forged.example.com', 'x-n': 1 }
  const { data } = echoed.parse(await wxRequest({ url, header, appId: 'wx1' }))
  expect(data.method).toBe('GET')
  expect(data.headers).toMatchObject({
    authorization: 'Bearer t',
    'x-n': '1',
    'content-type': 'application/json',
    referer: 'https://servicewechat.com/wx1/0/page-frame.html',
    'user-agent': expect.stringContaining('MicroMessenger'),
  })
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

test.each([
  [{ method: 'GET', data: { a: 1, b: 'ü' } }, ['GET', '/?a=1&b=%C3%BC', '']],
  [{ method: 'POST', data: { a: 1 } }, ['POST', '/', '{"a":1}']],
  [{ method: 'POST', data: 'raw' }, ['POST', '/', 'raw']],
  [{ method: 'POST' }, ['POST', '/', '']],
  [{ method: 'put', header: FORM, data: { a: 1, b: 'ü' } }, ['PUT', '/', 'a=1&b=%C3%BC']],
])('%o is sent as WeChat sends it', async (call, sent) => {
  const { wxRequest } = phone()
  const { data } = echoed.parse(await wxRequest({ url: `${await merchant(echo)}/`, ...call }))
  expect([data.method, data.url, data.body]).toEqual(sent)
})

test('any status is an answer, broken JSON stays text, and no cookie is kept', async () => {
  const { wxRequest } = phone()
  const cookies: (string | undefined)[] = []
  const url = await merchant((message, response) => {
    cookies.push(message.headers.cookie)
    response.writeHead(503, { 'set-cookie': ['a=1; Path=/', 'b=2'] })
    response.end('{broken')
  })
  for (let call = 0; call < 2; call += 1) {
    expect(await wxRequest({ url })).toMatchObject({
      statusCode: 503,
      data: '{broken',
      cookies: ['a=1; Path=/', 'b=2'],
    })
  }
  expect(cookies).toEqual([undefined, undefined])
})

test('with another dataType the text is left alone', async () => {
  const { wxRequest } = phone()
  const url = await merchant((_message, response) => void response.end('{"a":1}'))
  expect(await wxRequest({ url, dataType: 'text' })).toMatchObject({ data: '{"a":1}' })
  expect(await wxRequest({ url })).toMatchObject({ data: { a: 1 } })
})

test('a host that is not on the list is refused, also behind a redirect', async () => {
  const asked: string[] = []
  const seen: typeof fetch = (input) => {
    asked.push(new Request(input).url)
    return Promise.resolve(new Response('{}'))
  }
  const { wxRequest } = phone({ origins: ['https://api.example.com'], fetch: seen })
  const refused = { errMsg: 'request:fail url not in domain list', errno: 600002 }
  expect(await wxRequest({ url: 'https://api.example.com/x' })).toMatchObject({ statusCode: 200 })
  expect(await wxRequest({ url: 'https://other.example.com/x' })).toEqual(refused)
  expect(await wxRequest({ url: 'http://api.example.com/x' })).toEqual(refused)
  expect(asked).toEqual(['https://api.example.com/x'])

  const url = await merchant((_message, response) => {
    response.writeHead(302, { location: 'https://other.example.com/' }).end()
  })
  expect(await phone().wxRequest({ url })).toEqual(refused)
})

test('a redirect on the list is followed, a POST becomes a GET', async () => {
  const { wxRequest } = phone()
  const url = await merchant((message, response) => {
    if (message.url === '/end') echo(message, response)
    else response.writeHead(303, { location: '/end' }).end()
  })
  const { data } = echoed.parse(await wxRequest({ url, method: 'post', data: { a: 1 } }))
  expect([data.method, data.url, data.body]).toEqual(['GET', '/end', ''])
})

test('an address that is none, a closed port and a torn connection are told apart', async () => {
  const { wxRequest } = phone()
  expect(await wxRequest({ url: '/relative' })).toEqual({
    errMsg: 'request:fail invalid url "/relative"',
    errno: 600009,
  })
  expect(await wxRequest({ url: 'http://127.0.0.1:1/' })).toEqual({
    errMsg: expect.stringMatching(/^request:fail errcode:-\d+ .*net::ERR_/),
    errno: 600001,
  })
  const url = await merchant((message) => void message.destroy())
  expect(await wxRequest({ url })).toEqual({
    errMsg: expect.stringContaining('net::ERR_CONNECTION_RESET'),
    errno: 600001,
  })
})

test('time runs out on the clock, not before', async () => {
  const { wxRequest, clock } = phone()
  let arrived = () => undefined as unknown
  const waiting = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const url = await merchant(() => void arrived())
  const answer = wxRequest({ url, timeout: 3000 })
  await waiting
  await clock.advance(2999)
  await clock.advance(1)
  expect(await answer).toEqual({ errMsg: 'request:fail timeout', errno: 5 })
})

test('an offline phone asks nobody', async () => {
  let offline = true
  const { wxRequest } = phone({ isOffline: () => offline })
  const url = await merchant(echo)
  expect(await wxRequest({ url })).toEqual({
    errMsg: expect.stringMatching(/^request:fail .*ERR_INTERNET_DISCONNECTED$/),
    errno: 600001,
  })
  offline = false
  expect(await wxRequest({ url })).toMatchObject({ statusCode: 200 })
})
