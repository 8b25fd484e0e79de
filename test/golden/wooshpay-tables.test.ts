import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { VirtualClock } from '../../sandbox/clock.ts'
import { createWeixinJSBridge } from '../../shared/bridges/weixin-js-bridge.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, aWish, golden, printed, rowsOf } from './golden.ts'
import { wooshpay } from './register/wooshpay.ts'
import { PAGE_PARAMS, printedJson, requestFor, wooshpayAnswering } from './wooshpay.ts'

const WEB_ANSWER = printedJson('wooshpay/web-response.txt')

/** The cells of a printed table, by the text of the first. */
const cellsOf = (row: string) => row.split('|').map((cell) => cell.replaceAll('*', '').trim())
function featureNamed(name: string): string {
  const [, , value = ''] =
    rowsOf('wooshpay/features.txt')
      .map(cellsOf)
      .find(([, first]) => first === name) ?? []
  return value
}

const refundable = aReference({
  providerPaymentId: 'pi_1666625039547498496',
  amount: { value: 20, currency: 'CNY' },
})
const refundOf = (id: string, amount: number) => ({
  id,
  object: 'refund',
  amount,
  currency: 'CNY',
  status: 'succeeded',
  payment_intent: 'pi_1666625039547498496',
})

type Call = readonly [name: string, params: unknown]
/** A WeChat page that remembers what it was asked to open, and answers. */
function wechatPage(calls: Call[]) {
  const invoke = (name: string, params: unknown, done: (answer: { err_msg: string }) => void) => {
    calls.push([name, params])
    done({ err_msg: 'get_brand_wcpay_request:ok' })
  }
  return { invoke }
}

async function openedByUs(): Promise<{ calls: readonly Call[]; outcome: unknown }> {
  const calls: Call[] = []
  const document = { addEventListener: () => undefined, removeEventListener: () => undefined }
  const window = { WeixinJSBridge: wechatPage(calls) }
  const bridge = createWeixinJSBridge({ window, document, clock: new VirtualClock(0) })
  const outcome = await bridge.invoke({ kind: 'wechatPay', payParams: PAGE_PARAMS })
  return { calls, outcome }
}

const TERMINALS: Readonly<Record<string, Scene>> = {
  'Web Payment': 'desktopQr',
  'Quick Pay': 'paymentCode',
  'H5 Payment': 'mobileWeb',
  'Official Account Payment 微信公众号支付': 'officialAccount',
}
const PRODUCTS: Readonly<Record<string, Scene>> = {
  'Web Payment': 'desktopQr',
  'Quick Pay': 'paymentCode',
  'H5 payment': 'mobileWeb',
  'Official Account\t微信公众号': 'officialAccount',
  'Mini Program\t小程序': 'miniProgram',
}

async function terminalTypeFor(scene: Scene): Promise<unknown> {
  const answer = {
    ...WEB_ANSWER,
    next_action: {
      wechat_pay_redirect_to_web: { url: 'https://wx.tenpay.com/cgi-bin/x' },
    },
  }
  const payer = { appId: PAGE_PARAMS.appId, openid: 'oUpF8uMuAJO' }
  const wish = aWish({ scene, payer, paymentCode: '134567890123456789' })
  const { payment_method_options: options } = await requestFor(wish, answer)
  return options
}

