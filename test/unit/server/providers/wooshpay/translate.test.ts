import { describe, expect, test } from 'vitest'
import {
  clientAction,
  createRequest,
  merchantNumber,
  paymentFact,
  refusalMeaning,
} from '../../../../../server/providers/wooshpay/translate.ts'
import {
  millisecondsOf,
  paymentIntentSchema,
} from '../../../../../server/providers/wooshpay/wire.ts'
import { aConfig, anIntent, aWish, outcomeOf, PAYMENT_ID, QR_ACTION } from './fixture.ts'

const accountId = 'wooshpay'
const account = (fields: Record<string, unknown> = {}) => ({ accountId, config: aConfig(fields) })
const intent = (status: string, fields: Record<string, unknown> = {}) =>
  paymentIntentSchema.parse(anIntent(status, fields))
const fact = (
  status: string,
  fields: Record<string, unknown> = {},
  told: Partial<Parameters<typeof paymentFact>[1]> = {},
) => paymentFact(intent(status, fields), { accountId, source: 'query', ...told })

describe('a wish that WooshPay cannot take is refused', () => {
  const payer = { appId: 'wx1', openid: 'o1' }
  const till = (paymentCode: string | null) => aWish({ scene: 'paymentCode', paymentCode })
  const dear = aWish({ amount: { value: 5_000_001, currency: 'USD' } })
  test.each([
    ['an app', aWish({ scene: 'app' }), 'cannot serve app'],
    [
      'a Mini Program without the setting',
      aWish({ scene: 'miniProgram', payer }),
      'set miniProgramTerminalType',
    ],
    [
      'an Official Account page without its payer',
      aWish({ scene: 'officialAccount' }),
      "payer's openid for officialAccount",
    ],
    ['a till without a code', till(null), 'the 18 digits scanned'],
    ['a till with half a code', till('1345'), 'the 18 digits scanned'],
    ['a till with words', till('x'.repeat(18)), 'the 18 digits scanned'],
    ['a till with a digit too many', till('1'.repeat(19)), 'the 18 digits scanned'],
    ['a till with a space before', till(` ${'1'.repeat(18)}`), 'the 18 digits scanned'],
    ['a till with a word behind', till(`${'1'.repeat(18)}x`), 'the 18 digits scanned'],
    ['yen', aWish({ amount: { value: 100, currency: 'JPY' } }), 'takes no JPY'],
    ['more than 50,000 USD', dear, 'at most 50,000 USD'],
    ['a number with an apostrophe', aWish({ outTradeNo: "p'1" }), '1 to 64 letters'],
    ['a number that is too long', aWish({ outTradeNo: 'p'.repeat(65) }), '1 to 64 letters'],
  ])('%s', (_, wish, why) => {
    const create = () => createRequest(wish, account())
    expect(outcomeOf(create)).toBe('rejected')
    expect(create).toThrow(why)
  })

  test('a currency that the account does not have', () => {
    const narrow = account({ currencies: ['USD'] })
    expect(outcomeOf(() => createRequest(aWish(), narrow))).toBe('rejected')
  })
})

describe('a wish that WooshPay can take', () => {
  test('is 50,000 USD exactly, and more where another currency makes it less', () => {
    const dollars = aWish({ amount: { value: 5_000_000, currency: 'USD' } })
    expect(createRequest(dollars, account()).amount).toBe(5_000_000)
    const yuan = aWish({ amount: { value: 6_000_000, currency: 'CNY' } })
    expect(createRequest(yuan, account())).toMatchObject({ amount: 6_000_000, currency: 'CNY' })
  })

  test.each(['OFFICIAL_ACCOUNT', 'MINI_PROGRAM'] as const)(
    'is a Mini Program where the account says how: %s',
    (miniProgramTerminalType) => {
      const payer = { appId: 'wx-mini', openid: 'o-mini' }
      const wish = aWish({ scene: 'miniProgram', payer })
      const { payment_method_options: options } = createRequest(
        wish,
        account({ miniProgramTerminalType }),
      )
      expect(options.wechat_pay).toEqual({
        terminal_type: miniProgramTerminalType,
        client_ip: '203.0.113.7',
        openid: 'o-mini',
      })
    },
  )

  test('tells no openid where none is asked for', () => {
    const wish = aWish({ payer: { appId: 'wx1', openid: 'o1' } })
    expect(createRequest(wish, account()).payment_method_options.wechat_pay.openid).toBeUndefined()
  })

  test('is the same on every repeat, and never cuts a character in half', () => {
    const wish = aWish({ description: `${'x'.repeat(126)}🍵` })
    expect(createRequest(wish, account())).toEqual(createRequest(wish, account()))
    expect(createRequest(wish, account()).description).toBe('x'.repeat(126))
    const whole = createRequest(aWish({ description: '🍵 tea' }), account())
    expect(whole.description).toBe('🍵 tea')
  })

  test('carries a number of up to 64 characters', () => {
    expect(merchantNumber('p'.repeat(64), accountId)).toHaveLength(64)
  })
})

