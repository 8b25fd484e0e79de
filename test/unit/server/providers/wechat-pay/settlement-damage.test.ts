import { describe, expect, test } from 'vitest'
import {
  CHARGE,
  FLOW,
  FLOW_SUMS,
  flowBill,
  PAYMENT,
  REFUND,
  read,
  SUMS,
  tradeBill,
  type Values,
  without,
} from './bills.ts'

/** What a person has to see: rows that cannot be read, and sums that do not add up. */

const problemsOf = (bill: Uint8Array) =>
  read(bill).problems.map(({ line, message }) => `${line}: ${message}`)

describe('the sums of a bill', () => {
  test.each([
    ['总交易单数', '3', '总交易单数 is 3, and the rows add up to 2.00'],
    ['应结订单总金额', '18.01', '应结订单总金额 is 18.01, and the rows add up to 18.00'],
    ['退款总金额', '4.49', '退款总金额 is 4.49, and the rows add up to 4.50'],
    ['手续费总金额', '-0.08000', '手续费总金额 is -0.08000, and the rows add up to 0.08'],
    ['订单总金额', '19.99000001', '订单总金额 is 19.99000001, and the rows add up to 19.99'],
    ['申请退款总金额', 'many', '申请退款总金额 is many, and the rows add up to 5.00'],
  ])('disagree with its rows by %s', (heading, value, message) => {
    const [only, ...others] = problemsOf(tradeBill({ sums: { ...SUMS, [heading]: value } }))
    expect(only).toBe(`5: ${message}`)
    expect(others).toEqual([])
  })

  test.each([
    ['资金流水总笔数', '1'],
    ['收入笔数', '2'],
    ['收入金额', '18.10'],
    ['支出笔数', '0'],
    ['支出金额', '0.12'],
  ])('of a fund flow disagree by %s', (heading, value) => {
    const found = problemsOf(flowBill({ sums: { ...FLOW_SUMS, [heading]: value } }))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`${heading} is ${value}`)
  })

  test('are missed where the bill was cut off, and its rows are kept', () => {
    const { rows, problems } = read(tradeBill({ sums: null }))
    expect(rows).toHaveLength(2)
    expect(problems).toEqual([
      {
        source: 'tradebill 2026-06-24',
        line: null,
        message: 'the bill ends without its sums: it may be cut off',
      },
    ])
    const half = tradeBill().toString().trimEnd()
    expect(problemsOf(Buffer.from(half.slice(0, half.lastIndexOf('\n'))))).toHaveLength(1)
  })

  test('are the end: what stands behind them is seen', () => {
    const longer = Buffer.concat([tradeBill(), Buffer.from('`2026-06-24 18:15:30,`and more\r\n')])
    expect(problemsOf(longer)).toEqual(['6: there is more behind the sums'])
  })

  test('count an empty cell as nothing, and are not compared with a column that is not there', () => {
    const blank = { ...PAYMENT, 申请退款金额: '', 退款金额: '' }
    expect(problemsOf(tradeBill({ rows: [blank, REFUND] }))).toEqual([])
    const sums = { ...SUMS, 申请退款总金额: '5.01' }
    expect(problemsOf(tradeBill({ rows: [blank, REFUND], sums }))).toHaveLength(1)
    expect(problemsOf(tradeBill({ heading: without('应结订单金额') }))).toEqual([])
    const none = { ...SUMS, 总交易单数: '0', 订单总金额: '0.01' }
    expect(problemsOf(tradeBill({ rows: [], sums: none }))[0]).toContain('订单总金额 is 0.01')
  })

  test('cannot be compared with a row that cannot be read, which is told once', () => {
    const bill = tradeBill({ rows: [{ ...PAYMENT, 订单金额: '19,99' }, REFUND] })
    const found = read(bill)
    expect(found.problems.map(({ line }) => line)).toEqual([2])
    expect(found.rows).toMatchObject([{ kind: 'refund' }])
  })
})

