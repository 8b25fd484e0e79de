import { execFileSync } from 'node:child_process'
import { createCipheriv, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import {
  createWechatPayProvider,
  type WechatPayConfig,
  wechatPayConfigSchema,
} from '../../../../../server/providers/wechat-pay/index.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import type { Reply } from '../support/peer.ts'

/** One merchant, the keys of both sides, and messages as the documents show them. */

export const MCH_ID = '1900007291'
export const MERCHANT_SERIAL = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB'
export const API_V3_KEY = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'
export const PUB_KEY_ID = 'PUB_KEY_ID_0119000072912024112600001'
export const NOW_MS = Date.UTC(2026, 5, 24, 10, 15)

function keyPair() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}
export const merchant = keyPair()
export const wechat = keyPair()
export const stranger = keyPair()

/** Runs the openssl command line in a folder of these files; the answer is its output. */
export function openssl(
  args: readonly string[],
  {
    files = {},
    input = '',
  }: { files?: Record<string, string | Uint8Array>; input?: string | Uint8Array } = {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return execFileSync('openssl', args, { cwd: folder, input, stdio: ['pipe', 'pipe', 'ignore'] })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export interface PlatformCertificate {
  readonly serialNo: string
  readonly cert: string
  readonly privateKey: string
}

/** A certificate of WeChat's, issued by the openssl command line. */
export function platformCertificate(serialNo: string): PlatformCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'))
  try {
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem']
    const about = ['-set_serial', `0x${serialNo}`, '-subj', '/CN=Tenpay.com sign', '-days', '1825']
    execFileSync('openssl', ['req', '-x509', ...made, ...about], { cwd: folder, stdio: 'ignore' })
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { serialNo, cert: read('cert.pem'), privateKey: read('key.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function aConfig(fields: Record<string, unknown> = {}): WechatPayConfig {
  return wechatPayConfigSchema.parse(rawConfig(fields))
}

export function rawConfig(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    endpoint: 'http://127.0.0.1:1',
    mchId: MCH_ID,
    appId: 'wxd678efh567hg6787',
    privateKey: merchant.privateKey,
    merchantSerialNo: MERCHANT_SERIAL,
    apiV3Key: API_V3_KEY,
    publicKeys: { [PUB_KEY_ID]: wechat.publicKey },
    ...fields,
  }
}

export interface Connected {
  readonly provider: Provider
  readonly clock: ManualClock
  readonly close: () => Promise<void>
}

export function connect(endpoint: string, fields: Record<string, unknown> = {}): Connected {
  const clock = manualClock(NOW_MS)
  const http = createHttpClient({ clock })
  const config = aConfig({ endpoint, ...fields })
  const random = (size: number) => new Uint8Array(size).fill(0x5a)
  const provider = createWechatPayProvider({ accountId: 'wechat', config, http, clock, random })
  return { provider, clock, close: () => http.close() }
}

export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'p1001abc',
    scene: 'miniProgram',
    amount: { value: 1999, currency: 'CNY' },
    payer: { appId: 'wx-mini', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    description: '龙井 Tea',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return?a=1',
    notifyUrl: 'https://shop.example/n',
    deviceIsMobile: true,
    paymentCode: null,
    expiresAtMs: NOW_MS + 30 * 60_000,
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'p1001abc',
    providerPaymentId: null,
    providerState: { appId: 'wx-mini', notifyUrl: 'https://shop.example/n' },
    amount: { value: 1999, currency: 'CNY' },
    scene: 'miniProgram',
    ...fields,
  }
}

/** An order as the query shows it. */
export function anOrder(state: string, fields: Record<string, unknown> = {}) {
  const paid = state === 'SUCCESS' || state === 'REFUND'
  return {
    appid: 'wx-mini',
    mchid: MCH_ID,
    out_trade_no: 'p1001abc',
    trade_state: state,
    trade_state_desc: 'x',
    amount: {
      total: 1999,
      currency: 'CNY',
      ...(paid ? { payer_total: 1899, payer_currency: 'CNY' } : {}),
    },
    ...(paid
      ? {
          transaction_id: '4200001234202606240000000001',
          trade_type: 'JSAPI',
          bank_type: 'CMC',
          success_time: '2026-06-24T18:15:30+08:00',
        }
      : {}),
    ...fields,
  }
}

export function aRefund(status: string, fields: Record<string, unknown> = {}) {
  return {
    refund_id: '50000000382019052709732678859',
    out_refund_no: 'rf1001',
    transaction_id: '4200001234202606240000000001',
    out_trade_no: 'p1001abc',
    status,
    amount: { total: 1999, refund: 500, payer_total: 1899, payer_refund: 475, currency: 'CNY' },
    ...fields,
  }
}

export interface Signing {
  readonly privateKey?: string
  readonly serialNo?: string
  readonly atMs?: number
}

/** The four headers over these bytes. */
export function wechatHeaders(body: string | Uint8Array, signing: Signing = {}) {
  const { privateKey = wechat.privateKey, serialNo = PUB_KEY_ID, atMs = NOW_MS } = signing
  const timestamp = String(Math.floor(atMs / 1_000))
  const nonce = 'fdasflkja484w'
  const text = Buffer.concat([
    Buffer.from(`${timestamp}\n${nonce}\n`),
    Buffer.from(body),
    Buffer.from('\n'),
  ])
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': sign('sha256', text, privateKey).toString('base64'),
    'wechatpay-serial': serialNo,
  }
}

/** An answer of WeChat's as it stands on the wire. */
export function signedReply(status: number, content: unknown, signing: Signing = {}): Reply {
  const body = content === null ? '' : JSON.stringify(content)
  const headers = { 'request-id': '08F78BB5B9-268435461', ...wechatHeaders(body, signing) }
  return { status, headers, body }
}

/** An error: it is not signed. */
export function refusal(status: number, code: string, supportCode = '0'): Reply {
  const headers = { 'request-id': `08F78BB5B9-${supportCode}` }
  return { status, headers, body: JSON.stringify({ code, message: `said of ${code}` }) }
}

export function sealed(content: unknown, { key = API_V3_KEY, aad = 'transaction' } = {}) {
  const nonce = 'uluk4a9R25RW'
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(aad))
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const bytes = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  const ciphertext = Buffer.concat(bytes).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: aad, nonce }
}

export function certificateList(certificates: readonly PlatformCertificate[]) {
  return {
    data: certificates.map(({ serialNo, cert }) => ({
      serial_no: serialNo,
      effective_time: '2026-01-01T00:00:00+08:00',
      expire_time: '2031-01-01T00:00:00+08:00',
      encrypt_certificate: sealed(cert, { aad: 'certificate' }),
    })),
  }
}

export function aNotice(type: string, content: unknown, fields: Record<string, unknown> = {}) {
  const family = type.startsWith('REFUND') ? 'refund' : 'transaction'
  return {
    id: 'EV-2026062410150000001',
    create_time: '2026-06-24T18:15:31+08:00',
    resource_type: 'encrypt-resource',
    event_type: type,
    summary: '支付成功',
    resource: { original_type: family, ...sealed(content, { aad: family }) },
    ...fields,
  }
}

/** A genuine notification of this content. */
export function notified(content: unknown, signing: Signing = {}): RawNotification {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return {
    method: 'POST',
    headers: wechatHeaders(body, signing),
    query: '',
    body,
    receivedAtMs: NOW_MS,
  }
}
