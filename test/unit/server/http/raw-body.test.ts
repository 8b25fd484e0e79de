import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHttpApp, useHttpStages } from '../../../../server/http/app.ts'
import { createClientIp } from '../../../../server/http/client-ip.ts'
import { createRouter, type RequestState } from '../../../../server/http/context.ts'
import { listen } from '../../../../server/http/listen.ts'
import { readRawBody } from '../../../../server/http/raw-body.ts'
import { makeTools, problemOf, startApp, type Tools } from './harness.ts'

/** An app that echoes the exact bytes, and tells when it has begun to read. */
async function startEcho(tools: Tools = makeTools()) {
  const begun = Promise.withResolvers<void>()
  const router = echoRouter(tools, begun.resolve)
  const started = await startApp(tools, { raw: [router] })
  return { ...started, tools, url: `${started.address}/notify`, reading: begun.promise }
}

function echoRouter({ clock }: Tools, onReading: () => void = () => undefined) {
  return createRouter().post('/notify', async (ctx) => {
    const body = readRawBody(ctx, { clock })
    onReading()
    ctx.body = Buffer.from(await body)
  })
}

const post = (url: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers })

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

function openRequest(port: number, headers: Record<string, string | number>): ClientRequest {
  const open = request({ port, path: '/notify', method: 'POST', headers })
  onTestFinished(() => {
    open.destroy()
  })
  return open
}

function answerTo(open: ClientRequest): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    open.on('error', reject)
    open.on('response', (answer: IncomingMessage) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
      })
    })
  })
}

describe('the exact bytes arrive', () => {
  test.each([
    ['a byte order mark', Buffer.from('\uFEFF{"a":1}')],
    ['white space and its order', Buffer.from(' {"b" :1,\r\n"a":2 }\n')],
    ['Latin-1 that is not UTF-8', Buffer.from('name=M\u00fcller', 'latin1')],
    ['JSON that is none', Buffer.from('{"a":')],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['nothing', Buffer.alloc(0)],
    ['64 KiB', Buffer.alloc(65_536, 7)],
  ])('%s', async (_, bytes) => {
    const { url } = await startEcho()
    const response = await post(url, bytes, { 'content-type': 'application/json' })
    expect(response.status).toBe(200)
    expect(await bytesOf(response)).toEqual(bytes)
  })

  test('in chunks without a length', async () => {
    const { port } = await startEcho()
    const open = openRequest(port, { 'transfer-encoding': 'chunked' })
    const answer = answerTo(open)
    for (const part of ['\uFEFF{"a"', ':', '1}']) open.write(part)
    open.end()
    expect(await answer).toEqual({ status: 200, text: '\uFEFF{"a":1}' })
  })

  test('kept by a host that read the request itself', async () => {
    const tools = makeTools()
    const app = createHttpApp({
      ...appOptions(tools),
      routers: { raw: [echoRouter(tools)], parsed: [] },
    })
    app.middleware.unshift(async (ctx, next) => {
      ctx.request.rawBody = Buffer.from('\uFEFFkept')
      ctx.request.body = {}
      await next()
    })
    const response = await post(`${await served(app)}/notify`, 'not this')
    expect((await bytesOf(response)).toString()).toBe('\uFEFFkept')
  })
})

describe('what is not a decent body is refused', () => {
  test.each([
    ['one byte over 64 KiB', 65_537],
    ['half a megabyte', 512 * 1024],
  ])('%s, and the caller hears why', async (_, size) => {
    const { url } = await startEcho()
    const response = await post(url, Buffer.alloc(size))
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'bodyTooLarge' })
    expect(response.headers.get('connection')).toBe('close')
  })

  test('an endless body in chunks is cut off', async () => {
    const { port } = await startEcho()
    const open = openRequest(port, { 'transfer-encoding': 'chunked' })
    const ended = new Promise<string>((resolve) => {
      open.on('response', (answer) => resolve(`answered ${answer.statusCode}`))
      open.on('error', () => resolve('cut off'))
    })
    const chunk = Buffer.alloc(64 * 1024)
    let sentBytes = 0
    const pump = () => {
      while (!open.destroyed && sentBytes < 64 * 1024 * 1024) {
        sentBytes += chunk.length
        if (!open.write(chunk)) {
          open.once('drain', pump)
          return
        }
      }
    }
    pump()
    expect(['answered 413', 'cut off']).toContain(await ended)
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024)
  })

  test('a compressed body', async () => {
    const { url } = await startEcho()
    const response = await post(url, gzipSync('{"a":1}'), { 'content-encoding': 'gzip' })
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupportedMediaType' })
  })

  test('one that does not arrive in time, by our clock', async () => {
    const { port, reading, tools } = await startEcho()
    const open = openRequest(port, { 'content-length': 100 })
    const answer = answerTo(open)
    open.write('half of')
    await reading
    await tools.clock.advance(10_000)
    const { status, text } = await answer
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({
      code: 'invalidRequest',
      detail: expect.stringMatching(/10 seconds/),
    })
  })

  test('a caller who hangs up is nobody to answer, and no fault of ours', async () => {
    const { port, reading, tools, url } = await startEcho()
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /notify HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf of')
    await reading
    socket.destroy()
    await expect.poll(() => tools.lines.map(({ event }) => event)).toContain('http.aborted')
    expect(tools.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect((await post(url, 'still there')).status).toBe(200)
  })
})

describe('a parser that was mounted first is named', () => {
  test.each([
    ['a body of JSON', '{"a":1}', 'application/json'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded'],
  ])('%s under koa-bodyparser', async (_, body, contentType) => {
    const tools = makeTools()
    const app = new Koa<RequestState, object>()
    app.use(bodyParser())
    useHttpStages(app, { ...appOptions(tools), routers: { raw: [echoRouter(tools)], parsed: [] } })
    const response = await post(`${await served(app)}/notify`, body, {
      'content-type': contentType,
    })
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' })
    const [line] = tools.lines.filter(({ event }) => event === 'http.internal')
    expect(line?.['error']).toMatchObject({
      message: expect.stringMatching(/mount the toolkit before koa-bodyparser/),
    })
  })

  test('a body that the parser left alone is still whole', async () => {
    const tools = makeTools()
    const app = new Koa<RequestState, object>()
    app.use(bodyParser())
    useHttpStages(app, { ...appOptions(tools), routers: { raw: [echoRouter(tools)], parsed: [] } })
    const response = await post(`${await served(app)}/notify`, '\uFEFF<xml/>', {
      'content-type': 'text/xml',
    })
    expect((await bytesOf(response)).toString()).toBe('\uFEFF<xml/>')
  })

  test('mounted after the toolkit it does no harm', async () => {
    const tools = makeTools()
    const app = createHttpApp({
      ...appOptions(tools),
      routers: { raw: [echoRouter(tools)], parsed: [] },
    })
    app.use(bodyParser())
    const response = await post(`${await served(app)}/notify`, '\uFEFF{"a":1}')
    expect((await bytesOf(response)).toString()).toBe('\uFEFF{"a":1}')
  })
})

function appOptions({ clock, ids, logger }: Tools) {
  const stopping = new AbortController().signal
  return { clock, ids, logger, stopping, clientIp: createClientIp([]) }
}

async function served(app: Koa<RequestState, object>): Promise<string> {
  const { server, address } = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  return address
}
