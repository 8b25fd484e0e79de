import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  sign,
} from 'node:crypto'
import { z } from 'zod'
import { VirtualClock } from '../../../sandbox/clock.ts'
import type { Provider, RawNotification } from '../../../server/providers/provider.ts'
import {
  createProviders,
  type ProviderAccountInput,
  providerAccountSchema,
} from '../../../server/providers/registry.ts'
import type { Genuine } from './genuine.ts'

/**
 * Somebody who holds the keys of an account: the provider itself on a bad day. Signs whatever it is
 * given, by the documents and with none of the adapter's code.
 */
export interface Forger {
  readonly provider: Provider
  /** What a genuine notification says, before it is sealed and signed. */
  readonly genuineText: string
  sign(text: string | Uint8Array): RawNotification
}

const WEBHOOK_KEY = 'sandbox-webhook-secret'
const WOOSHPAY_KEY = 'whsec_sandboxwooshpay'
const API_V3_KEY = 'sandbox-wechat-pay-v3-key-000000'
const KEY_ID = 'PUB_KEY_ID_0119000100002026062400000000'

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** For the providers whose notifications are JSON; those of the others carry no facts. */
export function forgerOf({ world, raw }: Genuine): Forger | null {
  const genuineText = Buffer.from(raw.body).toString('utf8')
  const { provider } = world.account
  if (provider === 'worldlineConnect') {
    const keyId = raw.headers['x-gcs-keyid'] ?? ''
    const signed = (text: string | Uint8Array) => {
      const signature = hmac(WEBHOOK_KEY, Buffer.from(text)).digest('base64')
      return { 'x-gcs-keyid': keyId, 'x-gcs-signature': signature }
    }
    return forger(world.provider, { raw, genuineText, signed })
  }
  if (provider === 'wooshpay') {
    const time = String(Math.floor(raw.receivedAtMs / 1_000))
    const signed = (text: string | Uint8Array) => {
      const signature = hmac(WOOSHPAY_KEY, `${time}.`).update(Buffer.from(text)).digest('hex')
      return { 'wooshpay-signature': `t=${time},v1=${signature}` }
    }
    return forger(world.provider, { raw, genuineText, signed })
  }
  if (provider === 'wechatPay') {
    return forger(withOurKey(world.account), { raw, genuineText, signed: wechatHeaders(raw) })
  }
  return null
}

export interface Seal {
  readonly text: string | Uint8Array
  readonly key?: string
  readonly nonce?: string
  readonly associatedData?: string
}

/** The sealed part of WeChat Pay's messages: AES-256-GCM, the tag after the text, base64. */
export function sealed({ text, key = API_V3_KEY, nonce = 'nonce-of-12b', ...rest }: Seal) {
  const { associatedData = 'transaction' } = rest
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(associatedData))
  const bytes = [cipher.update(Buffer.from(text)), cipher.final(), cipher.getAuthTag()]
  const ciphertext = Buffer.concat(bytes).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: associatedData }
}

/** What stands in the sealed part of a genuine notification. */
export function unsealed({ raw }: Genuine): unknown {
  const { resource } = sealedSchema.parse(JSON.parse(Buffer.from(raw.body).toString('utf8')))
  const bytes = Buffer.from(resource.ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', API_V3_KEY, resource.nonce)
  decipher.setAAD(Buffer.from(resource.associated_data))
  decipher.setAuthTag(bytes.subarray(-16))
  return JSON.parse(decipher.update(bytes.subarray(0, -16)).toString('utf8'))
}

const sealedSchema = z.object({
  resource: z.object({ ciphertext: z.string(), nonce: z.string(), associated_data: z.string() }),
})

/** The same account with every secret that notifications are verified with replaced by another. */
export function withOtherSecrets({ world }: Genuine): Provider {
  return made({ ...world.account, config: replaced(world.account.config) })
}

function replaced(config: object): object {
  const others: Readonly<Record<string, unknown>> = {
    webhookKeys: { 'sandbox-webhook-key': 'another-webhook-secret' },
    webhookSecrets: ['whsec_another'],
    notificationSecret: 'another-notification-secret',
    secret: 'another-secret-of-payabl',
    apiV3Key: 'another-wechat-pay-v3-key-000000',
  }
  const known = Object.entries(others).filter(([name]) => name in config)
  return { ...config, ...Object.fromEntries(known) }
}

function withOurKey(account: ProviderAccountInput): Provider {
  const publicKey = KEYS.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const config = { ...account.config, publicKeys: { [KEY_ID]: publicKey } }
  return made({ ...account, config: { ...config, platformCertificates: false } })
}

function made(account: object): Provider {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const http = () => Promise.reject(new Error('a forger has no line to the provider'))
  const [first] = createProviders([providerAccountSchema.parse(account)], { http, clock })
  if (!first) throw new Error('no account was made')
  return first.provider
}

function wechatHeaders(raw: RawNotification) {
  const time = String(Math.floor(raw.receivedAtMs / 1_000))
  return (text: string | Uint8Array) => {
    const signedText = Buffer.concat([Buffer.from(`${time}\nn\n`), Buffer.from(text), LINE_FEED])
    return {
      'wechatpay-timestamp': time,
      'wechatpay-nonce': 'n',
      'wechatpay-serial': KEY_ID,
      'wechatpay-signature': sign('sha256', signedText, KEYS.privateKey).toString('base64'),
    }
  }
}

const LINE_FEED = Buffer.from('\n')

interface Pen {
  readonly raw: RawNotification
  readonly genuineText: string
  readonly signed: (text: string | Uint8Array) => Readonly<Record<string, string>>
}

function forger(provider: Provider, { raw, genuineText, signed }: Pen): Forger {
  return {
    provider,
    genuineText,
    sign: (text) => ({ ...raw, headers: signed(text), body: Buffer.from(text) }),
  }
}

function hmac(key: string, start: string | Uint8Array) {
  return createHmac('sha256', key).update(start)
}

/** Of payabl.'s rule: all values in the order of their names, then the secret; SHA-1 in hex. */
export function payablHash(fields: Readonly<Record<string, string>>, secret: string): string {
  const values = Object.keys(fields)
    .toSorted()
    .map((name) => fields[name] ?? '')
  return createHash('sha1')
    .update(Buffer.from(values.join('') + secret, 'latin1'))
    .digest('hex')
}
