import { Agent, request as send } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import {
  bodyText,
  createRouter,
  escapeHtml,
  jsonReply,
  NO_REPLY,
  type SandboxRequest,
  type SandboxServer,
  serve,
} from '../../../../sandbox/http.ts'

const servers: SandboxServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(handler: Parameters<typeof serve>[0]['handler']) {
  const server = await serve({ handler })
  servers.push(server)
  return server
}

describe('a simulator’s server', () => {
  test('sees path, query, headers and body exactly as sent, chunked bodies whole', async () => {
    const seen: SandboxRequest[] = []
    const server = await start((request) => {
      seen.push(request)
      return jsonReply(200, {})
    })
    await new Promise<void>((resolve, reject) => {
      const outgoing = send(`${server.url}/a%20b?x=%2B1&x=2`, { method: 'POST' }, (response) => {
        response.resume().once('end', resolve)
      })
      outgoing.once('error', reject)
      outgoing.setHeader('X-GCS-Thing', 'Some Value')
      outgoing.write('first, ')
      outgoing.write('second 茶')
      outgoing.end()
    })
    const [request] = seen
    expect(request).toMatchObject({ method: 'POST', path: '/a%20b', query: 'x=%2B1&x=2' })
    expect(request?.headers).toMatchObject({
      'x-gcs-thing': 'Some Value',
      'transfer-encoding': 'chunked',
    })
    expect(request && bodyText(request)).toBe('first, second 茶')
  })

  test('can hang up without an answer', async () => {
    const server = await start(() => NO_REPLY)
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  test('says what went wrong when a handler throws', async () => {
    const server = await start(() => {
      throw new Error('out of tea')
    })
    const response = await fetch(server.url)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ error: 'out of tea' })
  })

  test('refuses bodies beyond a megabyte, and takes one just below', async () => {
    const server = await start((request) => jsonReply(200, { size: request.body.length }))
    const post = (size: number) => fetch(server.url, { method: 'POST', body: 'x'.repeat(size) })
    expect((await post(1024 * 1024)).status).toBe(200)
    expect((await post(1024 * 1024 + 1)).status).toBe(413)
  })

  test('closes although a client keeps its connection', async () => {
    const server = await serve({ handler: () => jsonReply(200, {}) })
    const agent = new Agent({ keepAlive: true })
    await new Promise<void>((resolve) => {
      send(server.url, { agent }, (response) => response.resume().once('end', resolve)).end()
    })
    await server.close()
    agent.destroy()
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  test('closes although an answer is still owed', async () => {
    let asked: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    const server = await serve({
      handler() {
        asked()
        return new Promise(() => undefined)
      },
    })
    const answer = fetch(server.url).catch((error: unknown) => error)
    await arrived
    await server.close()
    expect(await answer).toBeInstanceOf(TypeError)
  })

  test('refuses a port that is taken', async () => {
    const server = await start(() => jsonReply(200, {}))
    await expect(serve({ handler: () => NO_REPLY, port: server.port })).rejects.toThrow(
      'EADDRINUSE',
    )
  })
})

describe('routes', () => {
  const router = createRouter([
    { method: 'GET', path: '/v1/{mid}/x', handler: ({ params }) => jsonReply(200, params) },
  ])

  test('name the parts of the path, percent-decoded', async () => {
    const server = await start(router)
    const response = await fetch(`${server.url}/v1/a%2Fb/x`)
    expect(await response.json()).toEqual({ mid: 'a/b' })
  })

  test.each([
    ['POST', '/v1/a/x', 405],
    ['GET', '/v1/a/y', 404],
    ['GET', '/v1//x', 404],
    ['GET', '/v1/%zz/x', 404],
    ['GET', '/v1/a/x/', 404],
  ])('%s %s answers %i', async (method, path, status) => {
    const server = await start(router)
    expect((await fetch(server.url + path, { method })).status).toBe(status)
  })
})

test('text cannot leave its place in HTML', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;',
  )
})
