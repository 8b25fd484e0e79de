import { describe, expect, test } from 'vitest'
import { orderBody, refundBody } from '../../../../../server/providers/wechat-pay/translate.ts'
import { aConfig, aReference, aWish, MCH_ID } from './fixture.ts'

/** What is sent, for every kind of merchant; and what is not, with the reason for people. */

const CODE = '130061098828009406'
const termsOf = (fields: Record<string, unknown> = {}) => ({
  accountId: 'wechat',
  config: aConfig({ store: { id: '1', name: 'Tea', address: 'Road 1' }, ...fields }),
})
const GLOBAL = { region: 'global', currencies: ['HKD'], merchantCategoryCode: '5812' }
const PARTNER = { partner: { subMchId: '1900000109', subAppIds: ['wx-sub'] } }
const till = termsOf({ paymentCode: true })
const order = (fields: Parameters<typeof aWish>[0], terms = till) => orderBody(aWish(fields), terms)
const rejected = (why: string) =>
  expect.objectContaining({
    outcome: 'rejected',
    accountId: 'wechat',
    message: expect.stringContaining(why),
  })

describe('an order', () => {
  test.each<[string, Parameters<typeof aWish>[0]]>([
    ['cannot serve app', { scene: 'app' }],
    ['takes no HKD', { amount: { value: 1, currency: 'HKD' } }],
    ['order numbers of 6 to 32', { outTradeNo: 'p1001' }],
    ['order numbers of 6 to 32', { outTradeNo: 'p1001abc ' }],
    ['order numbers of 6 to 32', { outTradeNo: ' p1001abc' }],
    ["payer's openid for miniProgram", { payer: null }],
    ["payer's openid for officialAccount", { scene: 'officialAccount', payer: null }],
    ["code that the payer's phone shows", { scene: 'paymentCode' }],
  ])('is refused before it is sent, and says why: %s', (why, fields) => {
    expect(() => order(fields)).toThrow(rejected(why))
  })

  test('on an OA page is paid by the payer who has logged in there', () => {
    expect(order({ scene: 'officialAccount' })).toMatchObject({
      appid: 'wx-mini',
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    })
  })

  test.each(['1300610988280094', '130061098828009406', '130061098828009406123456'])(
    'at a till takes the code %s',
    (paymentCode) => {
      expect(order({ scene: 'paymentCode', paymentCode })).toMatchObject({
        payer: { auth_code: paymentCode },
        scene_info: { store_info: { id: '1' } },
      })
    },
  )

  test.each([
    '',
    '130061098828009',
    `${CODE}1234567`,
    ` ${CODE}`,
    `${CODE}x`,
    'https://qr.example',
  ])('at a till takes no other picture for a code: %j', (paymentCode) => {
    expect(() => order({ scene: 'paymentCode', paymentCode })).toThrow(rejected('code that'))
  })

  test('is notified to an address of 255 characters, and to no longer one', () => {
    const real = { ...till, config: { ...till.config, endpoint: 'https://api.mch.weixin.qq.com' } }
    const address = (length: number) => 'https://shop.example/'.padEnd(length, 'n')
    expect(order({ notifyUrl: address(255) }, real).notify_url).toHaveLength(255)
    expect(() => order({ notifyUrl: address(256) }, real)).toThrow(rejected('up to 255 long'))
  })

  test.each(['172.20.0.1', '172.31.255.255', '169.254.1.1', '::'])(
    'for H5 is refused from %s, which is nobody’s public address',
    (payerIp) => {
      const real = { ...till, config: { ...till.config, endpoint: 'https://api.example' } }
      expect(() => order({ scene: 'mobileWeb', payerIp }, real)).toThrow(rejected('public address'))
    },
  )

  test('for H5 is taken from a public address in its longer spelling', () => {
    const real = { ...till, config: { ...till.config, endpoint: 'https://api.example' } }
    const payerIp = '::ffff:203.0.113.7'
    expect(order({ scene: 'mobileWeb', payerIp }, real).scene_info?.payer_client_ip).toBe(payerIp)
  })
})

describe('the order of a global merchant', () => {
  const amount = { value: 1999, currency: 'HKD' }

  test('says what is sold, and where for H5', () => {
    expect(order({ scene: 'mobileWeb', amount }, termsOf(GLOBAL))).toMatchObject({
      trade_type: 'MWEB',
      merchant_category_code: '5812',
      scene_info: {
        payer_client_ip: '203.0.113.7',
        store_info: { id: '1', name: 'Tea', address: 'Road 1' },
      },
    })
  })

  test('has fields that a mainland merchant, category or not, never sends', () => {
    const mainland = order({}, termsOf({ merchantCategoryCode: '5812' }))
    expect(mainland).not.toHaveProperty('trade_type')
    expect(mainland).not.toHaveProperty('merchant_category_code')
  })
})

describe('a refund', () => {
  const amount = { value: 500, currency: 'CNY' }
  const wish = { payment: aReference(), outRefundNo: 'rf1001', amount, reason: null }
  const body = {
    out_trade_no: 'p1001abc',
    out_refund_no: 'rf1001',
    notify_url: 'https://shop.example/n',
    amount: { refund: 500, total: 1999, currency: 'CNY' },
  }

  test('gives no reason where the merchant gave none', () => {
    expect(refundBody(wish, till)).toStrictEqual(body)
    expect(refundBody({ ...wish, reason: 'cold tea' }, till)).toStrictEqual({
      ...body,
      reason: 'cold tea',
    })
  })

  test('names whoever took the money, as the kind of merchant demands', () => {
    const party = (fields: Record<string, unknown>) => refundBody(wish, termsOf(fields))
    expect(party(PARTNER)).toStrictEqual({ sub_mchid: '1900000109', ...body })
    expect(party(GLOBAL)).toStrictEqual({ appid: 'wx-mini', mchid: MCH_ID, ...body })
    expect(party({ ...GLOBAL, ...PARTNER })).toStrictEqual({
      sp_appid: 'wxd678efh567hg6787',
      sp_mchid: MCH_ID,
      sub_mchid: '1900000109',
      ...body,
    })
  })

  test.each([
    ['only in the currency of the payment', { amount: { value: 1, currency: 'HKD' } }],
    ['refund numbers of 1 to 64', { outRefundNo: 'rf 1' }],
    ['refund numbers of 1 to 64', { outRefundNo: '' }],
  ])('is refused before it is sent, and says why: %s', (why, fields) => {
    expect(() => refundBody({ ...wish, ...fields }, till)).toThrow(rejected(why))
  })
})
