import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import type { PayParams } from '../../../shared/contract/client-action.ts'
import type { WireAbnormalRefund } from './wire.ts'

/**
 * WECHATPAY2-SHA256-RSA2048, AEAD_AES_256_GCM and the cashier's signatures, as in the APIv3 documents
 * and the official SDKs for Go 0.2.21, Java 0.2.17 and PHP 1.4.12 (read 2026-06). Pure.
 */

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
/** WeChat sends notifications with such a signature on purpose, to see that nobody believes them. */
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'
const TAG_BYTES = 16
/** Either way: WeChat's own SDKs allow as much. */
const MAX_AGE_MS = 300_000

/** The lines joined as WeChat signs them: each ended by a line feed, also an empty one. */
function signedText(lines: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
}

/** RSA PKCS#1 v1.5 over SHA-256, base64. */
export function rsaSign(text: string | Uint8Array, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('base64')
}

export interface Signer {
  readonly mchId: string
  /** Of the merchant's API certificate, not of WeChat's. */
  readonly serialNo: string
  readonly privateKey: KeyObject
}

export interface SignedRequest {
  readonly method: string
  /** Path and query exactly as sent. */
  readonly pathAndQuery: string
  readonly timestamp: string
  readonly nonce: string
  /** The bytes that travel; empty where there is no body. */
  readonly body: Uint8Array
}

/** The Authorization header. */
export function authorization(request: SignedRequest, signer: Signer): string {
  const { method, pathAndQuery, timestamp, nonce, body } = request
  const text = signedText([method, pathAndQuery, timestamp, nonce, body])
  const fields = {
    mchid: signer.mchId,
    nonce_str: nonce,
    signature: rsaSign(text, signer.privateKey),
    timestamp,
    serial_no: signer.serialNo,
  }
  const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`)
  return `${SCHEME} ${list.join(',')}`
}

/**
 * Why a message of WeChat's (an answer or a notification) cannot be believed, or null where it can:
 * signed by this key, on these very bytes, within five minutes of our clock. What is signed is time,
 * nonce and body, and not the address: whom a message is about has to be compared besides.
 */
export function doubtOf(
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
  { keyOf, nowMs }: { keyOf: (serialNo: string) => KeyObject | null; nowMs: number },
): string | null {
  const { headers, body } = message
  const timestamp = headers['wechatpay-timestamp'] ?? ''
  const nonce = headers['wechatpay-nonce'] ?? ''
  const signature = headers['wechatpay-signature'] ?? ''
  const stampedMs = Number(timestamp) * 1_000
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '') return 'it is not signed'
  if (Math.abs(nowMs - stampedMs) >= MAX_AGE_MS) {
    const [theirs, ours] = [stampedMs, nowMs].map((atMs) => new Date(atMs).toISOString())
    return `it is stamped ${theirs}, and our clock says ${ours}`
  }
  const key = keyOf(headers['wechatpay-serial'] ?? '')
  if (!key) return 'it is signed with a key that we do not have'
  // Other spellings of base64, and the probes, are no signatures; Buffer.from would take them.
  const bytes = Buffer.from(signature, 'base64')
  const text = signedText([timestamp, nonce, body])
  const genuine = bytes.toString('base64') === signature && verify('sha256', text, key, bytes)
  return genuine ? null : 'the signature does not belong to it'
}

export function isProbe(signature: string): boolean {
  return signature.startsWith(PROBE_PREFIX)
}

/** What opens the cashier: signed for one app, one prepay_id and one moment. */
export interface Cashier {
  readonly appId: string
  readonly prepayId: string
  readonly timeStamp: string
  readonly nonceStr: string
}

/** For `wx.requestPayment` and `getBrandWCPayRequest`. */
export function pageParams(cashier: Cashier, privateKey: KeyObject): PayParams {
  const { appId, timeStamp, nonceStr } = cashier
  const payPackage = `prepay_id=${cashier.prepayId}`
  return {
    appId,
    timeStamp,
    nonceStr,
    package: payPackage,
    signType: 'RSA',
    paySign: rsaSign(signedText([appId, timeStamp, nonceStr, payPackage]), privateKey),
  }
}

/** For WeChat's SDK in an app; there the bare prepay_id is signed. */
export function appParams(
  cashier: Cashier & { partnerId: string },
  privateKey: KeyObject,
): Readonly<Record<string, string>> {
  const { appId, partnerId, prepayId, timeStamp, nonceStr } = cashier
  return {
    appId,
    partnerId,
    prepayId,
    package: 'Sign=WXPay',
    nonceStr,
    timeStamp,
    sign: rsaSign(signedText([appId, timeStamp, nonceStr, prepayId]), privateKey),
  }
}

export interface Sealed {
  /** Base64; its last 16 bytes are the tag. */
  readonly ciphertext: string
  readonly nonce: string
  readonly associatedData: string
}

/** AES-256-GCM. Throws where the tag, the nonce, the associated data or the key does not fit. */
export function open(sealed: Sealed, apiV3Key: string): Buffer {
  const bytes = Buffer.from(sealed.ciphertext, 'base64')
  if (bytes.length < TAG_BYTES) throw new Error('shorter than its tag')
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), nonceOf(sealed), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(sealed.associatedData))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])
}

function nonceOf({ nonce }: { nonce: string }): Buffer {
  const bytes = Buffer.from(nonce)
  if (bytes.length === 12) return bytes
  throw new Error('a nonce has 12 bytes')
}

/** A field that only WeChat may read: RSA-OAEP with SHA-1, base64. */
export function encryptField(text: string, publicKey: KeyObject): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = { key: publicKey, padding, oaepHash: 'sha1' }
  return publicEncrypt(key, Buffer.from(text)).toString('base64')
}

/** The account and its holder's name are for WeChat's eyes only. */
export function encryptAccount(
  { bank_account, real_name, ...rest }: WireAbnormalRefund,
  publicKey: KeyObject,
): WireAbnormalRefund {
  return {
    ...rest,
    ...(bank_account ? { bank_account: encryptField(bank_account, publicKey) } : {}),
    ...(real_name ? { real_name: encryptField(real_name, publicKey) } : {}),
  }
}

/**
 * A key or certificate from the spellings in which configuration carries it: PEM, PEM with its line
 * feeds escaped (however often) or lost, and bare base64.
 */
function pemOf(text: string, label: string): string {
  const plain = text.replaceAll(/\\+[rn]/g, '')
  const armoured = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(plain)
  const name = armoured?.[1] ?? label
  const base64 = (armoured?.[2] ?? plain).replaceAll(/\s/g, '')
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${name}-----\n${lines.join('\n')}\n-----END ${name}-----\n`
}

