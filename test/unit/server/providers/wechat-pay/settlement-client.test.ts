import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../../../server/providers/http.ts'
import type { SettlementRequest } from '../../../../../server/providers/provider.ts'
import { createWechatPayProvider } from '../../../../../server/providers/wechat-pay/index.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { flowBill, PAYMENT, tradeBill } from './bills.ts'
import { aConfig, merchant, NOW_MS, openssl, refusal, signedReply } from './fixture.ts'

/** How a day's bills are fetched, and what is not believed of them. */

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const TRADE = '/v3/bill/tradebill'
const FLOW = '/v3/bill/fundflowbill'
const FILE = '/v3/billdownload/file'
const DAY = { kind: 'day', day: '2026-06-23' } as const
const HOUR_MS = 3_600_000

const answers = new Map<string, (url: URL) => Answer>()
let heard: HttpRequest[] = []
let clock: ManualClock
beforeEach(() => {
  answers.clear()
  heard = []
  clock = manualClock(NOW_MS)
})

function account(fields: Record<string, unknown> = {}) {
  const config = aConfig({ endpoint: 'https://pay.example', ...fields })
  const http = (request: HttpRequest) => {
    heard.push(request)
    const url = new URL(request.url)
    const {
      status = 200,
      headers = {},
      body = '',
    } = answers.get(url.pathname)?.(url) ?? refusal(404, 'RESOURCE_NOT_EXISTS')
    return Promise.resolve({ status, headers, body: Buffer.from(body) })
  }
  return createWechatPayProvider({ accountId: 'wechat', config, http, clock })
}

function read(request: SettlementRequest = DAY, provider = account()) {
  if (!provider.readSettlement) throw new Error('this account reads no bills')
  return provider.readSettlement(request)
}

/** Announces the bill, and serves these bytes in its place. */
function serve(route: string, plain: Uint8Array, travelling: Uint8Array = gzipSync(plain)): void {
  const token = route === TRADE ? 'trade/1' : 'flow/1'
  const link = {
    hash_type: 'SHA1',
    hash_value: createHash('sha1').update(plain).digest('hex'),
    download_url: `https://api.mch.weixin.qq.com${FILE}?token=${encodeURIComponent(token)}`,
  }
  answers.set(route, () => signedReply(200, link))
  files.set(token, travelling)
  answers.set(FILE, ({ searchParams }) => {
    const body = files.get(searchParams.get('token') ?? '')
    return body ? { status: 200, body } : refusal(400, 'INVALID_REQUEST')
  })
}
const files = new Map<string, Uint8Array>()

const asked = () => heard.map(({ url }) => url.replace('https://pay.example', ''))

const sizes = [
  ['packed', (plain: Uint8Array) => gzipSync(plain)],
  ['unpacked', (plain: Uint8Array) => plain],
] as const

