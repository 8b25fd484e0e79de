import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import type { SignType } from '../platform.ts'

/** The strings that a page hands to the cashier, as the signature covers them. */
export interface SignedParams {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: SignType
}

/**
 * Whether `paySign` is the ordering merchant's signature over exactly these strings. `key` is the
 * merchant's API key (MD5, HMAC-SHA256) or its RSA key as PEM.
 *
 * WeChat Pay, JSAPI and Mini Program: RSA as of APIv3, MD5 and HMAC-SHA256 as of v2.
 */
export function paySignFits(params: SignedParams, paySign: string, key: string): boolean {
  if (params.signType !== 'RSA') return paySign === keyedSign(params, params.signType, key)
  const signature = Buffer.from(paySign, 'base64')
  if (signature.toString('base64') !== paySign) return false
  const { appId, timeStamp, nonceStr } = params
  const message = [appId, timeStamp, nonceStr, params.package].map((line) => `${line}\n`).join('')
  return verify('sha256', Buffer.from(message), createPublicKey(key), signature)
}

/** v2: non-empty fields by name, `key` at the end, upper-case hex; signType is one of the fields. */
function keyedSign(params: SignedParams, signType: 'MD5' | 'HMAC-SHA256', key: string): string {
  const fields = Object.entries(params)
    .filter(([, value]) => value !== '')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
  const message = [...fields, `key=${key}`].join('&')
  const hash = signType === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(message, 'utf8').digest('hex').toUpperCase()
}
