import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import {
  MAX_SETTLEMENT_FILE_BYTES,
  settlementReportSchema,
} from '../../../../../shared/contract/settlements.ts'
import { aPaymentRow } from '../../../../support/settlement.ts'
import { aPaidPayment } from '../../../../support/world.ts'
import { problemOf } from '../harness.ts'
import { CSV, KEY, openSettlementWorld, type SettlementWorld } from './settlement-world.ts'

let world: SettlementWorld
beforeEach(async () => {
  world = await openSettlementWorld()
})
afterEach(() => world.close())

describe('having settlement read', () => {
  test('of a day answers with what came of it', async () => {
    const payment = await aPaidPayment(world)
    world.books(
      aPaymentRow({ outTradeNo: payment.outTradeNo }),
      aPaymentRow({ rowId: '2', outTradeNo: 'x' }),
    )
    const response = await world.importDay()
    expect(response.status).toBe(200)
    expect(settlementReportSchema.parse(await response.json())).toEqual({
      read: 2,
      new: 2,
      applied: 0,
      matched: 1,
      unmatched: 1,
      quarantined: 0,
      problems: [],
    })
    expect(world.asked).toEqual([{ kind: 'day', day: '2026-06-24' }])
  })

  test.each(['text/csv', 'application/octet-stream', 'application/gzip', 'text/csv; charset=gbk'])(
    'of a file (%s) hands on its name and its very bytes',
    async (type) => {
      const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256)
      const path = `scripted?name=${encodeURIComponent('账单 2026-06-24.csv')}`
      const response = await world.importOf(bytes, { ...KEY, 'content-type': type }, path)
      expect(response.status).toBe(200)
      expect(world.asked).toEqual([
        { kind: 'file', name: '账单 2026-06-24.csv', bytes: Buffer.from(bytes) },
      ])
    },
  )

  test('is for the merchant alone', async () => {
    const response = await world.importOf('a,b', { ...CSV, authorization: 'Bearer guess' })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' })
    const { status } = await fetch(`${world.address}/v1/settlements/scripted/rows`)
    expect([status, world.asked]).toEqual([401, []])
  })

  test.each<[string, unknown]>([
    ['no day', {}],
    ['a day that is none', { day: '2026-02-30' }],
    ['more than a day', { day: '2026-06-24', force: true }],
  ])('of %s is refused', async (_, body) => {
    expect(await problemOf(await world.importDay('scripted', body))).toMatchObject({
      status: 400,
      code: 'invalidRequest',
    })
    expect(world.asked).toEqual([])
  })

  test.each(['scripted', 'scripted?name=', 'scripted?name=..%2Fbill.csv', 'scripted?name=a%00b'])(
    'of a file without a plain name (%s) is refused',
    async (path) => {
      expect(await problemOf(await world.importOf('a,b', CSV, path))).toMatchObject({
        status: 400,
        issues: [{ path: 'name' }],
      })
    },
  )

  test('of anything else is refused', async () => {
    const response = await world.importOf('<bill/>', { ...KEY, 'content-type': 'application/xml' })
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupportedMediaType' })
  })

  test('of a file beyond the limit is refused, with the limit', async () => {
    const response = await world.importOf(new Uint8Array(MAX_SETTLEMENT_FILE_BYTES + 1), CSV)
    expect(await problemOf(response)).toMatchObject({
      status: 413,
      detail: expect.stringContaining('32768 KiB'),
    })
    expect(world.asked).toEqual([])
  })

  test('of an account without it names those that have it', async () => {
    expect(await problemOf(await world.importDay('files'))).toMatchObject({
      status: 422,
      code: 'settlementUnsupported',
      accounts: ['scripted'],
    })
    const file = await world.importOf('a,b', CSV, 'nothing?name=bill.csv')
    expect(await problemOf(file)).toMatchObject({ status: 422, accounts: ['scripted', 'files'] })
    expect(await problemOf(await world.importDay('nobody'))).toMatchObject({
      code: 'accountNotFound',
    })
  })
})

describe('settlement that cannot be read', () => {
  test.each(['rejected', 'unverifiable'] as const)(
    'is refused with its reason (%s)',
    async (outcome) => {
      world.provider.fail({ on: 'readSettlement', when: 'before', outcome })
      expect(await problemOf(await world.importOf('a,b', CSV))).toMatchObject({
        status: 400,
        code: 'settlementUnreadable',
        issues: [{ path: 'bill.csv', message: 'readSettlement went wrong' }],
      })
    },
  )

  test('is refused where nothing in it could be read, line by line', async () => {
    const problem = { source: 'bill.csv', line: 7, message: 'no amount' }
    world.provider.books = { rows: [], problems: [problem, { ...problem, line: null }] }
    expect(await problemOf(await world.importOf('a,b', CSV))).toMatchObject({
      status: 400,
      issues: [
        { path: 'bill.csv:7', message: 'no amount' },
        { path: 'bill.csv', message: 'no amount' },
      ],
    })
  })

  test('in part is applied in part, and told', async () => {
    const problem = { source: 'bill.csv', line: 7, message: 'no amount' }
    world.provider.books = {
      rows: [aPaymentRow({ accountId: 'scripted', outTradeNo: 'x' })],
      problems: [problem],
    }
    const response = await world.importOf('a,b', CSV)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ new: 1, problems: [problem] })
  })

  test.each([
    ['rejected', 502, 'providerRejected'],
    ['unverifiable', 502, 'providerRejected'],
    ['notSent', 503, 'providerUnavailable'],
    ['unknown', 503, 'providerUnavailable'],
  ] as const)('of a day: %s → %i', async (outcome, status, code) => {
    world.provider.fail({ on: 'readSettlement', when: 'before', outcome })
    const response = await world.importDay()
    expect(await problemOf(response)).toMatchObject({
      status,
      code,
      detail: expect.stringContaining('readSettlement went wrong'),
    })
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '60' : null)
  })

  test('says when the provider will have it', async () => {
    world.provider.readSettlement = () =>
      Promise.reject(
        new ProviderError({
          outcome: 'notSent',
          accountId: 'scripted',
          message: 'not made yet',
          retryAfterMs: 3_600_000,
        }),
      )
    expect((await world.importDay()).headers.get('retry-after')).toBe('3600')
  })
})
