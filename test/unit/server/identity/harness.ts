import { createServer } from 'node:http'
import { onTestFinished } from 'vitest'
import { createSessions } from '../../../../server/identity/sessions.ts'
import { createWechatApi } from '../../../../server/identity/wechat-api.ts'
import { createWechatClient, type WechatApp } from '../../../../server/identity/wechat-client.ts'
import { createHttpClient } from '../../../../server/providers/http-undici.ts'
import { makeTools, openStore, type Tools } from '../http/harness.ts'

export const MINI: WechatApp<'miniProgram'> = {
  appId: 'wx-mini',
  kind: 'miniProgram',
  secret: 'mini-secret-0123456789',
}
export const OFFICIAL: WechatApp<'officialAccount'> = {
  appId: 'wx-official',
  kind: 'officialAccount',
  secret: 'official-secret-0123456789',
}

/** What the API says to one call: a body, or `hangUp` for a line that breaks. */
export type Reply = object | string

/**
 * WeChat's API on loopback: always status 200 and text/plain, as the real one. Every call takes the
 * next reply; the last one stays.
 */
export async function startWechatApi(...replies: Reply[]) {
  const calls: URL[] = []
  const server = createServer((req, res) => {
    const reply = replies[Math.min(calls.length, replies.length - 1)] ?? {}
    calls.push(new URL(req.url ?? '', 'http://wechat.test'))
    if (reply === 'hangUp') {
      req.socket.destroy()
      return
    }
    res.setHeader('content-type', 'text/plain')
    res.end(typeof reply === 'string' ? reply : JSON.stringify(reply))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : undefined
  return { baseUrl: `http://127.0.0.1:${port}`, calls, server }
}

/** The client over real HTTP; its pauses pass at once. */
export function makeClient(baseUrl: string, tools: Tools = makeTools()) {
  const pauses: number[] = []
  const clock = {
    nowMs: () => tools.clock.nowMs(),
    setTimer(delayMs: number, task: () => void) {
      pauses.push(delayMs)
      const immediate = setImmediate(task)
      return () => clearImmediate(immediate)
    },
  }
  // Deadlines of the line itself run on a clock that stands still.
  const http = createHttpClient({ clock: tools.clock })
  onTestFinished(() => http.close())
  const api = createWechatApi({ http, clock, baseUrl })
  const wechat = createWechatClient({ api, logger: tools.logger })
  return { wechat, api, pauses, tools }
}

export async function makeSessions(tools: Tools) {
  const { clock, ids } = tools
  const store = await openStore()
  const lifetimes = { payerMs: 3_600_000, checkoutMs: 3_600_000 }
  return { store, sessions: createSessions({ store, ids, clock, lifetimes }) }
}
