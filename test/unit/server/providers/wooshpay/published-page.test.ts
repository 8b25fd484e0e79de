import { describe, expect, test } from 'vitest'
import {
  clientAction,
  createRequest,
  paymentFact,
} from '../../../../../server/providers/wooshpay/translate.ts'
import { paymentIntentSchema } from '../../../../../server/providers/wooshpay/wire.ts'
import { aConfig, aWish, NOW_MS } from './fixture.ts'

/**
 * Every example of WooshPay's WeChat Pay page, as printed but for its comments and the
 * comma after the last element. Not reproducible: the values shown as XXXX (payment code, JSAPI
 * parameters, an address) and `paySign`, whose key is not published.
 */

const account = { accountId: 'wooshpay', config: aConfig() }
const created = (fields: Record<string, unknown>) =>
  paymentIntentSchema.parse({
    object: 'payment_intent',
    livemode: false,
    currency: 'CNY',
    amount: 20,
    status: 'requires_action',
    payment_method_types: ['wechat_pay'],
    confirmation_method: 'automatic',
    capture_method: 'automatic',
    ...fields,
  })

const WEB_ANSWER = created({
  id: 'pi_1666625039547498496',
  created: 1686189348000,
  client_secret: 'pi_1666625039547498496_secret_qGj2VEg4khXSWkXvRI7Y3yZe',
  next_action: {
    type: 'wechat_pay_display_qr_code',
    wechat_pay_display_qr_code: { image_data_url: 'weixin://wxpay/bizpayurl?pr=lJhTByDzz' },
  },
  payment_method_options: {
    wechat_pay: { terminal_type: 'WEB', os_type: 'IOS', client_ip: '192.168.0.1' },
  },
  return_url: 'https://wooshpay.com',
  payment_method: 'pm_1666625039430057984',
})

const H5_URL =
  'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx08095629694611f41b32df91d6ea160000&package=3449031350&redirect_url=https%3A%2F%2Fwooshpay.com'
const WAP_ANSWER = created({
  id: 'pi_1666625208749916160',
  created: 1686189389000,
  client_secret: 'pi_1666625208749916160_secret_BeEXcbvAQNUkrV9C6ZFjOamS',
  next_action: {
    type: 'wechat_pay_redirect_to_web',
    wechat_pay_redirect_to_web: { url: H5_URL },
  },
  payment_method_options: {
    wechat_pay: { terminal_type: 'WAP', os_type: 'IOS', client_ip: '172.31.5.62' },
  },
  return_url: 'https://wooshpay.com',
  payment_method: 'pm_1666625208624087040',
})

const SCAN_ANSWER = created({
  id: 'pi_1760544113783996416',
  created: 1708581401000,
  livemode: true,
  description: 'test_wechat',
  client_secret: 'pi_1760544113783996416_secret_QXXNIYPfHRYjwDoaZ9D9XMTk',
  payment_method_options: {
    wechat_pay: { terminal_type: 'SCAN_CODE', client_ip: '192.XXX.XX.X' },
  },
  payment_method: 'pm_1760544113712693248',
})

/** The parameters of the page's own example in JavaScript, where the answer shows XXXX. */
const PAY_PARAMS = {
  appId: 'wx7a154c094f74e84f',
  timeStamp: '1682239457',
  nonceStr: 'kLRl3fI6FiP8PXxNNAiytwuQBdoCWXvZ',
  package: 'prepay_id=wx23164417189051acf8825c57d275230000',
  signType: 'MD5',
  paySign: '703868ed93842f83c9dff4d80d0cad67',
}
const JSAPI_ANSWER = created({
  id: 'pi_1666626536515567616',
  created: 1686189705000,
  client_secret: 'pi_1666626536515567616_secret_CcrukFKgxbPp7UEAxodLlNRD',
  next_action: { wechat_pay_official_account_params: PAY_PARAMS },
  payment_method_options: {
    wechat_pay: { openid: '', terminal_type: 'OFFICIAL_ACCOUNT', client_ip: '192.168.0.1' },
  },
  payment_method: 'pm_1666626536389738496',
})

const OURS = { merchant_order_id: 'p1001', description: 'Tea' }

