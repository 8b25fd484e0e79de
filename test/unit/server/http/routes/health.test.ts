import { describe, expect, test } from 'vitest'
import {
  databaseCheck,
  type HealthCheck,
  healthRoutes,
} from '../../../../../server/http/routes/health.ts'
import { healthSchema } from '../../../../../shared/contract/health.ts'
import { makeTools, openStore, startApp } from '../harness.ts'

async function ready(checks: Record<string, HealthCheck>) {
  const tools = makeTools()
  const stopping = new AbortController().signal
  const router = healthRoutes({ checks, stopping, logger: tools.logger })
  const { address } = await startApp(tools, { parsed: [router] })
  const response = await fetch(`${address}/readyz`)
  return {
    address,
    tools,
    status: response.status,
    body: healthSchema.parse(await response.json()),
  }
}

describe('readiness', () => {
  test('says ok part by part', async () => {
    const store = await openStore()
    const { status, body } = await ready({ database: databaseCheck(store), workers: () => true })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'ok',
      checks: { database: 'ok', workers: 'ok', serving: 'ok' },
    })
  })

  test.each<[string, HealthCheck]>([
    ['answers false', () => false],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('names a part that %s, without saying why to strangers', async (_, check) => {
    const { status, body } = await ready({ database: () => true, workers: check })
    expect(status).toBe(503)
    expect(body).toEqual({
      status: 'failing',
      checks: { database: 'ok', workers: 'failing', serving: 'ok' },
    })
  })

  test('fails with a database that cannot be reached, while the process lives', async () => {
    const ping = () => Promise.reject(new Error('connection refused'))
    const { address, tools, status, body } = await ready({ database: databaseCheck({ ping }) })
    expect(status).toBe(503)
    expect(body.checks).toMatchObject({ database: 'failing' })
    expect(tools.lines).toContainEqual(
      expect.objectContaining({ event: 'health.failing', reason: 'database' }),
    )
    const alive = await fetch(`${address}/healthz`)
    expect(alive.status).toBe(200)
    expect(await alive.json()).toEqual({ status: 'ok', checks: {} })
  })
})
