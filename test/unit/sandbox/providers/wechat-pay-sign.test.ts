import { createVerify, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signApp, signJsapi, signV2 } from '../../../../sandbox/providers/wechat-pay-sign.ts'

/** The example of WeChat Pay's v2 signature page. */
const PAGE_KEY = '192006250b4c09247ec02edce69f6a2d'
const PAGE_FIELDS = {
  appid: 'wxd930ea5d5a258f4f',
  mch_id: '10000100',
  device_info: '1000',
  body: 'test',
  nonce_str: 'ibuaiVcKdpRxkhJA',
}

describe('the v2 rule', () => {
  test('gives the published MD5 and HMAC-SHA256 signatures', () => {
    expect(signV2(PAGE_FIELDS, { signType: 'MD5', key: PAGE_KEY })).toBe(
      '9A0A8659F005D6984697E2CA0A9CF3B7',
    )
    expect(signV2(PAGE_FIELDS, { signType: 'HMAC-SHA256', key: PAGE_KEY })).toBe(
      '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
    )
  })

  test('leaves out empty values and the signature itself, and covers all else', () => {
    const signing = { signType: 'MD5', key: PAGE_KEY } as const
    const plain = signV2(PAGE_FIELDS, signing)
    expect(signV2({ ...PAGE_FIELDS, sign: 'x', attach: '' }, signing)).toBe(plain)
    expect(signV2({ ...PAGE_FIELDS, attach: '1' }, signing)).not.toBe(plain)
    expect(signV2(PAGE_FIELDS, { ...signing, key: `${PAGE_KEY}0` })).not.toBe(plain)
  })
})

const INPUT = {
  appId: 'wx2421b1c4370ec43b',
  timeStamp: '1395712654',
  nonceStr: 'e61463f8efa94090b1f366cccfbbb444',
  prepayId: 'up_wx21201855730335ac86f8c43d1889123400',
}

describe('what the cashier verifies', () => {
  test('v2 covers the sign type as well', () => {
    const md5 = { signType: 'MD5', key: PAGE_KEY } as const
    const { prepayId, ...rest } = INPUT
    const fields = { ...rest, package: `prepay_id=${prepayId}`, signType: 'MD5' }
    expect(signJsapi({ ...INPUT, signing: md5 })).toBe(signV2(fields, md5))
  })

  test('RSA covers four lines, with the package for pages and the bare id for apps', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const signing = { signType: 'RSA', key } as const
    const verify = (text: string, signature: string) =>
      createVerify('sha256').update(text).verify(publicKey, signature, 'base64')
    const head = `${INPUT.appId}\n${INPUT.timeStamp}\n${INPUT.nonceStr}\n`
    const page = signJsapi({ ...INPUT, signing })
    const app = signApp({ ...INPUT, mchId: '1900000109', signing })
    expect(verify(`${head}prepay_id=${INPUT.prepayId}\n`, page)).toBe(true)
    expect(verify(`${head}${INPUT.prepayId}\n`, app)).toBe(true)
    expect(verify(`${head}${INPUT.prepayId}\n`, page)).toBe(false)
  })

  test('v2 for apps writes its names in small letters', () => {
    const md5 = { signType: 'MD5', key: PAGE_KEY } as const
    const fields = {
      appid: INPUT.appId,
      partnerid: '1900000109',
      prepayid: INPUT.prepayId,
      package: 'Sign=WXPay',
      noncestr: INPUT.nonceStr,
      timestamp: INPUT.timeStamp,
    }
    expect(signApp({ ...INPUT, mchId: '1900000109', signing: md5 })).toBe(signV2(fields, md5))
  })
})
