import { expect } from 'vitest'
import type { CreatedPayment } from '../../server/providers/provider.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aWish, golden, printed } from './golden.ts'
import { worldlineConnect } from './register/worldline-connect.ts'
import { PAYER, paymentIn, showForm, worldlineAnswering } from './worldline-connect.ts'

/** The keys of a printed table: each stands before the type of its value. */
const keysIn = (path: string) =>
  [...printed(path).matchAll(/^(\w+) \|\s*String\(\d+\)/gm)].map(([, key]) => key)

async function made(answer: object, scene: Scene): Promise<CreatedPayment> {
  const amount = { value: 1999, currency: 'USD' }
  const wish = aWish({ scene, payer: PAYER, amount })
  return worldlineAnswering([answer]).provider.createPayment(wish)
}

/** Without any one of these keys the payment cannot be put before the payer. */
async function expectNeeded(
  fields: Readonly<Record<string, string>>,
  keys: readonly string[],
  scene: Scene,
): Promise<void> {
  for (const key of keys) {
    const { [key]: _, ...others } = fields
    const failure = await failureOf(() => made(showForm(others), scene))
    expect([key, failure.outcome]).toEqual([key, 'unknown'])
  }
}

const QR = { QRCODE: 'iVBORw0KGgoAAAANSUhEUg==', WECHAT_PAYMENTID: 'wx201410272009395522657a69' }
const INTENT = {
  URLINTENT: 'weixin://wap/pay?prepayid=wx2014&package=1&noncestr=n&sign=s',
  WECHAT_PAYMENTID: 'wx201410272009395522657a69',
}
const IN_APP = {
  WECHAT_SIGNATURE: '703868ed93842f83c9dff4d80d0cad67',
  SIGNATURE_NONCE: 'kLRl3fI6FiP8PXxNNAiytwuQBdoCWXvZ',
  WECHAT_PAYMENTID: 'wx201410272009395522657a69',
}
const CASHIER = {
  appId: 'wx7a154c094f74e84f',
  nonceStr: 'kLRl3fI6FiP8PXxNNAiytwuQBdoCWXvZ',
  packageSign: 'prepay_id=wx201410272009395522657a69',
  paySign: '703868ed93842f83c9dff4d80d0cad67',
  prepayId: 'wx201410272009395522657a69',
  timeStamp: '1682239457',
}

golden(worldlineConnect, 'worldline-connect-responses', {
  'Status REDIRECTED and MerchantAction SHOW_FORM': async () => {
    const { fact, clientAction } = await made(showForm(QR), 'desktopQr')
    expect(fact).toMatchObject({
      status: 'pending',
      providerStatus: 'REDIRECTED',
      unknownStatus: false,
      amount: { value: 1999, currency: 'USD' },
    })
    expect(clientAction?.kind).toBe('qrCode')
  },

  desktopQRCode: async () => {
    expect(keysIn('worldline-connect/desktop-qr-code.txt')).toEqual(Object.keys(QR))
    const { clientAction } = await made(showForm(QR), 'desktopQr')
    const image = `data:image/png;base64,${QR.QRCODE}`
    expect(clientAction).toMatchObject({ kind: 'qrCode', content: null, image })
    await expectNeeded(QR, ['QRCODE'], 'desktopQr')
  },

  urlIntent: async () => {
    expect(keysIn('worldline-connect/url-intent.txt')).toEqual(Object.keys(INTENT))
    const { clientAction } = await made(showForm(INTENT), 'mobileWeb')
    expect(clientAction).toMatchObject({ kind: 'redirect', url: INTENT.URLINTENT })
    await expectNeeded(INTENT, ['URLINTENT'], 'mobileWeb')
  },

  nativeInApp: async () => {
    const keys = keysIn('worldline-connect/native-in-app.txt')
    expect(keys).toEqual(Object.keys(IN_APP))
    const { clientAction } = await made(showForm(IN_APP), 'app')
    // Under the names of WeChat's SDK for apps, which takes them.
    expect(clientAction).toMatchObject({
      kind: 'appPay',
      params: {
        sign: IN_APP.WECHAT_SIGNATURE,
        nonceStr: IN_APP.SIGNATURE_NONCE,
        prepayId: IN_APP.WECHAT_PAYMENTID,
      },
    })
    await expectNeeded(IN_APP, Object.keys(IN_APP), 'app')
  },

  'javaScriptAPI and MiniProgram': async () => {
    const keys = keysIn('worldline-connect/java-script-api-and-mini-program.txt')
    expect(keys).toEqual(Object.keys(CASHIER))
    const payParams = {
      appId: CASHIER.appId,
      timeStamp: CASHIER.timeStamp,
      nonceStr: CASHIER.nonceStr,
      package: CASHIER.packageSign,
      signType: 'MD5',
      paySign: CASHIER.paySign,
    }
    const thirdParty = {
      payment: paymentIn('REDIRECTED'),
      merchantAction: {
        actionType: 'CALL_THIRD_PARTY',
        thirdPartyData: { paymentProduct863: CASHIER },
      },
    }
    for (const scene of ['officialAccount', 'miniProgram'] as const) {
      for (const answer of [showForm(CASHIER), thirdParty]) {
        const { fact, clientAction } = await made(answer, scene)
        expect(clientAction).toMatchObject({ kind: 'wechatPay', payParams })
        expect(fact.appId).toBe(CASHIER.appId)
      }
      await expectNeeded(CASHIER, ['nonceStr', 'packageSign', 'paySign', 'timeStamp'], scene)
      // "prepayId … is not required as an input"; the app is known from the payer.
      const { prepayId: _, appId: __, ...enough } = CASHIER
      const { clientAction } = await made(showForm(enough), scene)
      expect(clientAction).toMatchObject({ kind: 'wechatPay', payParams })
    }
  },
})
