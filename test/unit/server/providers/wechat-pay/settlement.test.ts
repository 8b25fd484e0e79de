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
  TRADE_SUMS_HEADING,
  tradeBill,
  type Values,
  without,
} from './bills.ts'

const CNY = (value: number) => ({ value, currency: 'CNY' })
const nothing: Values = { ...PAYMENT, 订单金额: '0.00', 应结订单金额: '0.00', 手续费: '0.00000' }
const only = (row: Values) => read(tradeBill({ rows: [row], sums: null })).rows[0]

describe('a trade bill', () => {
  test('tells of a payment what the payer owed, what reaches the account, and the fee', () => {
    const { rows, problems } = read(tradeBill())
    expect(problems).toEqual([])
    expect(rows[0]).toEqual({
      accountId: 'wechat',
      rowId: 'trade:4200001234202606240000000001:SUCCESS',
      source: 'tradebill 2026-06-24',
      line: 2,
      kind: 'payment',
      status: 'paid',
      outTradeNo: 'p1001abc',
      providerPaymentId: '4200001234202606240000000001',
      outRefundNo: null,
      providerRefundId: null,
      appId: 'wx-mini',
      occurredAtMs: Date.UTC(2026, 5, 24, 10, 15, 30),
      amount: CNY(1999),
      settled: CNY(1800),
      fee: CNY(-11),
      rate: null,
      providerStatus: 'SUCCESS',
      unknownStatus: false,
    })
  })

  test('tells of a refund both numbers, and money away with its fee coming back', () => {
    expect(read(tradeBill()).rows[1]).toMatchObject({
      kind: 'refund',
      status: 'succeeded',
      outTradeNo: 'p1001abc',
      outRefundNo: 'rf1001',
      providerRefundId: '50000000382019052709732678859',
      occurredAtMs: Date.UTC(2026, 5, 24, 12),
      amount: CNY(-500),
      settled: CNY(-450),
      fee: CNY(3),
      providerStatus: 'REFUND SUCCESS',
    })
  })

  test('keeps nothing of who paid', () => {
    expect(JSON.stringify(read(tradeBill()))).not.toContain('oUpF8')
  })

  test.each([
    ['SUCCESS', 'succeeded'],
    ['PROCESSING', 'processing'],
    ['FAIL', 'failed'],
    ['CHANGE', 'needsAction'],
  ])('a refund that is %s is %s', (退款状态, status) => {
    expect(only({ ...REFUND, 退款状态 })).toMatchObject({ status, unknownStatus: false })
  })

  test.each([
    [{ ...REFUND, 退款状态: 'ABNORMAL' }, 'refund', 'processing', 'REFUND ABNORMAL'],
    [{ ...REFUND, 交易状态: 'LIMBO' }, 'refund', 'processing', 'LIMBO SUCCESS'],
    [{ ...PAYMENT, 交易状态: 'LIMBO' }, 'payment', 'pending', 'LIMBO'],
    [{ ...PAYMENT, 交易状态: 'toString' }, 'payment', 'pending', 'toString'],
  ])('a word that nobody knows is kept and claims nothing: %#', (row, kind, status, words) => {
    expect(only(row)).toMatchObject({ kind, status, providerStatus: words, unknownStatus: true })
  })

  test('a payment by code that was taken back was not paid, on both of its lines', () => {
    const back = { ...nothing, 交易状态: 'REVOKED', 申请退款金额: '19.99', 退款金额: '18.00' }
    const other = { ...PAYMENT, 微信订单号: '4200001234202606240000000002' }
    const { rows } = read(tradeBill({ rows: [PAYMENT, back, other], sums: null }))
    expect(
      rows.map(({ kind, status, amount, settled }) => [kind, status, amount, settled]),
    ).toEqual([
      ['payment', 'cancelled', CNY(1999), CNY(1800)],
      ['payment', 'cancelled', CNY(-1999), CNY(-1800)],
      ['payment', 'paid', CNY(1999), CNY(1800)],
    ])
    expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(3)
  })

  test('and where that line tells no sum going back, it is that of the order', () => {
    const back = { ...PAYMENT, 交易状态: 'REVOKED' }
    expect(only(back)).toMatchObject({ amount: CNY(-1999), settled: CNY(-1800) })
  })

  test('without a fee has a fee of nothing, and not of less', () => {
    expect(only(nothing)).toMatchObject({ amount: CNY(0), settled: CNY(0), fee: CNY(0) })
    expect(Object.is(only(nothing)?.fee?.value, 0)).toBe(true)
  })

  test('of payments or of refunds alone names the same rows as that of the whole day', () => {
    const whole = read(tradeBill()).rows
    const refundColumns = ['微信退款单号', '商户退款单号', '退款金额', '充值券退款金额', '退款类型']
    const payments = tradeBill({
      heading: without(...refundColumns, '退款状态', '申请退款金额'),
      rows: [PAYMENT],
      sums: null,
    })
    const refunds = tradeBill({ heading: `退款申请时间,${without()}`, rows: [REFUND], sums: null })
    expect(read(payments).rows).toEqual([whole[0]])
    expect(read(refunds).rows).toEqual([{ ...whole[1], line: 2 }])
  })

  test('in the early format has one amount, and does not tell what was settled', () => {
    const early = (row: Values): Values => ({ ...row, 总金额: row['订单金额'] ?? '' })
    const heading = without('应结订单金额', '代金券金额', '申请退款金额', '订单金额')
    const bill = tradeBill({
      heading: `${heading.replace('特约商户号', '子商户号')},总金额`,
      rows: [PAYMENT, REFUND].map(early),
      sumsHeading: '总交易单数,总交易额,总退款金额,手续费总金额',
      sums: { 总交易单数: '2.0', 总交易额: '19.99', 总退款金额: '4.5', 手续费总金额: '0.08' },
    })
    const { rows, problems } = read(bill)
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      { amount: CNY(1999), settled: null },
      { amount: CNY(-450), settled: null },
    ])
  })

  test('a comma or a quote in what the merchant wrote moves no column', () => {
    const 商品名称 = 'Tea, "green", 龙井'
    expect(only({ ...PAYMENT, 商品名称 })).toEqual(only(PAYMENT))
  })

  test.each(['\r\n', '\n'] as const)('reads the same with lines that end in %j', (lineEnd) => {
    expect(read(tradeBill({ lineEnd }))).toEqual(read(tradeBill()))
  })

  test('without its byte order mark reads the same', () => {
    expect(read(tradeBill().subarray(3))).toEqual(read(tradeBill()))
  })

  test('of a service provider gives one sub-merchant its own rows', () => {
    const sub = (特约商户号: string) => ({ ...PAYMENT, 特约商户号 })
    const bill = tradeBill({ rows: [sub('1900000109'), sub('1900000110'), PAYMENT], sums: null })
    const mine = read(bill, { subMchId: '1900000109', subAppIds: [] }).rows
    // The bill names one app, and an order has two.
    expect(mine).toMatchObject([{ line: 2, appId: null }])
    expect(read(bill).rows).toMatchObject([{ line: 4, appId: 'wx-mini' }])
  })

  test('with its sums in many decimals agrees with its rows', () => {
    const sums = { ...SUMS, 总交易单数: '2.0', 手续费总金额: '0.08', 订单总金额: '19.990' }
    expect(read(tradeBill({ sums, sumsHeading: TRADE_SUMS_HEADING })).problems).toEqual([])
  })
})

