import { Agent, type IncomingMessage, request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { resolveConfig } from '../../../../server/config.ts'
import { silentLogger } from '../../../../server/platform/logger.ts'
import { createSqliteStore } from '../../../../server/store/sqlite.ts'
import { createToolkit } from '../../../../server/toolkit.ts'

/**
 * 5,000 connections that all ask at once, at a toolkit whose database has stopped to answer: the
 * worst that a crowd can do. Answered over real sockets, against the whole toolkit.
 */

const KEY = 'sandbox-merchant-key'
const CROWD = 5_000
const MIB = 1024 * 1024

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

async function startStalled() {
  const store = createSqliteStore({ path: ':memory:' })
  let stalled = true
  const resume: (() => void)[] = []
  const order: typeof store.order = async (orderRef) => {
    if (stalled) await new Promise<void>((resolve) => resume.push(resolve))
    return store.order(orderRef)
  }
  const config = resolveConfig(
    {
      mode: 'sandbox',
      publicUrl: 'http://127.0.0.1:1',
      listen: { port: 0 },
      merchant: { apiKeys: [{ keyId: 'shop', key: KEY }] },
    },
    {},
  )
  const parts = { store: { ...store, order }, logger: silentLogger }
  const toolkit = await createToolkit(config, parts)
  const address = await toolkit.listen()
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const recover = () => {
    stalled = false
    for (const go of resume.splice(0)) go()
  }
  onTestFinished(async () => {
    recover()
    agent.destroy()
    await toolkit.close()
  })
  const ask = (path: string) => answerOf(`${address}${path}`, agent)
  return { ask, recover, stalledCount: () => resume.length }
}

function answerOf(url: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KEY}` }
    request(url, { agent, headers }, (response) => read(response, resolve))
      .on('error', reject)
      .end()
  })
}

function read(response: IncomingMessage, done: (answer: Answer) => void): void {
  let body = ''
  response.on('data', (chunk: Buffer) => {
    body += chunk.toString()
  })
  response.on('end', () => {
    const { statusCode = 0, headers } = response
    done({ status: statusCode, retryAfter: headers['retry-after'], body })
  })
}

test('a crowd in front of a database that stands still is told to come back, and then served', async () => {
  const { ask, recover, stalledCount } = await startStalled()
  const before = process.memoryUsage().rss
  const turnedAway: Answer[] = []
  const crowd = Promise.all(
    Array.from({ length: CROWD }, async () => {
      const answer = await ask('/v1/orders/tea-1')
      turnedAway.push(answer)
      return answer
    }),
  )
  crowd.catch(() => undefined)
  await expect.poll(() => turnedAway.length, { timeout: 90_000 }).toBe(CROWD - 800)

  expect(stalledCount()).toBe(800)
  expect(new Set(turnedAway.map(({ status }) => status))).toEqual(new Set([503]))
  for (const { retryAfter, body } of turnedAway) {
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1)
    expect(body).toContain('"code":"overloaded"')
  }
  // Both ends of 5,000 connections are in this process.
  expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(400)
  expect((await ask('/healthz')).status).toBe(200)
  expect((await ask('/readyz')).status).toBe(200)

  recover()
  const served = await crowd
  expect(served.filter(({ status }) => status === 404)).toHaveLength(800)
  expect((await ask('/v1/orders/tea-1')).status).toBe(404)
}, 120_000)