describe('a day', () => {
  test.each(sizes)('is the trade bill and the flow of the account, %s', async (_, pack) => {
    serve(TRADE, tradeBill(), pack(tradeBill()))
    serve(FLOW, flowBill(), pack(flowBill()))
    const { rows, problems } = await read()
    expect(problems).toEqual([])
    expect(rows.map(({ kind, source, line }) => `${kind} ${source} ${line}`)).toEqual([
      'payment tradebill 2026-06-23 2',
      'refund tradebill 2026-06-23 3',
      'payout fundflowbill 2026-06-23 2',
      'fee fundflowbill 2026-06-23 3',
    ])
    expect(await read()).toEqual({ rows, problems })
  })

  test('is asked for by its date, and the file by a signed call to the same host', async () => {
    serve(TRADE, tradeBill())
    serve(FLOW, flowBill())
    await read()
    expect(asked()).toEqual([
      '/v3/bill/tradebill?bill_date=2026-06-23&bill_type=ALL&tar_type=GZIP',
      '/v3/billdownload/file?token=trade%2F1',
      '/v3/bill/fundflowbill?bill_date=2026-06-23&account_type=BASIC&tar_type=GZIP',
      '/v3/billdownload/file?token=flow%2F1',
    ])
    const header = heard[1]?.headers['Authorization'] ?? ''
    const field = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(header)?.[1] ?? ''
    const path = '/v3/billdownload/file?token=trade%2F1'
    const text = `GET\n${path}\n${field('timestamp')}\n${field('nonce_str')}\n\n`
    const verified = openssl(
      ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'text'],
      {
        files: {
          'key.pem': merchant.publicKey,
          signature: Buffer.from(field('signature'), 'base64'),
          text,
        },
      },
    )
    expect(verified.toString()).toContain('Verified OK')
  })

  test('without trade or movement has no rows, and nothing is wrong with it', async () => {
    answers.set(TRADE, () => refusal(400, 'NO_STATEMENT_EXIST'))
    answers.set(FLOW, () => refusal(404, 'NOSTATEMENTEXIST'))
    expect(await read()).toEqual({ rows: [], problems: [] })
  })

  test('that is not over asks WeChat Pay nothing, and says when', async () => {
    for (const [day, hours] of [
      ['2026-06-24', 15.75],
      ['2026-06-25', 39.75],
    ] as const) {
      await expect(read({ kind: 'day', day })).rejects.toMatchObject({
        outcome: 'notSent',
        retryAfterMs: hours * HOUR_MS,
      })
    }
    expect(heard).toEqual([])
  })

  test('is asked for from ten in the morning in Beijing on, and not a moment before', async () => {
    serve(TRADE, tradeBill())
    serve(FLOW, flowBill())
    const readyAtMs = Date.UTC(2026, 5, 25, 2)
    clock.advance(readyAtMs - NOW_MS - 1)
    const request = { kind: 'day', day: '2026-06-24' } as const
    await expect(read(request)).rejects.toMatchObject({ outcome: 'notSent', retryAfterMs: 1 })
    const atMs = readyAtMs
    answers.set(TRADE, () => signedReply(400, { code: 'STATEMENT_CREATING' }, { atMs }))
    clock.advance(1)
    // And even then it may not be ready.
    await expect(read(request)).rejects.toMatchObject({
      outcome: 'notSent',
      retryAfterMs: HOUR_MS / 2,
      providerCode: 'STATEMENT_CREATING',
      message: expect.stringContaining('2026-06-24') as unknown,
    })
  })

  test.each(['20260623', '2026-02-30', '2026-6-23', '2026-06-23&sub_mchid=1', ''])(
    'is a day: %j is none',
    async (day) => {
      await expect(read({ kind: 'day', day })).rejects.toMatchObject({ outcome: 'rejected' })
      expect(heard).toEqual([])
    },
  )

  test('that WeChat Pay refuses is refused, with its word and its number for support', async () => {
    answers.set(TRADE, () => refusal(400, 'INVALID_REQUEST'))
    await expect(read()).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'INVALID_REQUEST',
      message: expect.stringContaining('Request-ID') as unknown,
    })
  })
})

describe('a file is believed only where it is what WeChat Pay announced', () => {
  const other = tradeBill({ rows: [{ ...PAYMENT, 订单金额: '20.00' }] })
  test.each<[string, Uint8Array]>([
    ['another amount', gzipSync(other)],
    ['another amount, unpacked', other],
    ['half a file', gzipSync(tradeBill()).subarray(0, 200)],
    ['nothing', new Uint8Array()],
    ['a file that grows beyond all bounds', gzipSync(new Uint8Array(65 * 1024 * 1024))],
  ])('and not %s', async (_, travelling) => {
    serve(TRADE, tradeBill(), travelling)
    await expect(read()).rejects.toMatchObject({
      outcome: 'unverifiable',
      message: expect.stringContaining('tradebill 2026-06-23') as unknown,
    })
  })

  test('and not one that is announced by a stranger, whom nothing is then sent to', async () => {
    serve(TRADE, tradeBill())
    const link = {
      hash_type: 'SHA1',
      hash_value: '0'.repeat(40),
      download_url: 'http://a.example/',
    }
    answers.set(TRADE, () => signedReply(200, link, { privateKey: merchant.privateKey }))
    await expect(read()).rejects.toMatchObject({ outcome: 'unverifiable' })
    expect(heard).toHaveLength(1)
  })

  test('nor one that has gone meanwhile, and its address is in no message', async () => {
    serve(TRADE, tradeBill())
    answers.set(FILE, () => refusal(400, 'INVALID_REQUEST'))
    const error = await read().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ outcome: 'rejected', providerCode: 'INVALID_REQUEST' })
    expect(String(error)).not.toContain('token')
  })

  test.each([
    { hash_type: 'SHA256', hash_value: '0'.repeat(40), download_url: 'https://a.example/' },
    { hash_type: 'SHA1', hash_value: '', download_url: 'https://a.example/' },
    { hash_type: 'SHA1', hash_value: '0'.repeat(40), download_url: 'file:///etc/passwd' },
  ])('nor by an announcement that cannot be read: %#', async (link) => {
    answers.set(TRADE, () => signedReply(200, link))
    await expect(read()).rejects.toMatchObject({ outcome: 'unknown' })
  })
})

