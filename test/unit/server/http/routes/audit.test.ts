import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createAuditRoutes } from '../../../../../server/http/routes/audit.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import { sleep } from '../../../../../shared/clock.ts'
import { auditReportSchema } from '../../../../../shared/contract/audit.ts'
import { type AuditedShop, audited } from '../../../../support/audited-shop.ts'
import { createWorld, type World } from '../../../../support/world.ts'
import { makeTools, meanwhile, problemOf, startApp } from '../harness.ts'

const KEY = { authorization: 'Bearer merchant-key-1' }

let world: World
let shop: AuditedShop
let address: string
beforeEach(async () => {
  world = await createWorld()
  shop = await audited(world)
  const apiKey = createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex('merchant-key-1') }])
  const app = await startApp(makeTools(), { parsed: [createAuditRoutes(world, { apiKey })] })
  address = app.address
})
afterEach(() => world.close())

const get = (query = '', headers: Record<string, string> = KEY) =>
  fetch(`${address}/v1/audit${query}`, { headers })

describe('an operator who asks for an audit', () => {
  test('gets the report that its contract describes, and asks nobody unless told to', async () => {
    const before = world.provider.calls.length
    const response = await get()
    expect(response.status).toBe(200)
    const report = auditReportSchema.parse(await response.json())
    expect(report).toMatchObject({ complete: true, findings: [], checked: { orders: 4, asked: 0 } })
    expect(world.provider.calls.length).toBe(before)
  })

  test('hears what the providers say where told to ask them, at a measured pace', async () => {
    const there = world.provider.payments.get(
      (await world.store.payment(shop.closed))?.outTradeNo ?? '',
    )
    if (there) there.status = 'paid'
    const startMs = world.clock.nowMs()
    const response = await meanwhile(get('?ask=polled'), [world.clock])
    const report = auditReportSchema.parse(await response.json())
    expect(report.findings.map(({ code, id }) => [code, id])).toContainEqual([
      'paidThereNotHere',
      shop.closed,
    ])
    expect(world.clock.nowMs() - startMs).toBeGreaterThanOrEqual(report.checked.asked * 100)
  })

  test('gets as many orders as wished for, and where to go on', async () => {
    const first = auditReportSchema.parse(await (await get('?limit=3')).json())
    expect(first).toMatchObject({ complete: false, checked: { orders: 3 } })
    const rest = auditReportSchema.parse(await (await get(`?cursor=${first.nextCursor}`)).json())
    expect(rest).toMatchObject({ complete: true, nextCursor: null, checked: { orders: 1 } })
  })

  test('waits for the one that is running, and may ask again after it', async () => {
    const first = get('?ask=polled')
    while (world.provider.calls.at(-1) !== 'query') await world.clock.advance(50)
    const second = await get()
    expect(await problemOf(second)).toMatchObject({ status: 409, code: 'auditRunning' })
    expect(second.headers.get('retry-after')).toBe('5')
    expect((await meanwhile(first, [world.clock])).status).toBe(200)
    expect((await get()).status).toBe(200)
  })

  test('gets what could be done in the time there is', async () => {
    // A provider that takes half a minute for its first answer.
    world.provider.during = { on: 'query', run: () => sleep(world.clock, 30_000) }
    const response = await meanwhile(get('?ask=polled'), [world.clock])
    const report = auditReportSchema.parse(await response.json())
    expect(report.complete).toBe(false)
    expect(report.checked.asked).toBe(1)
  })

  test.each(['?ask=everybody', '?limit=0', '?limit=100001', '?since=yesterday', '?colour=red'])(
    'is told what is wrong with %s',
    async (query) => {
      expect(await problemOf(await get(query))).toMatchObject({
        status: 400,
        code: 'invalidRequest',
      })
    },
  )

  test('is told where an account is none of ours', async () => {
    const response = await get('?account=nobody')
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'accountNotFound' })
  })

  test('needs the API key', async () => {
    const response = await get('', {})
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' })
  })
})