describe('the status of a payment', () => {
  test.each([
    ['requires_payment_method', 'pending', false],
    ['requires_confirmation', 'pending', false],
    ['requires_action', 'pending', false],
    ['processing', 'pending', false],
    ['requires_capture', 'pending', true],
    ['succeeded', 'paid', false],
    ['canceled', 'cancelled', false],
    ['cancelled', 'cancelled', false],
    ['failed', 'failed', false],
    ['refunded', 'pending', true],
    ['SUCCEEDED', 'pending', true],
    ['constructor', 'pending', true],
  ])('%s means %s', (word, status, unknownStatus) => {
    expect(fact(word)).toMatchObject({ status, unknownStatus, providerStatus: word })
  })

  test('requires_payment_method after a failed try means failed', () => {
    const error = { type: 'card_error' }
    expect(fact('requires_payment_method', { last_payment_error: error }).status).toBe('failed')
    expect(fact('requires_payment_method', {}, { tryFailed: true }).status).toBe('failed')
    expect(fact('requires_payment_method', { last_payment_error: '' }).status).toBe('pending')
    expect(fact('requires_action', { last_payment_error: error }).status).toBe('pending')
  })
})

describe('what was paid', () => {
  test.each([
    ['nothing told', {}, 20],
    ['null, as published', { amount_received: null }, 20],
    ['zero', { amount_received: 0 }, 20],
    ['the same', { amount_received: 20 }, 20],
    ['less', { amount_received: 19 }, 19],
    ['more', { amount_received: 21 }, 21],
  ])('is what came in: %s', (_, fields, value) => {
    expect(fact('succeeded', fields).amount).toEqual({ value, currency: 'CNY' })
  })

  test('is in their currency, whatever its letters', () => {
    expect(fact('succeeded', { currency: 'usd' }).amount?.currency).toBe('USD')
  })

  test('is compared as the whole sum while nothing has come in', () => {
    const open = fact('requires_action', { amount: 7, amount_received: 3 })
    expect(open.amount).toEqual({ value: 7, currency: 'CNY' })
  })
})

describe('the numbers of a payment', () => {
  test('are theirs, and the one they repeat before the one we asked by', () => {
    const told = { outTradeNo: 'p1001', providerPaymentId: PAYMENT_ID }
    expect(fact('processing', { merchant_order_id: 'p2' }, told)).toMatchObject({
      outTradeNo: 'p2',
      providerPaymentId: PAYMENT_ID,
    })
    expect(fact('processing', { merchant_order_id: null }, told).outTradeNo).toBe('p1001')
    expect(fact('processing', { merchant_order_id: undefined }).outTradeNo).toBeNull()
  })

  test('of another payment than asked for are not believed', () => {
    const other = () => fact('succeeded', {}, { providerPaymentId: 'pi_2' })
    expect(outcomeOf(other)).toBe('unverifiable')
    expect(other).toThrow('about something else than was asked for')
  })
})