describe('a row that cannot be read is told and left out', () => {
  const broken = (row: Values, bill = tradeBill) => read(bill({ rows: [row], sums: null }))

  test.each<[string, Values, string]>([
    ['an amount in words', { 订单金额: 'ten' }, 'cannot be read'],
    ['an amount of a tenth of a fen', { 订单金额: '19.991' }, 'cannot be read'],
    ['a settled amount of a tenth of a fen', { 应结订单金额: '18.001' }, 'cannot be read'],
    ['an amount beyond what can be counted', { 订单金额: '99999999999999.99' }, 'cannot be read'],
    ['no currency', { 货币种类: '' }, 'cannot be read'],
    ["no number of WeChat Pay's", { 微信订单号: '0' }, 'number is missing'],
    ['another merchant', { 商户号: '1900000001' }, 'of merchant 1900000001'],
  ])('%s', (_, cells, message) => {
    const { rows, problems } = broken({ ...PAYMENT, ...cells })
    expect(rows).toEqual([])
    expect(problems[0]).toMatchObject({ line: 2 })
    expect(problems[0]?.message).toContain(message)
  })

  test.each<[string, Values]>([
    ['neither income nor expense', { 收支类型: '其他' }],
    ['an amount in words', { '收支金额(元)': 'ten' }],
  ])('of a fund flow: %s', (_, cells) => {
    const { rows, problems } = broken({ ...FLOW, ...cells }, flowBill)
    expect(rows).toEqual([])
    expect(problems).toHaveLength(2)
  })

  test('but for a fee that is no whole fen, which is left out of its row', () => {
    const { rows, problems } = broken({ ...PAYMENT, 手续费: '0.11994' })
    expect(rows).toMatchObject([{ amount: { value: 1999 }, fee: null }])
    expect(problems[0]?.message).toContain('0.11994')
  })

  test('nor for a time that is none: it is not known then', () => {
    const times = ['2026-06-24T18:15:30', '2026-06-24 25:00:00', '']
    const occurred = times.map((交易时间) => broken({ ...PAYMENT, 交易时间 }).rows[0]?.occurredAtMs)
    expect(occurred).toEqual([null, null, null])
  })

  test('a line with a cell too many, or without backticks', () => {
    const [heading, ...rest] = tradeBill().toString().split('\r\n')
    const bill = [heading, `${rest[0]},\`more`, rest[1]?.replaceAll('`', ''), ...rest.slice(2)]
    const { rows, problems } = read(Buffer.from(bill.join('\r\n')))
    expect(rows).toEqual([])
    expect(problems.slice(0, 2).map(({ line, message }) => [line, message])).toEqual([
      [2, 'the line has 28 cells, and the heading 27'],
      [3, 'the line has no backtick in front, and the heading 27'],
    ])
  })

  test('a row that stands twice counts once', () => {
    const { rows, problems } = read(tradeBill({ rows: [PAYMENT, PAYMENT], sums: null }))
    expect(rows).toHaveLength(1)
    expect(problems[0]).toMatchObject({ line: 3 })
    const flow = read(flowBill({ rows: [CHARGE, CHARGE], sums: null }))
    expect(flow.rows).toHaveLength(1)
  })
})

describe('what is no bill is refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'headings'],
    ['another table', Buffer.from('date,amount\n2026-06-24,19.99\n'), 'headings'],
    ['a bill without its amounts', tradeBill({ heading: without('订单金额') }), 'headings'],
    ['a page', Buffer.from('<!doctype html><p>登录</p>'), 'headings'],
    ['another encoding', Buffer.from([0xbd, 0xbb, 0xd2, 0xd7, 0xca, 0xb1, 0xbc, 0xe4]), 'UTF-8'],
  ])('%s', (_, bytes, words) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({
        outcome: 'rejected',
        message: expect.stringMatching(`tradebill 2026-06-24.*${words}`) as unknown,
      }),
    )
  })
})
