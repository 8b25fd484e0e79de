import {
  createDecipheriv,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyLike,
  X509Certificate,
} from 'node:crypto'
import { onTestFinished } from 'vitest'
import { createWechatPay } from '../../../../../sandbox/providers/wechat-pay/index.ts'
import type {
  WechatPayBehaviourInput,
  WechatPayMerchant,
} from '../../../../../sandbox/providers/wechat-pay/options.ts'
import { TEA_SHOP_APPS } from '../../../../../sandbox/wechat/apps.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

export const APP = TEA_SHOP_APPS[0]?.appId ?? ''
export const OTHER_APP = TEA_SHOP_APPS[1]?.appId ?? ''
export const API_V3_KEY = 'a-sandbox-merchants-v3-key-32-by'
export const DIRECT = '1900000001'
export const PARTNER = '1900000002'
export const SUB = '1900000003'
export const GLOBAL = '1900000004'
export const INSTITUTION = '1900000005'

const common = { apiV3Key: API_V3_KEY, appIds: [APP], wechatKeys: 'both' } as const
export const direct: WechatPayMerchant = { ...common, mchId: DIRECT, region: 'mainland' }
export const partner: WechatPayMerchant = {
  ...common,
  mchId: PARTNER,
  region: 'mainland',
  subMerchants: [{ mchId: SUB, appIds: [OTHER_APP] }],
}
export const globalMerchant: WechatPayMerchant = { ...common, mchId: GLOBAL, region: 'global' }
export const institution: WechatPayMerchant = {
  ...common,
  mchId: INSTITUTION,
  region: 'global',
  subMerchants: [{ mchId: SUB }],
}

/** Short keys, made once a file: these tests are about protocol, not about key length. */
const PAIRS = Array.from({ length: 6 }, () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicKeyPem: publicKey, privateKeyPem: privateKey }
})

export interface Sent {
  readonly host?: 'primary' | 'secondary' | 'global'
  readonly mchId?: string
  readonly body?: unknown
  /** In place of `body`: signed and sent as it stands. */
  readonly raw?: string
  /** Sent in place of the serialized body, which is what was signed. */
  readonly sentBody?: string
  readonly headers?: Readonly<Record<string, string>>
  /** In place of the header that fits. */
  readonly authorization?: string
}

function signedBody({ raw, body }: Sent): string {
  return raw ?? (body === undefined ? '' : JSON.stringify(body))
}

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

