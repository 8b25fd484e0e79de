import { expect, onTestFinished, test } from 'vitest'
import { createRouter } from '../../../../server/http/context.ts'
import { mayWait, shedLoad } from '../../../../server/http/load.ts'
import { createWaitingRoom } from '../../../support/waiting-room.ts'
import { makeTools, postJson, problemOf, startApp } from './harness.ts'

/** A server with room for 20 requests, whose work lasts until the test ends it. */
async function start(random = () => 0.5) {
  const tools = makeTools()
  const room = createWaitingRoom()
  onTestFinished(() => room.end())
  const raw = createRouter().post('/v1/notifications/:accountId', (ctx) => room.stay(ctx))
  const parsed = createRouter()
    .get('/work', (ctx) => room.stay(ctx))
    .post('/work', (ctx) => room.stay(ctx))
    .get('/wait', async (ctx) => {
      if (mayWait(ctx)) await room.stay(ctx)
      else ctx.body = { held: false }
    })
    .get('/quick', (ctx) => {
      ctx.body = {}
    })
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' }
    })
  const limits = { maxRequestsInWork: 20, maxWaiting: 3 }
  const guards = [shedLoad(limits, { random, logger: tools.logger })]
  const { address } = await startApp(tools, { raw: [raw], parsed: [parsed] }, { guards })
  /** Resolves once all of them are at work. */
  const begin = async (path: string, count: number, init: RequestInit = {}) => {
    const before = room.size()
    const all = Promise.all(Array.from({ length: count }, () => fetch(address + path, init)))
    // The end of the test may cut them off.
    all.catch(() => undefined)
    await room.until(before + count)
    return { answers: () => all }
  }
  return { address, tools, room, begin }
}

test('beyond its room the server says so at once, and when to come back', async () => {
  const { address, begin } = await start()
  await begin('/work', 16)
  const response = await fetch(`${address}/quick`)
  expect(response.headers.get('retry-after')).toBe('3')
  expect(await problemOf(response)).toMatchObject({
    status: 503,
    code: 'overloaded',
    detail: expect.stringContaining('did nothing yet'),
  })
})

test('up to its room everybody is served', async () => {
  const { address, begin } = await start()
  await begin('/work', 15)
  expect((await fetch(`${address}/quick`)).status).toBe(200)
})

test('those turned away do not all come back at the same moment', async () => {
  let drawn = 0
  const { address, begin } = await start(() => drawn)
  await begin('/work', 16)
  const comesBack = async () => (await fetch(`${address}/quick`)).headers.get('retry-after')
  expect(await comesBack()).toBe('1')
  drawn = 0.99
  expect(await comesBack()).toBe('4')
})

test('notifications are let in when payers are not any more, and health is seen to the last', async () => {
  const { address, begin } = await start()
  await begin('/work', 16)
  await begin('/v1/notifications/ppro', 3, { method: 'POST', body: 'genuine' })
  expect((await fetch(`${address}/quick`)).status).toBe(503)
  expect((await postJson(`${address}/v1/notifications/ppro`, {})).status).toBe(503)
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
})

test('a request whose body was not read ends its connection', async () => {
  const { address, begin } = await start()
  await begin('/work', 16)
  const headersOf = async (answer: Promise<Response>) => (await answer).headers.get('connection')
  expect(await headersOf(postJson(`${address}/work`, { a: 1 }))).toBe('close')
  expect(await headersOf(fetch(`${address}/quick`))).toBe('keep-alive')
})

test('waiting payers take nobody the room to work', async () => {
  const { address, begin } = await start()
  await begin('/wait', 3)
  await begin('/work', 15)
  expect((await fetch(`${address}/quick`)).status).toBe(200)
})

test('one payer too many is not kept waiting, and the next finds room again', async () => {
  const { address, begin, room } = await start()
  await begin('/wait', 3)
  expect(await (await fetch(`${address}/wait`)).json()).toEqual({ held: false })
  room.letGo(1)
  await room.until(2)
  await begin('/wait', 1)
  expect(room.size()).toBe(3)
})

test('room is given back by all who leave, also by those whose work failed', async () => {
  const { address, begin, room } = await start()
  const { answers } = await begin('/work', 16)
  room.fail()
  const statuses = (await answers()).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([500]))
  await begin('/work', 15)
  expect((await fetch(`${address}/quick`)).status).toBe(200)
})

test('an operator reads when it began, when it was over, and how many it met', async () => {
  const { address, begin, room, tools } = await start()
  const { answers } = await begin('/work', 16)
  for (let call = 0; call < 5; call += 1) await fetch(`${address}/quick`)
  room.end()
  await answers()
  const told = tools.lines.filter(({ event }) => String(event).startsWith('http.shedding'))
  expect(told).toMatchObject([
    { level: 'warn', event: 'http.shedding', count: 16 },
    { level: 'info', event: 'http.sheddingOver', count: 5 },
  ])
  expect(tools.lines.filter(({ event }) => event === 'http.failed')).toEqual([])
})