describe('a file that the merchant has downloaded', () => {
  test.each(sizes)('is read without any call, %s', async (_, pack) => {
    const request = { kind: 'file', name: '1900007291All2026-06-23.csv', bytes: pack(tradeBill()) }
    const { rows, problems } = await read({ ...request, kind: 'file' })
    expect(problems).toEqual([])
    expect(rows.map(({ source, line }) => [source, line])).toEqual([
      [request.name, 2],
      [request.name, 3],
    ])
    expect(heard).toEqual([])
  })

  test('is the same rows as the day that WeChat Pay serves', async () => {
    serve(TRADE, tradeBill())
    answers.set(FLOW, () => refusal(400, 'NO_STATEMENT_EXIST'))
    const ids = async (request: SettlementRequest) =>
      (await read(request)).rows.map(({ rowId }) => rowId)
    expect(await ids(DAY)).toEqual(await ids({ kind: 'file', name: 'mine', bytes: tradeBill() }))
  })

  test.each<[string, Uint8Array, string]>([
    ['half of a packed one', gzipSync(tradeBill()).subarray(0, 200), 'cannot be unpacked'],
    [
      'one that grows beyond all bounds',
      gzipSync(new Uint8Array(65 * 1024 * 1024)),
      'far too long',
    ],
    ['too long by itself', new Uint8Array(65 * 1024 * 1024), 'far too long'],
    ['a workbook', Buffer.from('PK\u0003\u0004'), 'headings'],
    ['nothing', new Uint8Array(), 'headings'],
  ])('is refused where it is %s', async (_, bytes, words) => {
    await expect(read({ kind: 'file', name: 'mine.csv', bytes })).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringMatching(`mine.csv.*${words}`) as unknown,
    })
  })
})

describe('an account', () => {
  test('of a service provider asks for its sub-merchant’s trade, and for no account’s flow', async () => {
    answers.set(TRADE, () => refusal(400, 'NO_STATEMENT_EXIST'))
    const partner = account({ partner: { subMchId: '1900000109' } })
    expect(await read(DAY, partner)).toEqual({ rows: [], problems: [] })
    expect(asked()).toEqual([
      '/v3/bill/tradebill?bill_date=2026-06-23&bill_type=ALL&tar_type=GZIP&sub_mchid=1900000109',
    ])
  })

  test('of a global merchant offers no settlement', () => {
    const fields = { region: 'global', merchantCategoryCode: '5812', currencies: ['HKD'] }
    const global = account(fields)
    expect(global.capabilities.settlement).toEqual([])
    expect(global).not.toHaveProperty('readSettlement')
    expect(account().capabilities.settlement).toEqual(['day', 'file'])
  })

  test('with a second host fetches there what the first does not serve', async () => {
    serve(TRADE, tradeBill())
    answers.set(FLOW, () => refusal(400, 'NO_STATEMENT_EXIST'))
    const far = 'https://second.example'
    const provider = account({ secondaryEndpoint: far })
    for (const route of [TRADE, FILE]) {
      const served = answers.get(route)
      answers.set(route, (url) => (url.origin === far ? served?.(url) : null) ?? { status: 503 })
    }
    expect((await read(DAY, provider)).rows).toHaveLength(2)
  })
})
