import { expect } from 'vitest'
import type { CreatedPayment } from '../../server/providers/provider.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aWish, golden, printed } from './golden.ts'
import { wooshpay } from './register/wooshpay.ts'
import { PAGE_PARAMS, printedJson, requestFor, wooshpayAnswering } from './wooshpay.ts'

const OURS = { merchant_order_id: 'p1001', description: 'Tea' }
const WEB = aWish({
  amount: { value: 20, currency: 'CNY' },
  payerIp: '192.168.0.1',
  returnUrl: 'https://wooshpay.com',
})
const H5 = aWish({
  scene: 'mobileWeb',
  amount: { value: 20, currency: 'CNY' },
  payerIp: '192.168.124.133',
  returnUrl: 'yourwebsite',
})
const QUICK = aWish({
  scene: 'paymentCode',
  amount: { value: 10, currency: 'CNY' },
  payerIp: '192.0.2.7',
  returnUrl: 'https://yourweb.com',
  paymentCode: '134567890123456789',
})
const PAGE = aWish({
  scene: 'officialAccount',
  amount: { value: 20, currency: 'CNY' },
  payerIp: '192.168.0.1',
  payer: { appId: PAGE_PARAMS.appId, openid: 'oUpF8uMuAJO' },
})
const PAGE_ANSWER = {
  ...printedJson('wooshpay/official-account-response.txt'),
  next_action: { wechat_pay_official_account_params: PAGE_PARAMS },
}

async function made(answer: object, wish: typeof WEB, fields = {}): Promise<CreatedPayment> {
  const { provider } = wooshpayAnswering([answer], fields)
  return provider.createPayment(wish)
}

/** Every printed answer waits for its payer. */
const waiting = (providerPaymentId: string) => ({
  status: 'pending',
  providerStatus: 'requires_action',
  unknownStatus: false,
  providerPaymentId,
  outTradeNo: 'p1001',
  amount: { value: 20, currency: 'CNY' },
})

golden(wooshpay, 'wooshpay-payments', {
  'Web Payment: Request': async () => {
    const theirs = printedJson('wooshpay/web-request.txt')
    const answer = printedJson('wooshpay/web-response.txt')
    expect(await requestFor(WEB, answer)).toEqual({ ...theirs, ...OURS })
  },

  'Web Payment: Response': async () => {
    expect(() => JSON.parse(printed('wooshpay/web-response.txt'))).toThrow(SyntaxError)
    const { fact, clientAction } = await made(printedJson('wooshpay/web-response.txt'), WEB)
    expect(fact).toMatchObject(waiting('pi_1666625039547498496'))
    // Despite the name image_data_url it is the text of the code.
    const content = 'weixin://wxpay/bizpayurl?pr=lJhTByDzz'
    expect(clientAction).toMatchObject({ kind: 'qrCode', content, image: null })
  },

  'H5 Payment: Request': async () => {
    const theirs = printedJson('wooshpay/h5-request.txt')
    const answer = printedJson('wooshpay/h5-response.txt')
    expect(await requestFor(H5, answer)).toEqual({ ...theirs, ...OURS })
  },

  'H5 Payment: Response': async () => {
    const { fact, clientAction } = await made(printedJson('wooshpay/h5-response.txt'), H5)
    expect(fact).toMatchObject(waiting('pi_1666625208749916160'))
    const url =
      'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx08095629694611f41b32df91d6ea160000&package=3449031350&redirect_url=https%3A%2F%2Fwooshpay.com'
    expect(clientAction).toMatchObject({ kind: 'redirect', url })
  },

  'Quick Pay: Request': async () => {
    const theirs = printed('wooshpay/quick-pay-request.txt')
      .replace('"XXXXXXXXXX"', '"134567890123456789"')
      .replace('192.XXX.XX.X', '192.0.2.7')
    const answer = printedJson('wooshpay/quick-pay-response.txt')
    expect(await requestFor(QUICK, answer)).toEqual({ ...JSON.parse(theirs), ...OURS })
    const { provider, sent } = wooshpayAnswering([])
    const redacted = { ...QUICK, paymentCode: 'XXXXXXXXXX' }
    expect((await failureOf(() => provider.createPayment(redacted))).outcome).toBe('rejected')
    expect(sent).toEqual([])
  },

  'Quick Pay: Response': async () => {
    const answer = printedJson('wooshpay/quick-pay-response.txt')
    expect(answer).toMatchObject({ amount: 20, livemode: true })
    const { fact, clientAction } = await made(answer, QUICK)
    // Asked for 10: the sum told is the fact's, so that it is set aside as a mismatch.
    expect(fact).toMatchObject(waiting('pi_1760544113783996416'))
    expect(clientAction).toMatchObject({ kind: 'wait' })
  },

  'Quick Pay: the password-free payment can be paid directly': async () => {
    const printedAnswer = printedJson('wooshpay/quick-pay-response.txt')
    const paid = { ...printedAnswer, amount: 10, status: 'succeeded' }
    expect(await made(paid, QUICK)).toMatchObject({
      fact: { status: 'paid', amount: { value: 10, currency: 'CNY' } },
      clientAction: null,
    })
  },

  '微信公众号支付: Request': async () => {
    const theirs = printed('wooshpay/official-account-request.txt')
    expect(theirs).toContain('"openid": ""')
    const filled = theirs.replace('"openid": ""', '"openid": "oUpF8uMuAJO"')
    expect(await requestFor(PAGE, PAGE_ANSWER)).toEqual({ ...JSON.parse(filled), ...OURS })
    const { provider, sent } = wooshpayAnswering([])
    const nobody = { ...PAGE, payer: null }
    expect((await failureOf(() => provider.createPayment(nobody))).outcome).toBe('rejected')
    expect(sent).toEqual([])
  },

  '微信公众号支付: Response': async () => {
    const { fact, clientAction } = await made(PAGE_ANSWER, PAGE)
    expect(fact).toMatchObject({
      ...waiting('pi_1666626536515567616'),
      appId: PAGE_PARAMS.appId,
    })
    expect(clientAction).toMatchObject({ kind: 'wechatPay', payParams: PAGE_PARAMS })
    // As printed, with six times XXXX, nothing could open the cashier.
    const asPrinted = printedJson('wooshpay/official-account-response.txt')
    expect((await failureOf(() => made(asPrinted, PAGE))).outcome).toBe('unknown')
  },
})
