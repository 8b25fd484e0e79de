import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import * as login from '../../shared/contract/login.ts'
import * as orders from '../../shared/contract/orders.ts'
import * as payments from '../../shared/contract/payments.ts'
import { problemSchema } from '../../shared/contract/problem.ts'
import * as refunds from '../../shared/contract/refunds.ts'
import * as settlements from '../../shared/contract/settlements.ts'
import * as shipments from '../../shared/contract/shipments.ts'
import { nearby, type Touched } from './support/nearby.ts'
import { openSurface, type Surface } from './support/surface.ts'
import { fuzzTarget, RUNS, SEED } from './support/target.ts'
import { faultOf } from './support/verdict.ts'
import { ask, type RawAnswer } from './support/wire.ts'

/**
 * JSON that is nearly what an endpoint takes. What its contract refuses is answered with 400 naming
 * the field, and leaves no trace in any table; what the contract takes is never a 500.
 */

interface Endpoint {
  readonly schema: z.ZodType
  readonly valid: object
  readonly path: (surface: Surface) => string
  readonly asPayer?: boolean
}

const amount = { value: 1999, currency: 'CNY' }

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  createOrderRequestSchema: {
    schema: orders.createOrderRequestSchema,
    valid: {
      orderRef: 'tea-near',
      amount,
      description: '龙井茶 50 g',
      payer: { appId: 'wx7ea5409d31c2f6b8', openid: 'o-somebody' },
      goodsKind: 'physical',
      expiresAt: new Date(Date.now() + 60 * 60 * 1_000).toISOString(),
    },
    path: () => '/v1/orders',
  },
  createPaymentRequestSchema: {
    schema: payments.createPaymentRequestSchema,
    valid: {
      orderRef: 'tea-unpaid',
      scene: 'desktopQr',
      accountId: 'wechatPay',
      locale: 'en',
      payerIp: '203.0.113.7',
    },
    path: () => '/v1/payments',
  },
  createCheckoutPaymentRequestSchema: {
    schema: payments.createCheckoutPaymentRequestSchema,
    valid: { scene: 'miniProgram', checkoutToken: 'x', accountId: 'wechatPay', locale: 'zh-CN' },
    path: ({ order }) => `/v1/checkout/${order.orderRef}/payments`,
    asPayer: true,
  },
  createRefundRequestSchema: {
    schema: refunds.createRefundRequestSchema,
    valid: { amount, reason: 'the tea was cold' },
    path: ({ paymentId }) => `/v1/payments/${paymentId}/refunds`,
  },
  continueRefundRequestSchema: {
    schema: refunds.continueRefundRequestSchema,
    valid: {
      to: {
        kind: 'payerBankCard',
        bankType: 'ICBC_DEBIT',
        accountNumber: '6222021234567890123',
        holderName: '李伟',
      },
      sendAgain: true,
    },
    path: () => '/v1/refunds/rf_none/continue',
  },
  createShipmentRequestSchema: {
    schema: shipments.createShipmentRequestSchema,
    valid: {
      method: 'express',
      parcels: [
        {
          company: 'SF',
          trackingNo: 'SF1234567890123',
          itemDescription: '龙井茶 50 g',
          receiverContact: '138****5678',
        },
      ],
      isAllDelivered: true,
      correction: false,
      transactionId: '4200001234202603010123456789',
    },
    path: ({ order }) => `/v1/orders/${order.orderRef}/shipments`,
  },
  miniProgramLoginRequestSchema: {
    schema: login.miniProgramLoginRequestSchema,
    valid: { appId: 'wx7ea5409d31c2f6b8', loginCode: 'a-code-of-nobody' },
    path: () => '/v1/login/miniProgram',
  },
  settlementDayRequestSchema: {
    schema: settlements.settlementDayRequestSchema,
    valid: { day: '2026-06-24' },
    path: () => '/v1/settlements/wechatPay',
  },
}

