import { describe, expect, test } from 'vitest'
import { createRouter } from '../../../../server/http/context.ts'
import { healthRoutes } from '../../../../server/http/routes/health.ts'
import { createShutdown, stopOnSignals } from '../../../../server/http/shutdown.ts'
import { makeTools, problemOf, startApp } from './harness.ts'

async function start() {
  const tools = makeTools()
  const { clock, logger } = tools
  const shutdown = createShutdown({ clock, logger, deadlineMs: 5_000 })
  const entered = { work: Promise.withResolvers<void>(), wait: Promise.withResolvers<void>() }
  const work = Promise.withResolvers<void>()
  const router = createRouter()
    .get('/work', async (ctx) => {
      entered.work.resolve()
      await work.promise
      ctx.body = { done: true }
    })
    .get('/wait', async (ctx) => {
      const stopped = new Promise((resolve) => {
        shutdown.stopping.addEventListener('abort', resolve, { once: true })
      })
      entered.wait.resolve()
      await stopped
      ctx.body = { verdict: 'pending' }
    })
  const health = healthRoutes({ checks: {}, stopping: shutdown.stopping, logger })
  const started = await startApp(
    tools,
    { parsed: [router, health] },
    { stopping: shutdown.stopping },
  )
  const closed: string[] = []
  const part = (name: string) => ({ name, close: () => void closed.push(name) })
  return { ...started, tools, shutdown, entered, work, closed, part }
}

describe('stopping', () => {
  test('lets running work finish, answers those who wait, then closes the parts in order', async () => {
    const { address, server, shutdown, entered, work, closed, part } = await start()
    const working = fetch(`${address}/work`)
    const waiting = fetch(`${address}/wait`)
    await Promise.all([entered.work.promise, entered.wait.promise])

    const stopped = shutdown.stop(server, [part('workers'), part('store')])
    expect(await (await waiting).json()).toEqual({ verdict: 'pending' })
    expect(closed).toEqual([])
    work.resolve()
    expect(await (await working).json()).toEqual({ done: true })
    await stopped
    expect(closed).toEqual(['workers', 'store'])
    await expect(fetch(`${address}/work`)).rejects.toThrow(TypeError)
  })

  test('cuts off what has not finished by the deadline', async () => {
    const { address, server, shutdown, entered, tools, closed, part } = await start()
    const working = fetch(`${address}/work`).catch((error: unknown) => error)
    await entered.work.promise
    const stopped = shutdown.stop(server, [part('store')])
    await tools.clock.advance(4_999)
    expect(closed).toEqual([])
    await tools.clock.advance(1)
    await stopped
    expect(await working).toBeInstanceOf(TypeError)
    expect(closed).toEqual(['store'])
    expect(tools.lines).toContainEqual(expect.objectContaining({ event: 'server.cutOff' }))
  })

  test('sends new requests elsewhere, on connections that are still open', async () => {
    const { address, shutdown } = await start()
    // Another server closes its port, so that this one can still be reached while it stops.
    const other = await start()
    void shutdown.stop(other.server, [])
    const response = await fetch(`${address}/work`)
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'shuttingDown' })
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.get('connection')).toBe('close')
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    const ready = await fetch(`${address}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ status: 'failing', checks: { serving: 'failing' } })
  })

  test('asked twice is one shutdown', async () => {
    const { server, shutdown, closed, part } = await start()
    await Promise.all([
      shutdown.stop(server, [part('store')]),
      shutdown.stop(server, [part('store')]),
    ])
    expect(closed).toEqual(['store'])
  })

  test('a part that cannot be closed does not keep the others open', async () => {
    const { server, shutdown, closed, part, tools } = await start()
    const broken = { name: 'workers', close: () => Promise.reject(new Error('stuck')) }
    await shutdown.stop(server, [broken, part('store')])
    expect(closed).toEqual(['store'])
    expect(tools.lines).toContainEqual(
      expect.objectContaining({ event: 'server.closeFailed', reason: 'workers' }),
    )
  })
})

describe('signals', () => {
  function fakeProcess() {
    const listeners = new Map<string, () => void>()
    const codes: number[] = []
    return {
      codes,
      on: (signal: string, listener: () => void) => listeners.set(signal, listener),
      exit: (code: number) => void codes.push(code),
      send: (signal: string) => listeners.get(signal)?.(),
    }
  }

  test.each(['SIGTERM', 'SIGINT'])('%s stops, and the process ends well', async (signal) => {
    const process = fakeProcess()
    const stop = Promise.withResolvers<void>()
    stopOnSignals(process, () => stop.promise)
    process.send(signal)
    expect(process.codes).toEqual([])
    stop.resolve()
    await expect.poll(() => process.codes).toEqual([0])
  })

  test('a second signal ends the process at once', () => {
    const process = fakeProcess()
    let stops = 0
    stopOnSignals(process, () => {
      stops += 1
      return new Promise(() => undefined)
    })
    process.send('SIGTERM')
    process.send('SIGINT')
    expect(process.codes).toEqual([1])
    expect(stops).toBe(1)
  })

  test('a shutdown that fails ends the process badly', async () => {
    const process = fakeProcess()
    stopOnSignals(process, () => Promise.reject(new Error('stuck')))
    process.send('SIGTERM')
    await expect.poll(() => process.codes).toEqual([1])
  })
})
