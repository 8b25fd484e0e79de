import { createHash, createHmac, createSign } from 'node:crypto'
import type { SignType } from '../wechat/platform.ts'

/** How a merchant number signs what its pages hand to the cashier. */
export interface Signing {
  readonly signType: SignType
  /** MD5 and HMAC-SHA256: the APIv2 key; RSA: the merchant's private key as PEM. */
  readonly key: string
}

export interface PaySignInput {
  readonly appId: string
  /** Unix seconds. */
  readonly timeStamp: string
  readonly nonceStr: string
  readonly prepayId: string
  readonly signing: Signing
}

/**
 * `paySign` for `wx.requestPayment` and `getBrandWCPayRequest`.
 * WeChat Pay documents, "JSAPI payment: invoking payment": v3 signs four lines with RSA, v2 signs the
 * sorted parameters, `signType` among them.
 */
export function signJsapi(input: PaySignInput): string {
  const { appId, timeStamp, nonceStr, signing } = input
  const packageValue = `prepay_id=${input.prepayId}`
  if (signing.signType === 'RSA') {
    return signLines([appId, timeStamp, nonceStr, packageValue], signing.key)
  }
  const { signType } = signing
  return signV2({ appId, timeStamp, nonceStr, package: packageValue, signType }, signing)
}

/** `sign` for the WeChat SDK inside another app; v2 writes its names in small letters there. */
export function signApp(input: PaySignInput & { readonly mchId: string }): string {
  const { appId, timeStamp, nonceStr, prepayId, signing } = input
  if (signing.signType === 'RSA') {
    return signLines([appId, timeStamp, nonceStr, prepayId], signing.key)
  }
  return signV2(
    {
      appid: appId,
      partnerid: input.mchId,
      prepayid: prepayId,
      package: 'Sign=WXPay',
      noncestr: nonceStr,
      timestamp: timeStamp,
    },
    signing,
  )
}

/** The v2 rule: sorted `name=value` pairs without empty ones, the key at the end, upper-case hex. */
export function signV2(fields: Readonly<Record<string, string>>, signing: Signing): string {
  const pairs = Object.keys(fields)
    .toSorted()
    .filter((name) => name !== 'sign' && fields[name] !== '')
    .map((name) => `${name}=${fields[name]}`)
  const text = [...pairs, `key=${signing.key}`].join('&')
  const digest =
    signing.signType === 'HMAC-SHA256' ? createHmac('sha256', signing.key) : createHash('md5')
  return digest.update(text, 'utf8').digest('hex').toUpperCase()
}

function signLines(lines: readonly string[], privateKeyPem: string): string {
  const text = lines.map((line) => `${line}\n`).join('')
  return createSign('sha256').update(text, 'utf8').sign(privateKeyPem, 'base64')
}
