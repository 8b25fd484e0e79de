import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import {
  createPproProvider,
  type PproConfig,
  pproConfigSchema,
} from '../../../../../server/providers/ppro/index.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'

/** One contract at a scripted PPRO, and messages as the documents show them. */

export const SECRETS = ['fsdfgsfer498^%wd', 'topsecret', 'shared-secret-of-this-test'] as const
const [password, notificationSecret, sharedSecret] = SECRETS

export function aConfig(fields: Record<string, unknown> = {}): PproConfig {
  return pproConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1/',
    login: 'johndoe',
    password,
    contractId: 'JOHNDOECONTRACT',
    channel: 'testchannel',
    notificationSecret,
    sharedSecret,
    accountHolderName: 'John Doe',
    ...fields,
  })
}

export interface Connected {
  readonly provider: Provider
  readonly clock: ManualClock
  readonly close: () => Promise<void>
}

export function connect(endpoint: string, fields: Record<string, unknown> = {}): Connected {
  const clock = manualClock()
  const http = createHttpClient({ clock })
  const config = aConfig({ endpoint, ...fields })
  const provider = createPproProvider({ accountId: 'ppro', config, http, clock })
  return { provider, clock, close: () => http.close() }
}

/** The wish behind the published TRANSACTION example. */
export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'j2wkc3cddajs',
    scene: 'desktopQr',
    amount: { value: 1055, currency: 'EUR' },
    payer: null,
    description: 'DynDescriptor',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://merchant.com/work/ppro2/happylanding.php',
    notifyUrl: 'https://merchant.com/work/ppro2/notification.php',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 11),
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'j2wkc3cddajs',
    providerPaymentId: '881495832',
    providerState: { redirectSecret: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343' },
    amount: { value: 1055, currency: 'EUR' },
    scene: 'desktopQr',
    ...fields,
  }
}

/** The published TRANSACTION output, with its spellings: `_`, `.`, colons, spaces, line ends. */
export const PUBLISHED_OUTPUT = [
  'REQUESTSTATUS=SUCCEEDED  ',
  '&STATUS=SUCCEEDED  ',
  '&TXID=881495832  ',
  '&ERRMSG=  ',
  '&CHANNEL=testchannel  ',
  '&TAG=wechatpay  ',
  '&REDIRECTSECRET=1O2jLKHsCxaHejbQuCOR6nIFpaXKi343  ',
  '&SPECOUT_EXPIRYTIMESTAMP=1618842495  ',
  '&SPECOUT_PAYMENTPURPOSE=2LUPW10 DynDescriptor  ',
  '&SPECOUT_QRCODEURL=weixin://wxpay/bizpayurl?pr=abcdefg  ',
  '&SPECOUT_SRCAMOUNT=8274  ',
  '&SPECOUT_SRCCURRENCY=CNY  ',
  '&SPECOUT.FXRATE:6.59430000  ',
  '&SPECOUT.SETTLEMENTAMOUNT: 15  ',
  '&SPECOUT.SETTLEMENTCURRENCY: EUR',
].join('\n')

/** A pending answer in the form of a live system. */
export function pending(fields: Record<string, string> = {}): string {
  return form({
    REQUESTSTATUS: 'SUCCEEDED',
    STATUS: 'PENDING',
    TXID: '881495832',
    MERCHANTTXID: 'J2WKC3CDDAJS',
    ERRMSG: '',
    CHANNEL: 'testchannel',
    TAG: 'wechatpay',
    FUNDSSTATUS: 'WAITING',
    REDIRECTURL: 'https://sim.example/wechatpay/881495832',
    REDIRECTSECRET: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343',
    'SPECOUT.EXPIRYTIMESTAMP': '1618842495',
    'SPECOUT.QRCODEURL': 'weixin://wxpay/bizpayurl?pr=abcdefg',
    RAND83412: '5f1c0a',
    ...fields,
  })
}

/** An answer to a question about a payment. */
export function known(fields: Record<string, string>): string {
  return form({ REQUESTSTATUS: 'SUCCEEDED', TXID: '881495832', ...fields })
}

export function form(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}

export function posted(body: string): RawNotification {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', headers, query: '', body: Buffer.from(body), receivedAtMs: 0 }
}