describe('what the payer is shown', () => {
  const shown = (next_action: unknown, scene: Parameters<typeof clientAction>[1]['scene']) =>
    clientAction(intent('requires_action', { next_action }), { scene, accountId, expiresAtMs: 1 })

  test('is known by the key that is there, whatever the type says', () => {
    const odd = { ...QR_ACTION, type: 'wechat_pay_redirect_to_web' }
    expect(shown(odd, 'desktopQr').kind).toBe('qrCode')
  })

  test('is a picture where they send one', () => {
    const image = 'data:image/png;base64,iVBORw0K'
    const action = { wechat_pay_display_qr_code: { image_data_url: image } }
    const picture = { kind: 'qrCode', content: null, image, expiresAtMs: 1 }
    expect(shown(action, 'desktopQr')).toEqual(picture)
  })

  test('is a code, whatever address stands in it', () => {
    const content = 'https://qr.example/?next=data:image/png'
    const action = { wechat_pay_display_qr_code: { image_data_url: content } }
    expect(shown(action, 'desktopQr')).toMatchObject({ kind: 'qrCode', content, image: null })
  })

  test.each(['https://wap.example/pay', 'http://wap.example/pay', 'weixin://wap/pay?prepayid=1'])(
    'is the address to go to: %s',
    (url) => {
      const action = { wechat_pay_redirect_to_web: { url } }
      expect(shown(action, 'mobileWeb')).toEqual({ kind: 'redirect', url, expiresAtMs: 1 })
    },
  )

  test('is nothing but waiting at the till', () => {
    expect(shown(null, 'paymentCode')).toEqual({ kind: 'wait', expiresAtMs: 1 })
  })

  const params = {
    appId: 'wx1',
    timeStamp: '1682239457',
    nonceStr: 'n',
    package: 'prepay_id=wx1',
    signType: 'RSA',
    paySign: 's',
  }
  test.each(['MD5', 'HMAC-SHA256', 'RSA'])('is signed with %s', (signType) => {
    const action = { wechat_pay_official_account_params: { ...params, signType } }
    expect(shown(action, 'officialAccount')).toMatchObject({
      kind: 'wechatPay',
      payParams: { ...params, signType },
    })
  })

  test.each([
    ['nothing', null],
    ['an action of another kind', { type: 'use_sdk', use_sdk: {} }],
    ['an empty code', { wechat_pay_display_qr_code: { image_data_url: '' } }],
    ['a script', { wechat_pay_redirect_to_web: { url: 'javascript:alert(1)' } }],
    [
      'a script with an address in it',
      { wechat_pay_redirect_to_web: { url: 'javascript:open("https://evil.example")' } },
    ],
    ['half an address', { wechat_pay_redirect_to_web: { url: 'https://' } }],
    [
      'an unknown signType',
      { wechat_pay_official_account_params: { ...params, signType: 'XXXX' } },
    ],
    ['parameters with a gap', { wechat_pay_official_account_params: { ...params, paySign: '' } }],
  ])('cannot be made of %s', (_, action) => {
    expect(outcomeOf(() => shown(action, 'desktopQr'))).toBe('unknown')
    expect(() => shown(action, 'desktopQr')).toThrow('nothing to show the payer for desktopQr')
  })

  test('does not hold up the status where it cannot be read', () => {
    expect(fact('succeeded', { next_action: 'later' }).status).toBe('paid')
  })

  test('tells the app that the parameters were signed for', () => {
    const action = { wechat_pay_official_account_params: params }
    expect(fact('requires_action', { next_action: action }).appId).toBe('wx1')
  })
})

test.each([
  [400, 'rejected', null],
  [401, 'rejected', null],
  [402, 'rejected', null],
  [403, 'rejected', null],
  [404, 'rejected', null],
  [408, 'unknown', null],
  [409, 'unknown', 1_000],
  [425, 'notSent', 1_000],
  [429, 'notSent', 2_000],
  [302, 'unknown', null],
  [500, 'unknown', null],
  [503, 'unknown', null],
])('HTTP %i is %s, worth another try after %j ms', (status, outcome, retryAfterMs) => {
  expect(refusalMeaning(status)).toEqual({ outcome, retryAfterMs })
})

test.each([
  [1686189348000, 1686189348000],
  [1686189348, 1686189348000],
  [99_999_999_999, 99_999_999_999_000],
  [100_000_000_000, 100_000_000_000],
])('%i is %i in milliseconds', (created, atMs) => {
  expect(millisecondsOf(created)).toBe(atMs)
})