describe('a fund-flow bill', () => {
  test('tells what came into the account and what left it, and nothing of who has paid', () => {
    const { rows, problems } = read(flowBill())
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      {
        kind: 'payout',
        status: null,
        outTradeNo: 'p1001abc',
        providerPaymentId: '4200001234202606240000000001',
        occurredAtMs: Date.UTC(2026, 5, 24, 10, 15, 31),
        amount: null,
        settled: CNY(1800),
        fee: null,
      },
      { kind: 'fee', status: null, outTradeNo: 'p1001abc', settled: CNY(-11), fee: CNY(-11) },
    ])
  })

  test('names a refund by its numbers', () => {
    const row: Values = {
      ...FLOW,
      微信支付业务单号: '50300806962021020105978994968',
      业务类型: '退款',
      业务名称: '退款',
      收支类型: '支出',
      业务凭证号: 'rf1001',
    }
    expect(read(flowBill({ rows: [row], sums: null })).rows).toMatchObject([
      {
        kind: 'payout',
        outTradeNo: null,
        outRefundNo: 'rf1001',
        providerRefundId: '50300806962021020105978994968',
        settled: CNY(-1800),
        providerStatus: '退款 退款 支出',
      },
    ])
  })

  test('keeps a kind of business that nobody knows, and says so', () => {
    const row = { ...FLOW, 业务类型: '分账' }
    expect(read(flowBill({ rows: [row], sums: null })).rows).toMatchObject([
      { kind: 'payout', unknownStatus: true, outTradeNo: null, settled: CNY(1800) },
    ])
  })

  test('reads the same with the wide brackets of some copies', () => {
    const wide = flowBill().toString().replaceAll('(元)', '（元）')
    expect(read(Buffer.from(wide))).toEqual(read(flowBill()))
  })

  test('has rows of its own: none is a row of the trade bill, nor one of another', () => {
    const later = { ...CHARGE, '账户结余(元)': '117.78' }
    const sums = { ...FLOW_SUMS, 资金流水总笔数: '3', 支出笔数: '2', 支出金额: '0.22' }
    const flow = read(flowBill({ rows: [FLOW, CHARGE, later], sums }))
    const rows = [...read(tradeBill()).rows, ...flow.rows]
    expect(flow.problems).toEqual([])
    expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(5)
  })
})