golden(wooshpay, 'wooshpay-tables', {
  '特点: 用户支付货币 (currencies of the payer)': async () => {
    const { provider } = wooshpayAnswering([])
    const printedCodes = featureNamed('用户支付货币').match(/[A-Z]{3}/g)
    expect(printedCodes).toEqual(['CNY', 'GBP', 'USD', 'EUR', 'HKD'])
    expect(provider.capabilities.currencies).toEqual(printedCodes)
    const yen = aWish({ amount: { value: 20, currency: 'JPY' } })
    expect((await failureOf(() => provider.createPayment(yen))).outcome).toBe('rejected')
  },

  '特点: 最小交易金额, 最大交易金额 (limits)': async () => {
    expect(featureNamed('最小交易金额')).toBe('没有限制')
    expect(featureNamed('最大交易金额')).toBe('50,000 USD')
    const { provider } = wooshpayAnswering([])
    expect(provider.capabilities.amount.minMinor).toBe(1)
    const dollars = (value: number) => aWish({ amount: { value, currency: 'USD' } })
    const answer = { ...WEB_ANSWER, amount: 5_000_000, currency: 'USD' }
    expect(await requestFor(dollars(5_000_000), answer)).toMatchObject({ amount: 5_000_000 })
    const tooMuch = await failureOf(() => provider.createPayment(dollars(5_000_001)))
    expect(tooMuch.outcome).toBe('rejected')
  },

  '特点: 退款, 部分退款, 多次部分退款 (refunds)': async () => {
    expect(['退款', '部分退款', '多次部分退款'].map(featureNamed)).toEqual(['✅', '✅', '✅'])
    const { provider, sent } = wooshpayAnswering([refundOf('re_1', 5), refundOf('re_2', 15)])
    expect(provider.capabilities.refunds).toMatchObject({ partial: true, repeated: true })
    for (const [outRefundNo, value] of [
      ['rf1', 5],
      ['rf2', 15],
    ] as const) {
      const amount = { value, currency: 'CNY' }
      const wish = { payment: refundable, outRefundNo, amount, reason: null }
      expect(await provider.refund?.(wish)).toMatchObject({ status: 'succeeded', amount })
    }
    expect(sent.map(({ text }) => JSON.parse(text))).toMatchObject([{ amount: 5 }, { amount: 15 }])
  },

  '子产品 (products)': () => {
    const listed = rowsOf('wooshpay/products.txt')
      .slice(2)
      .map((row) => cellsOf(row)[2])
    expect(listed).toEqual(Object.keys(PRODUCTS))
    const { provider } = wooshpayAnswering([])
    const scenes = Object.values(PRODUCTS).filter((scene) => scene !== 'miniProgram')
    expect(provider.capabilities.scenes.toSorted()).toEqual(scenes.toSorted())
    const asked = wooshpayAnswering([], { miniProgramTerminalType: 'OFFICIAL_ACCOUNT' }).provider
    expect(asked.capabilities.scenes.toSorted()).toEqual(Object.values(PRODUCTS).toSorted())
  },

  'Payment method enumeration values: wechat_pay': async () => {
    const body = await requestFor(aWish({}), WEB_ANSWER)
    expect(body).toMatchObject({ payment_method_data: { type: 'wechat_pay' } })
    expect(body['payment_method_options']).toHaveProperty('wechat_pay')
  },

  'terminal_type enumeration values': async () => {
    const rows = rowsOf('wooshpay/terminal-types.txt').slice(2).map(cellsOf)
    expect(rows.map(([, , product]) => product)).toEqual(Object.keys(TERMINALS))
    for (const [, method, product = '', terminal_type] of rows) {
      expect(method).toBe('Direct API')
      const scene = TERMINALS[product] ?? 'app'
      expect(await terminalTypeFor(scene)).toMatchObject({ wechat_pay: { terminal_type } })
    }
  },

  'get_brand_wcpay_request:ok is not absolutely reliable': async () => {
    // It ends the cashier and decides nothing: the server is asked what became of the payment.
    expect((await openedByUs()).outcome).toEqual({ surface: 'finished' })
  },

  '微信公众号支付: js example': async () => {
    const theirs: Call[] = []
    const globals = { WeixinJSBridge: wechatPage(theirs), document: {} }
    runInNewContext(printed('wooshpay/official-account-page.txt'), globals)
    expect((await openedByUs()).calls).toEqual(theirs)
    expect(theirs).toEqual([['getBrandWCPayRequest', PAGE_PARAMS]])
  },
})