describe('the requests of the WeChat Pay page are ours, but for number and text', () => {
  test('Web Payment', () => {
    const wish = aWish({ payerIp: '192.168.0.1', returnUrl: 'https://wooshpay.com' })
    expect(createRequest(wish, account)).toEqual({
      ...OURS,
      amount: 20,
      currency: 'CNY',
      confirm: true,
      payment_method_options: {
        wechat_pay: { terminal_type: 'WEB', os_type: 'IOS', client_ip: '192.168.0.1' },
      },
      payment_method_data: { type: 'wechat_pay' },
      return_url: 'https://wooshpay.com',
    })
  })

  test('H5 Payment', () => {
    const wish = aWish({
      scene: 'mobileWeb',
      payerIp: '192.168.124.133',
      returnUrl: 'yourwebsite',
    })
    expect(createRequest(wish, account)).toEqual({
      ...OURS,
      amount: 20,
      currency: 'CNY',
      confirm: true,
      payment_method_options: {
        wechat_pay: { terminal_type: 'WAP', client_ip: '192.168.124.133' },
      },
      payment_method_data: { type: 'wechat_pay' },
      return_url: 'yourwebsite',
    })
  })

  test('Quick Pay, with a payment code where the page shows XXXXXXXXXX', () => {
    const paymentCode = '134567890123456789'
    const fields = { scene: 'paymentCode', returnUrl: 'https://yourweb.com' } as const
    const wish = { ...aWish({ ...fields, amount: { value: 10, currency: 'CNY' } }), paymentCode }
    expect(createRequest(wish, account)).toEqual({
      ...OURS,
      amount: 10,
      currency: 'CNY',
      confirm: true,
      payment_method_options: {
        wechat_pay: { terminal_type: 'SCAN_CODE', os_type: 'IOS', client_ip: '203.0.113.7' },
      },
      payment_method_data: { type: 'wechat_pay', wechat_pay: { payment_code: paymentCode } },
      return_url: 'https://yourweb.com',
    })
  })

  test('Official Account Payment, with an openid where the page has an empty one', () => {
    const payer = { appId: PAY_PARAMS.appId, openid: 'oUpF8uMuAJO' }
    const wish = aWish({ scene: 'officialAccount', payer, payerIp: '192.168.0.1' })
    expect(createRequest(wish, account)).toEqual({
      ...OURS,
      amount: 20,
      currency: 'CNY',
      confirm: true,
      payment_method_options: {
        wechat_pay: {
          terminal_type: 'OFFICIAL_ACCOUNT',
          client_ip: '192.168.0.1',
          openid: 'oUpF8uMuAJO',
        },
      },
      payment_method_data: { type: 'wechat_pay' },
    })
  })
})

describe('the answers of the WeChat Pay page are understood', () => {
  const expiresAtMs = NOW_MS + 1
  const shown = (intent: typeof WEB_ANSWER, scene: 'desktopQr' | 'paymentCode' = 'desktopQr') =>
    clientAction(intent, { scene, accountId: 'wooshpay', expiresAtMs })

  test.each([
    ['Web Payment', WEB_ANSWER, 'pi_1666625039547498496'],
    ['H5 Payment', WAP_ANSWER, 'pi_1666625208749916160'],
    ['Quick Pay', SCAN_ANSWER, 'pi_1760544113783996416'],
    ['Official Account Payment', JSAPI_ANSWER, 'pi_1666626536515567616'],
  ])('%s waits for its payer', (_, intent, id) => {
    const told = { accountId: 'wooshpay', source: 'create', outTradeNo: 'p1001' } as const
    expect(paymentFact(intent, told)).toMatchObject({
      status: 'pending',
      providerStatus: 'requires_action',
      unknownStatus: false,
      providerPaymentId: id,
      outTradeNo: 'p1001',
      amount: { value: 20, currency: 'CNY' },
    })
  })

  test('Web Payment gives the text of a QR code', () => {
    const content = 'weixin://wxpay/bizpayurl?pr=lJhTByDzz'
    expect(shown(WEB_ANSWER)).toEqual({ kind: 'qrCode', content, image: null, expiresAtMs })
  })

  test('H5 Payment gives an address', () => {
    expect(shown(WAP_ANSWER)).toEqual({ kind: 'redirect', url: H5_URL, expiresAtMs })
  })

  test('Quick Pay lets the payer confirm on the phone', () => {
    expect(shown(SCAN_ANSWER, 'paymentCode')).toEqual({ kind: 'wait', expiresAtMs })
  })

  test('Official Account Payment gives the six parameters, untouched', () => {
    expect(shown(JSAPI_ANSWER)).toEqual({ kind: 'wechatPay', payParams: PAY_PARAMS, expiresAtMs })
  })
})
