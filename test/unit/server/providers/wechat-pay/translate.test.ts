import { describe, expect, test } from 'vitest'
import {
  orderBody,
  paymentFact,
  refundBody,
  refundFact,
} from '../../../../../server/providers/wechat-pay/translate.ts'
import {
  ERROR_CODES,
  moneyOf,
  rateOf,
  refundSchema,
  refusalMeaning,
  SUPPORT_CODES,
  timeOf,
  transactionSchema,
  wireText,
  wireTime,
} from '../../../../../server/providers/wechat-pay/wire.ts'
import { aConfig, anOrder, aReference, aRefund, aWish } from './fixture.ts'

const terms = { accountId: 'wechat', config: aConfig() }
const real = { ...terms, config: { ...terms.config, endpoint: 'https://api.mch.weixin.qq.com' } }
const told = { ...terms, source: 'query' } as const

describe('words of WeChat Pay', () => {
  test.each([
    ['SUCCESS', 'paid', false],
    ['REFUND', 'paid', false],
    ['NOTPAY', 'pending', false],
    ['USERPAYING', 'pending', false],
    ['CLOSED', 'expired', false],
    ['REVOKED', 'cancelled', false],
    ['PAYERROR', 'failed', false],
    ['TOMORROW', 'pending', true],
    ['toString', 'pending', true],
  ])('trade_state %s is %s', (word, status, unknownStatus) => {
    const fact = paymentFact(transactionSchema.parse(anOrder(word)), told)
    expect(fact).toMatchObject({ status, unknownStatus, providerStatus: word })
  })

  test.each([
    ['SUCCESS', 'succeeded', false],
    ['PROCESSING', 'processing', false],
    ['ABNORMAL', 'needsAction', false],
    ['CLOSED', 'failed', false],
    ['REFUNDCLOSE', 'failed', false],
    ['TOMORROW', 'processing', true],
  ])('refund status %s is %s', (word, status, unknownStatus) => {
    const fact = refundFact(refundSchema.parse(aRefund(word)), told)
    expect(fact).toMatchObject({ status, unknownStatus })
  })

  test('of an error mean the same with and without underscores', () => {
    const requestId = ''
    for (const code of ['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'order_not_exist']) {
      expect(refusalMeaning(404, { code, requestId }).kind).toBe('notFound')
    }
    expect(Object.keys(ERROR_CODES).every((word) => /^[A-Z]+$/.test(word))).toBe(true)
    expect(Object.keys(SUPPORT_CODES)).toHaveLength(16)
  })

  test('of a server in trouble never say that something is not there or is paid', () => {
    for (const code of ['ORDER_NOT_EXIST', 'ORDERPAID']) {
      expect(refusalMeaning(500, { code, requestId: 'x-268512771' })).toEqual({
        outcome: 'unknown',
      })
    }
  })
})

describe('an order', () => {
  const body = (fields: Parameters<typeof aWish>[0], at = terms) => orderBody(aWish(fields), at)

  test('carries no character that WeChat Pay refuses', () => {
    expect(body({ description: '茶 🍵\n\u0007 Tea' }).description).toBe('茶 Tea')
    expect(body({ description: '🍵' }).description).toBe('p1001abc')
    expect(body({ description: '茶'.repeat(200) }).description).toHaveLength(127)
  })

  test.each<[string, Parameters<typeof aWish>[0]]>([
    ['a scene that the account does not serve', { scene: 'app' }],
    ['another currency', { amount: { value: 1, currency: 'HKD' } }],
    ['a short number', { outTradeNo: 'p1' }],
    ['a long number', { outTradeNo: 'p'.repeat(33) }],
    ['no openid', { payer: null }],
  ])('with %s is refused before it is sent', (_, fields) => {
    expect(() => body(fields)).toThrow(expect.objectContaining({ outcome: 'rejected' }))
  })

  test.each([
    'http://shop.example/n',
    'https://shop.example/n?a=1',
    `https://shop.example/${'n'.repeat(250)}`,
  ])('is refused with a notification address that WeChat would refuse: %s', (notifyUrl) => {
    expect(() => body({ notifyUrl }, real)).toThrow('notifies only')
  })

  test.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '172.16.0.1', '::1', 'fd00::1', 'fe80::1'])(
    'for H5 is refused from %s, except in the sandbox',
    (payerIp) => {
      expect(() => body({ scene: 'mobileWeb', payerIp }, real)).toThrow('public address')
      expect(body({ scene: 'mobileWeb', payerIp })).toMatchObject({
        scene_info: { payer_client_ip: payerIp },
      })
    },
  )

  test.each(['203.0.113.7', '172.32.0.1', '100.1.2.3', '2001:db8::1'])(
    'for H5 is taken from %s',
    (payerIp) => {
      expect(() => body({ scene: 'mobileWeb', payerIp }, real)).not.toThrow()
    },
  )
})

test.each([
  ['another currency', { amount: { value: 1, currency: 'HKD' } }],
  ['a number with a space', { outRefundNo: 'rf 1' }],
  ['a long number', { outRefundNo: 'r'.repeat(65) }],
])('a refund with %s is refused before it is sent', (_, fields) => {
  const amount = { value: 1, currency: 'CNY' }
  const wish = { payment: aReference(), outRefundNo: 'rf1', amount, reason: null, ...fields }
  expect(() => refundBody(wish, terms)).toThrow(expect.objectContaining({ outcome: 'rejected' }))
})

describe('on the wire', () => {
  test('times are Beijing’s, in whole seconds, and are read only with a zone', () => {
    expect(wireTime(Date.UTC(2026, 11, 31, 16, 0, 0, 999))).toBe('2027-01-01T00:00:00+08:00')
    expect(timeOf('2018-06-08T10:34:56+08:00')).toBe(Date.UTC(2018, 5, 8, 2, 34, 56))
    for (const text of ['2018-06-08T10:34:56', 'soon+08:00', '', null])
      expect(timeOf(text)).toBeNull()
  })

  test('text has no astral and no lone characters', () => {
    expect(wireText('a\ud83cb  c\u007f', 9)).toBe('a b c')
    expect(wireText('abc def', 4)).toBe('abc')
    expect(wireText(' \n', 9)).toBeNull()
  })

  test('money needs a currency, and a rate has eight decimals', () => {
    expect(moneyOf(0, 'CNY')).toEqual({ value: 0, currency: 'CNY' })
    for (const currency of ['', 'cny', null]) expect(moneyOf(1, currency)).toBeNull()
    expect(moneyOf(null, 'CNY')).toBeNull()
    expect([80_000_000, 644_145_000, 1, 0].map(rateOf)).toEqual([
      '0.80000000',
      '6.44145000',
      '0.00000001',
      '0.00000000',
    ])
    expect(rateOf(null)).toBeNull()
  })
})