test('every contract of a request is among those that are attacked', () => {
  const modules: Readonly<Record<string, unknown>>[] = [
    login,
    orders,
    payments,
    refunds,
    settlements,
    shipments,
  ]
  const named = modules.flatMap((module) => Object.keys(module))
  const requests = named.filter((name) => name.endsWith('RequestSchema'))
  expect(Object.keys(ENDPOINTS).toSorted()).toEqual(requests.toSorted())
})

let folder: string
let surface: Surface
let books: DatabaseSync
let keys = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toolkit-fuzz-'))
  const path = join(folder, 'toolkit.db')
  surface = await openSurface({ database: { kind: 'sqlite', path } })
  books = new DatabaseSync(path, { readOnly: true })
})
afterAll(async () => {
  books.close()
  await surface.stack.close()
  await rm(folder, { recursive: true })
})

/** How many rows every table has. */
function rowsInAll(): Readonly<Record<string, number>> {
  const tables = z
    .array(z.object({ name: z.string() }))
    .parse(books.prepare("select name from sqlite_master where type = 'table'").all())
  const counts = tables.map(({ name }) => {
    const row = books.prepare(`select count(*) as count from "${name}"`).get()
    return [name, z.object({ count: z.number() }).parse(row).count] as const
  })
  return Object.fromEntries(counts)
}

describe.each(Object.entries(ENDPOINTS))('%s', (name, { schema, valid, path, asPayer }) => {
  const target = fuzzTarget(`contract: ${name}`)

  const post = (body: string): Promise<RawAnswer> => {
    keys += 1
    const authorization = `Bearer ${asPayer ? surface.token : SANDBOX_API_KEY}`
    const headers = {
      authorization,
      'content-type': 'application/json',
      'idempotency-key': `near-key-${keys}`,
    }
    return ask(surface.port, { method: 'POST', target: path(surface), headers, body })
  }

  test('takes what is valid, or has another reason than its form', async () => {
    expect(schema.safeParse(valid).success).toBe(true)
    const answer = await post(JSON.stringify(valid))
    expect(faultOf(answer)).toBeNull()
    expect(answer.status).not.toBe(400)
  })

  test('refuses what it does not take, names the field, and writes nothing', async () => {
    const samples = fc.sample(nearby(valid), { numRuns: RUNS * 3, seed: SEED })
    const refused = samples.filter(
      ({ value }) => isJsonObject(value) && !schema.safeParse(wired(value)).success,
    )
    const before = rowsInAll()
    for (const touched of refused.slice(0, RUNS)) {
      const body = JSON.stringify(touched.value)
      await target.send(body.slice(0, 300), async () => refusalFault(await post(body), touched))
    }
    target.check(Math.min(20, refused.length))
    expect(rowsInAll()).toEqual(before)
  })

  test('never fails on anything at all', async () => {
    const samples = fc.sample(nearby(valid), { numRuns: RUNS, seed: SEED + 1 })
    for (const { value } of samples) {
      const body = JSON.stringify(value)
      await target.send(body.slice(0, 300), async () => faultOf(await post(body)))
    }
    target.check(RUNS)
  })
})

/** As it arrives. */
function wired(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The code fits, and the words name one of the places that were touched, or what was added there. */
function refusalFault(answer: RawAnswer, { places }: Touched): string | null {
  const fault = faultOf(answer)
  if (fault !== null) return fault
  if (answer.status !== 400) return `${answer.status} for what the contract refuses`
  const { code, issues } = problemSchema.parse(JSON.parse(answer.body))
  // A name such as `__proto__` is no JSON to us; what holds a NUL is named by the text itself.
  if (code === 'invalidJson') return null
  if (!issues || issues.length === 0) return `${code} without an issue`
  const touched = places.map((place) => place.join('.'))
  const near = issues.some(({ path: at }) =>
    touched.some((place) => at.startsWith(place) || place.startsWith(at)),
  )
  // A stranger is named by its own name, and a field that depends on the touched one by both.
  const pairs = issues.some(({ message }) => /scene|Unrecognized|not text/.test(message))
  return near || pairs ? null : `${JSON.stringify(issues)} names none of ${touched.join()}`
}
