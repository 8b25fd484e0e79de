import { describe, expect, test } from 'vitest'
import { clientAction } from '../../../../../server/providers/worldline-connect/translate-action.ts'
import { failureOf } from '../support/failure.ts'
import { aWish } from './fixture.ts'

describe('what the payer does next', () => {
  const wish = (scene: Parameters<typeof aWish>[0]) => ({
    input: aWish(scene),
    accountId: 'worldline',
    expiresAtMs: 7_000,
  })
  const jsapi = {
    appId: 'wx-mini',
    nonceStr: 'n0nce',
    packageSign: 'prepay_id=wx201410272009395522657a690389285100',
    paySign: 'S1GN',
    prepayId: 'wx201410272009395522657a690389285100',
    timeStamp: '1414561699',
  }

  test.each(['miniProgram', 'officialAccount'] as const)(
    'in %s is the cashier with the six signed fields, MD5 where no signType is given',
    (scene) => {
      expect(clientAction(new Map(Object.entries(jsapi)), wish({ scene }))).toEqual({
        kind: 'wechatPay',
        payParams: {
          appId: 'wx-mini',
          timeStamp: '1414561699',
          nonceStr: 'n0nce',
          package: 'prepay_id=wx201410272009395522657a690389285100',
          signType: 'MD5',
          paySign: 'S1GN',
        },
        expiresAtMs: 7_000,
      })
    },
  )

  test.each(['MD5', 'HMAC-SHA256', 'RSA'])('keeps the signType %s', (signType) => {
    const fields = new Map(Object.entries({ ...jsapi, signType }))
    expect(clientAction(fields, wish({}))).toMatchObject({ payParams: { signType } })
  })

  test('is for the app that the answer names, else for the one the payer is in', () => {
    const { appId: _, ...others } = jsapi
    const appIdOf = (fields: Record<string, string>, payer = aWish().payer) => {
      const action = clientAction(new Map(Object.entries(fields)), wish({ payer }))
      return action.kind === 'wechatPay' ? action.payParams.appId : null
    }
    expect(appIdOf({ ...jsapi, appId: 'wx-theirs' })).toBe('wx-theirs')
    expect(appIdOf(others)).toBe(aWish().payer?.appId)
    expect(appIdOf(jsapi, null)).toBe('wx-mini')
    expect(() => appIdOf(others, null)).toThrow('no appId for miniProgram')
  })

  test('at a desktop is a picture of the code', () => {
    const fields = new Map([
      ['QRCODE', 'iVBORw0K\nGgo='],
      ['WECHAT_PAYMENTID', 'wx1'],
    ])
    expect(clientAction(fields, wish({ scene: 'desktopQr' }))).toEqual({
      kind: 'qrCode',
      content: null,
      image: 'data:image/png;base64,iVBORw0KGgo=',
      expiresAtMs: 7_000,
    })
  })

  test.each([
    'weixin://wap/pay?prepayid=wx1',
    'WEIXIN://wap/pay?prepayid=wx1',
    'intent://wap/pay?prepayid=wx1#Intent;scheme=weixin;end',
    'https://wx.tenpay.example/pay?prepayid=wx1',
    'http://wx.tenpay.example/pay?prepayid=wx1',
  ])('in a phone browser is the address that opens WeChat: %s', (url) => {
    const fields = new Map([['URLINTENT', url]])
    expect(clientAction(fields, wish({ scene: 'mobileWeb' }))).toEqual({
      kind: 'redirect',
      url,
      expiresAtMs: 7_000,
    })
  })

  test('in an app is what the app SDK wants, and whatever else comes', () => {
    const fields = new Map([
      ['WECHAT_SIGNATURE', 'S1GN'],
      ['SIGNATURE_NONCE', 'n0nce'],
      ['WECHAT_PAYMENTID', 'wx1'],
      ['PARTNER_ID', '1900000109'],
    ])
    expect(clientAction(fields, wish({ scene: 'app' }))).toEqual({
      kind: 'appPay',
      params: { prepayId: 'wx1', nonceStr: 'n0nce', sign: 'S1GN', PARTNER_ID: '1900000109' },
      expiresAtMs: 7_000,
    })
  })

  test.each([
    ['miniProgram', { ...jsapi, paySign: undefined }, 'no paySign for miniProgram'],
    ['miniProgram', { ...jsapi, packageSign: undefined }, 'no packageSign for miniProgram'],
    ['miniProgram', { ...jsapi, signType: 'CRC32' }, 'a signType that WeChat does not have'],
    ['desktopQr', {}, 'no QRCODE for desktopQr'],
    ['desktopQr', { QRCODE: '"><script>' }, 'not base64'],
    ['desktopQr', { QRCODE: 'iVBORw0K"onload=alert' }, 'not base64'],
    ['desktopQr', { QRCODE: 'iVBORw0K"><script>' }, 'not base64'],
    ['mobileWeb', {}, 'no URLINTENT for mobileWeb'],
    ['mobileWeb', { URLINTENT: 'javascript:alert(1)' }, 'not an address that opens WeChat'],
    ['mobileWeb', { URLINTENT: 'javascript:open("https://evil.example")' }, 'not an address'],
    ['mobileWeb', { URLINTENT: 'https://' }, 'not an address'],
    ['app', { WECHAT_PAYMENTID: 'wx1', SIGNATURE_NONCE: 'n' }, 'no WECHAT_SIGNATURE for app'],
  ] as const)('in %s cannot be presented with %j: %s', async (scene, fields, why) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    const shown = new Map(given.map(([name, value]): [string, string] => [name, String(value)]))
    const failure = await failureOf(() => clientAction(shown, wish({ scene })))
    expect(failure.outcome).toBe('unknown')
    expect(failure.message).toContain(why)
  })

  test('is nothing at a till, where Worldline has nothing to sell', () => {
    expect(() => clientAction(new Map(), wish({ scene: 'paymentCode' }))).toThrow(
      expect.objectContaining({
        outcome: 'rejected',
        message: 'Worldline cannot serve paymentCode',
      }),
    )
  })
})