/** The simulator with one merchant of each kind, and a client that signs with code of its own. */
export async function payWorld(
  behaviour: WechatPayBehaviourInput = {},
  merchants: readonly WechatPayMerchant[] = [direct],
) {
  const wechat = wechatWorld('wechat-pay')
  let answer = 200
  const sink = await startSink(() => answer)
  let made = 0
  const newKeyPair = () => {
    const pair = PAIRS[made % PAIRS.length]
    made += 1
    return pair ? Promise.resolve(pair) : Promise.reject(new Error('no keys'))
  }
  const simulator = await createWechatPay({ ...wechat, merchants, behaviour, newKeyPair })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const main = merchants[0]?.mchId ?? DIRECT

  const authorization = (method: string, target: string, sent: Sent = {}) => {
    const { mchId = main } = sent
    const certificate = simulator.credentials(mchId).apiCertificate
    const timestamp = String(Math.floor(wechat.clock.nowMs() / 1000))
    const nonce = '593BEC0C930BF1AFEB40B4A08C8FB242'
    const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${signedBody(sent)}\n`
    const signature = createSign('sha256')
      .update(text)
      .sign(certificate?.privateKeyPem ?? '', 'base64')
    return (
      `WECHATPAY2-SHA256-RSA2048 mchid="${mchId}",nonce_str="${nonce}",signature="${signature}",` +
      `timestamp="${timestamp}",serial_no="${certificate?.serialNo}"`
    )
  }
  const call = async (method: string, target: string, sent: Sent = {}): Promise<Received> => {
    const { host = 'primary', sentBody = signedBody(sent) } = sent
    const response = await fetch(`${simulator.urls[host]}${target}`, {
      method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'tests',
        'Content-Type': 'application/json',
        Authorization: sent.authorization ?? authorization(method, target, sent),
        ...sent.headers,
      },
      body: sentBody === '' ? null : sentBody,
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: asObject(text) }
  }
  const openid = (person = 'li-wei', app = APP) => wechat.people.openid(person, app)
  const order = (changes: Record<string, unknown> = {}) => ({
    appid: APP,
    mchid: main,
    description: '龙井 Longjing, 50 g',
    out_trade_no: 'tea-1001',
    notify_url: sink.url,
    amount: { total: 1999, currency: 'CNY' },
    payer: { openid: openid() },
    ...changes,
  })
  return {
    ...wechat,
    simulator,
    sink,
    call,
    authorization,
    openid,
    order,
    answerNotifications(status: number) {
      answer = status
    },
    jsapi: (changes: Record<string, unknown> = {}) =>
      call('POST', '/v3/pay/transactions/jsapi', { body: order(changes) }),
    query: (no = 'tea-1001', mchId = main) =>
      call('GET', `/v3/pay/transactions/out-trade-no/${no}?mchid=${mchId}`),
    close: (no = 'tea-1001') =>
      call('POST', `/v3/pay/transactions/out-trade-no/${no}/close`, { body: { mchid: main } }),
  }
}

export type PayWorld = Awaited<ReturnType<typeof payWorld>>

/** A JSAPI order that its payer has paid. */
export async function paid(world: PayWorld, changes: Record<string, unknown> = {}) {
  const { out_trade_no: no } = world.order(changes)
  await world.jsapi(changes)
  await world.simulator.pay(no)
  await world.simulator.notifications.idle()
  const { json } = await world.query(no)
  return String(json['transaction_id'])
}

export function refundBody(changes: Record<string, unknown> = {}) {
  return {
    out_trade_no: 'tea-1001',
    out_refund_no: 'rf-1001-1',
    amount: { refund: 1000, total: 1999, currency: 'CNY' },
    ...changes,
  }
}

/** The digits that tell support the reason. */
export function suffix({ headers }: Received): string {
  return headers.get('Request-ID')?.split('-').at(-1) ?? ''
}

/** Whether the Wechatpay headers are that key's signature over that body. */
export function isSignedBy(
  key: KeyLike,
  message: { readonly headers: Headers | Readonly<Record<string, string>>; readonly text: string },
): boolean {
  const headers = new Headers(message.headers)
  const [timestamp, nonce, signature] = ['Timestamp', 'Nonce', 'Signature'].map(
    (name) => headers.get(`Wechatpay-${name}`) ?? '',
  )
  return createVerify('sha256')
    .update(`${timestamp}\n${nonce}\n${message.text}\n`)
    .verify(key, signature ?? '', 'base64')
}

/** WeChat's keys as that merchant is given them; asking for a kind that it has not throws. */
export function keysOf({ simulator }: PayWorld, mchId = DIRECT) {
  const { certificates, publicKeys } = simulator.credentials(mchId)
  const [listed] = certificates
  const [publicKey] = publicKeys
  return {
    certificate: () => new X509Certificate(listed?.certificatePem ?? '').publicKey,
    serialNo: listed?.serialNo ?? '',
    publicKey: publicKey?.publicKeyPem ?? '',
    publicKeyId: publicKey?.id ?? '',
  }
}

/** Opens an encrypted resource or certificate; throws where key or tag do not fit. */
export function decrypt(resource: unknown, key = API_V3_KEY): string {
  const { ciphertext, nonce, associated_data: aad } = Object(resource)
  const bytes = Buffer.from(String(ciphertext), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key), String(nonce))
  decipher.setAAD(Buffer.from(String(aad)))
  decipher.setAuthTag(bytes.subarray(-16))
  return decipher.update(bytes.subarray(0, -16)).toString() + decipher.final().toString()
}

export function asObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) return {}
  const parsed: unknown = JSON.parse(text)
  return { ...Object(parsed) }
}
