import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createRouter } from '../../../../server/http/context.ts'
import { BODY_DEADLINE_MS } from '../../../../server/http/raw-body.ts'
import { makeTools, startApp } from './harness.ts'

/** What has to do with time; what JSON may be is looked at in `validate.test.ts` and by the flows. */

async function startEcho() {
  const tools = makeTools()
  const router = createRouter()
  router.post('/echo', (ctx) => {
    ctx.body = { heard: ctx.request.body }
  })
  const { port } = await startApp(tools, { parsed: [router] })
  return { clock: tools.clock, port }
}

/** A caller that announces twenty bytes and sends the first five. */
async function startTrickling(port: number) {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  socket.on('error', () => undefined)
  const head = ['POST /echo HTTP/1.1', 'Host: a', 'Content-Type: application/json']
  socket.write(`${[...head, 'Content-Length: 20'].join('\r\n')}\r\n\r\n{"a":`)
  await once(socket, 'connect')
  const ended = once(socket, 'close')
  return { socket, answer: () => ended.then(() => heard), heard: () => heard }
}

test('a body that trickles in is given up with a word, and its connection with it', async () => {
  const { clock, port } = await startEcho()
  const caller = await startTrickling(port)
  // The deadline begins once the request is at the parser; the clock is moved until it is over.
  const closed = caller.answer()
  let over = false
  void closed.then(() => {
    over = true
  })
  while (!over) await clock.advance(BODY_DEADLINE_MS)
  expect(await closed).toMatch(/^HTTP\/1\.1 400 [\s\S]*did not arrive within 10 seconds/)
})

test('one that is whole in time is served, however the clock runs on afterwards', async () => {
  const { clock, port } = await startEcho()
  const caller = await startTrickling(port)
  caller.socket.write(' "ten letters"}')
  await once(caller.socket, 'data')
  await clock.advance(BODY_DEADLINE_MS * 3)
  expect(caller.heard()).toMatch(/^HTTP\/1\.1 200 /)
  caller.socket.destroy()
})
