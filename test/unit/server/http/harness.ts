import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createHttpApp, type HttpAppOptions } from '../../../../server/http/app.ts'
import { createClientIp } from '../../../../server/http/client-ip.ts'
import type { HttpRouter } from '../../../../server/http/context.ts'
import { listen } from '../../../../server/http/listen.ts'
import { createIds } from '../../../../server/platform/ids.ts'
import { createLogger } from '../../../../server/platform/logger.ts'
import { createSqliteStore } from '../../../../server/store/sqlite.ts'
import type { Store } from '../../../../server/store/store.ts'

/** 2026-05-01T00:00:00Z: any fixed time will do, and this one is easy to read in a failure. */
export const START_MS = Date.UTC(2026, 4, 1)

export type LogLine = Record<string, unknown>

/** Clock, ids and log of one test; the log is kept as its parsed lines. */
export function makeTools() {
  const clock = new VirtualClock(START_MS)
  const lines: LogLine[] = []
  const sink = {
    write(line: string) {
      const parsed: unknown = JSON.parse(line)
      lines.push(Object.fromEntries(Object.entries(parsed ?? {})))
    },
  }
  const logger = createLogger({ clock, level: 'debug', sink })
  return { clock, ids: createIds({ clock, randomBytes }), logger, lines }
}

export type Tools = ReturnType<typeof makeTools>

/** The whole stack of stages around these routers, reached over loopback. */
export async function startApp(
  tools: Tools,
  routers: { raw?: readonly HttpRouter[]; parsed?: readonly HttpRouter[] },
  options: Partial<HttpAppOptions> = {},
) {
  const controller = new AbortController()
  const { clock, ids, logger } = tools
  const app = createHttpApp({
    routers: { raw: routers.raw ?? [], parsed: routers.parsed ?? [] },
    clock,
    ids,
    logger,
    clientIp: createClientIp([]),
    stopping: controller.signal,
    ...options,
  })
  const { server, address } = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { app, server, address, port: Number(new URL(address).port), controller }
}

export async function openStore(): Promise<Store> {
  const store = createSqliteStore({ path: ':memory:' })
  await store.migrate()
  onTestFinished(() => store.close())
  return store
}

/** The problem in an answer, checked to be one. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const contentType = response.headers.get('content-type')
  const body: unknown = await response.json()
  return { contentType, ...Object.fromEntries(Object.entries(body ?? {})) }
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** Lets time pass on these clocks, a quarter of a second at a time, until the work is done. */
export async function meanwhile<T>(
  work: Promise<T>,
  clocks: readonly Pick<VirtualClock, 'advance'>[],
): Promise<T> {
  let done = false
  const finished = work.finally(() => {
    done = true
  })
  finished.catch(() => undefined)
  while (!done) for (const clock of clocks) await clock.advance(250)
  return await finished
}
