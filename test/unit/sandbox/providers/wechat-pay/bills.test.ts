import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  APP,
  DIRECT,
  direct,
  PARTNER,
  type PayWorld,
  paid,
  partner,
  payWorld,
  refundBody,
} from './world.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

/** A day with a payment at 16:15, one at 16:20, and a refund of the first at 16:25; Beijing. */
async function soldTea(world: PayWorld) {
  const id = await paid(world, { description: 'Longjing, 50 g', attach: 'shelf 4' })
  await world.clock.advance(5 * 60_000)
  await paid(world, { out_trade_no: 'tea-1002', amount: { total: 1 } })
  await world.clock.advance(5 * 60_000)
  await world.call('POST', '/v3/refund/domestic/refunds', { body: refundBody() })
  await world.clock.advance(18 * HOUR_MS)
  return id
}

const ask = (world: PayWorld, kind: string, query: string) =>
  world.call('GET', `/v3/bill/${kind}?bill_date=2026-06-24${query}`)

async function download(world: PayWorld, url: unknown) {
  const { pathname, search, origin } = new URL(String(url))
  const target = pathname + search
  const Authorization = world.authorization('GET', target)
  const headers = { Accept: '*/*', 'User-Agent': 'tests', Authorization }
  const response = await fetch(origin + target, { headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

const lines = (file: Buffer) => file.toString('utf8').split('\r\n')

describe('a trade bill', () => {
  test('is announced with a SHA-1 over the plain file and fetched with a signed call', async () => {
    const world = await payWorld()
    await soldTea(world)
    const { json, headers } = await ask(world, 'tradebill', '&tar_type=GZIP')
    expect(headers.get('Wechatpay-Signature')).not.toBeNull()
    const { response, bytes } = await download(world, json['download_url'])
    expect(response.headers.get('Wechatpay-Signature')).toBeNull()
    const plain = gunzipSync(bytes)
    expect(json).toMatchObject({
      hash_type: 'SHA1',
      hash_value: createHash('sha1').update(plain).digest('hex'),
    })
    expect(plain.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const unzipped = await ask(world, 'tradebill', '')
    expect((await download(world, unzipped.json['download_url'])).bytes).toEqual(plain)
  })

  test('has payments and refunds in yuan, a backtick before each value, two lines of sums', async () => {
    const world = await payWorld()
    const id = await soldTea(world)
    const { json } = await ask(world, 'tradebill', '&bill_type=ALL')
    const [header, first, second, third, sumHeader, sums, end] = lines(
      (await download(world, json['download_url'])).bytes,
    )
    expect(header).toMatch(
      /^\uFEFF交易时间,公众账号ID,商户号,特约商户号,.*,订单金额,申请退款金额,费率备注$/,
    )
    expect(header?.split(',')).toHaveLength(27)
    expect(first).toBe(
      `\`2026-06-24 16:15:00,\`${APP},\`${DIRECT},\`0,\`,\`${id},\`tea-1001,\`${world.openid()},` +
        '`JSAPI,`SUCCESS,`OTHERS,`CNY,`19.99,`0.00,`0,`0,`0.00,`0.00,`,`,`Longjing\\  50 g,`shelf 4,' +
        '`0.12000,`0.60%,`19.99,`0.00,`',
    )
    expect(second).toContain('`tea-1002')
    expect(third).toMatch(
      /`REFUND,`OTHERS,`CNY,`0\.00,`0\.00,`50\d{27},`rf-1001-1,`10\.00,`0\.00,`ORIGINAL,`SUCCESS,/,
    )
    expect(third).toMatch(/`-0\.06000,`0\.60%,`0\.00,`10\.00,`$/)
    expect(sumHeader).toBe(
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    )
    expect(sums).toBe('`3,`20.00,`10.00,`0.00,`0.06000,`20.00,`10.00')
    expect(end).toBe('')
  })

  test.each([
    { type: 'SUCCESS', columns: 20, rows: 2 },
    { type: 'REFUND', columns: 29, rows: 1 },
  ])('of kind $type has $columns columns', async ({ type, columns, rows }) => {
    const world = await payWorld()
    await soldTea(world)
    const { json } = await ask(world, 'tradebill', `&bill_type=${type}`)
    const file = lines((await download(world, json['download_url'])).bytes)
    expect(file[0]?.split(',')).toHaveLength(columns)
    expect(file[1]?.split(',`')).toHaveLength(columns)
    expect(file).toHaveLength(rows + 4)
  })

  test('is ready at ten the next morning, and kept for three months', async () => {
    const world = await payWorld()
    await paid(world)
    const status = async () => (await ask(world, 'tradebill', '')).json['code']
    await world.clock.advance(17 * HOUR_MS + 45 * 60_000 - 1)
    expect(await status()).toBe('STATEMENT_CREATING')
    await world.clock.advance(1)
    expect(await status()).toBeUndefined()
    await world.clock.advance(92 * DAY_MS)
    expect(await status()).toBe('PARAM_ERROR')
  })

  test('of a day without trade does not exist; days that are none are refused', async () => {
    const world = await payWorld()
    await soldTea(world)
    const of = async (day: string) =>
      (await world.call('GET', `/v3/bill/tradebill?bill_date=${day}`)).json['code']
    expect(await of('2026-06-23')).toBe('NO_STATEMENT_EXIST')
    expect(await of('2026-06-31')).toBe('PARAM_ERROR')
    expect(await of('20260624')).toBe('PARAM_ERROR')
  })

  test('is not to be had by another merchant who learnt the address', async () => {
    const world = await payWorld({}, [direct, partner])
    await soldTea(world)
    const { json } = await ask(world, 'tradebill', '')
    const { pathname, search } = new URL(String(json['download_url']))
    const fetched = (mchId: string) => world.call('GET', pathname + search, { mchId })
    expect((await fetched(PARTNER)).json).toMatchObject({ code: 'NO_AUTH' })
    expect((await fetched(DIRECT)).text).toContain('tea-1001')
  })

  test('is not to be had by a wrong token', async () => {
    const world = await payWorld()
    const answer = await world.call('GET', '/v3/billdownload/file?token=abc')
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
  })
})

describe('a refund in a bill', () => {
  const rows = async (world: PayWorld, type: string) => {
    const { json } = await ask(world, 'tradebill', `&bill_type=${type}`)
    return lines((await download(world, json['download_url'])).bytes)
  }

  test.each([
    ['ABNORMAL', 'CHANGE'],
    ['CLOSED', 'FAIL'],
    ['SUCCESS', 'SUCCESS'],
  ] as const)('that ended %s says %s', async (refundEndsAs, word) => {
    const world = await payWorld({ refundEndsAs })
    await soldTea(world)
    const file = await rows(world, 'REFUND')
    expect(file[1]).toContain(`,\`ORIGINAL,\`${word},`)
  })

  test('says for good what it was when the bill was made', async () => {
    const world = await payWorld({ refundTakesMs: 2 * DAY_MS })
    await soldTea(world)
    await world.clock.advance(2 * DAY_MS)
    expect((await rows(world, 'ALL'))[3]).toContain(',`ORIGINAL,`PROCESSING,')
    const [, refund = ''] = await rows(world, 'REFUND')
    expect(refund).toContain('`2026-06-24 16:25:00,`,`50')
  })

  test('may carry a word that nobody knows yet', async () => {
    const world = await payWorld({ refundStatusWord: 'LIMBO', tradeStateWord: 'BARTER' })
    await soldTea(world)
    const [, payment, , refund] = await rows(world, 'ALL')
    expect(payment).toContain('`JSAPI,`BARTER,')
    expect(refund).toContain('`REFUND,`OTHERS')
    expect(refund).toContain('`ORIGINAL,`LIMBO,')
  })
})

describe('a bill on its way', () => {
  const fetched = async (world: PayWorld, waitMs = 0) => {
    const { json } = await ask(world, 'tradebill', '')
    await world.clock.advance(waitMs)
    const { response, bytes } = await download(world, json['download_url'])
    const sum = createHash('sha1').update(bytes).digest('hex')
    return { status: response.status, bytes, isWhole: sum === json['hash_value'] }
  }

  test('can be fetched for five minutes', async () => {
    const world = await payWorld()
    await soldTea(world)
    expect(await fetched(world, 5 * 60_000)).toMatchObject({ status: 200, isWhole: true })
    expect(await fetched(world, 5 * 60_000 + 1)).toMatchObject({ status: 400 })
  })

  test.each(['changed', 'cut'] as const)(
    'can arrive %s, and its sum tells',
    async (billsArrive) => {
      const world = await payWorld({ billsArrive })
      await soldTea(world)
      const { isWhole, bytes } = await fetched(world)
      expect(isWhole).toBe(false)
      expect(bytes.toString().includes('`3,`20.00')).toBe(billsArrive !== 'cut')
    },
  )
})

describe('a fund-flow bill', () => {
  test('shows every movement with the balance after it', async () => {
    const world = await payWorld()
    await soldTea(world)
    const { json } = await ask(world, 'fundflowbill', '&account_type=BASIC')
    const file = lines((await download(world, json['download_url'])).bytes)
    expect(file[0]).toBe(
      '\uFEFF记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),' +
        '资金变更提交申请人,备注,业务凭证号',
    )
    const moved = file.slice(1, -3).map((line) => line.split(',`').slice(5, 8).join(' '))
    expect(moved).toEqual([
      '收入 19.99 19.99',
      '支出 0.12 19.87',
      '收入 0.01 19.88',
      '支出 10.00 9.88',
    ])
    const vouchers = file.slice(1, -3).map((line) => line.split(',`').at(-1))
    expect(vouchers).toEqual(['tea-1001', 'tea-1001', 'tea-1002', 'rf-1001-1'])
    expect(file.slice(-3)).toEqual([
      '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
      '`4,`2,`20.00,`2,`10.12',
      '',
    ])
  })

  test('of another account is empty here', async () => {
    const world = await payWorld()
    await soldTea(world)
    const { json } = await ask(world, 'fundflowbill', '&account_type=FEES')
    expect(json['code']).toBe('NO_STATEMENT_EXIST')
  })
})