/** PKCS#8 or PKCS#1. Throws where it is no RSA key of 2048 bits or more. */
export function readPrivateKey(text: string): KeyObject {
  const spellings = ['PRIVATE KEY', 'RSA PRIVATE KEY'].map((label) => pemOf(text, label))
  return rsaKey(firstThat(spellings, (pem) => createPrivateKey(pem)))
}

/** SPKI or PKCS#1. Throws where it is no RSA key of 2048 bits or more. */
export function readPublicKey(text: string): KeyObject {
  if (text.includes('PRIVATE KEY')) throw new Error('a private key where a public key belongs')
  const spellings = ['PUBLIC KEY', 'RSA PUBLIC KEY'].map((label) => pemOf(text, label))
  return rsaKey(firstThat(spellings, (pem) => createPublicKey(pem)))
}

export interface Certificate {
  /** Upper-case hex without separators, as in WeChat's headers. */
  readonly serialNo: string
  readonly publicKey: KeyObject
  readonly validFromMs: number
  readonly validToMs: number
}

export function readCertificate(text: string): Certificate {
  const certificate = new X509Certificate(pemOf(text, 'CERTIFICATE'))
  return {
    serialNo: certificate.serialNumber.toUpperCase(),
    publicKey: rsaKey(certificate.publicKey),
    validFromMs: Date.parse(certificate.validFrom),
    validToMs: Date.parse(certificate.validTo),
  }
}

export function arePair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey)
}

function rsaKey(key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType === 'rsa' && bits >= 2048) return key
  throw new Error('not an RSA key of 2048 bits or more')
}

function firstThat(spellings: readonly string[], read: (pem: string) => KeyObject): KeyObject {
  for (const pem of spellings) {
    try {
      return read(pem)
    } catch {
      // The next spelling; the last word on it is below.
    }
  }
  throw new Error('not a key in PEM or base64')
}
