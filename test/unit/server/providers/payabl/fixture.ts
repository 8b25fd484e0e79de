import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import {
  createPayablProvider,
  type PayablConfig,
  payablConfigSchema,
} from '../../../../../server/providers/payabl/index.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'

/** One merchant number at a scripted payabl., and messages as its WeChat Pay page shows them. */

/** The secret that payabl. publishes for its shared sandbox. */
export const SECRET = 'b185'

export function aConfig(fields: Record<string, unknown> = {}): PayablConfig {
  return payablConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1',
    merchantId: 'gateway_test',
    secret: SECRET,
    payer: {
      accountName: 'John Doe',
      firstName: 'John',
      lastName: 'Doe',
      email: 'payments@shop.example',
    },
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
  const provider = createPayablProvider({ accountId: 'payabl', config, http, clock })
  return { provider, clock, close: () => http.close() }
}

/** The wish behind the published desktop request. */
export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'Payabl-Test',
    scene: 'desktopQr',
    amount: { value: 1999, currency: 'EUR' },
    payer: null,
    description: '龙井茶 50 g',
    locale: 'zh-CN',
    payerIp: '2.22.75.244',
    returnUrl: 'https://yourshop.example/thank_you',
    notifyUrl: 'https://yourshop.example/notification',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 11),
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'Payabl-Test',
    providerPaymentId: '105175176',
    providerState: { expiresAtMs: String(Date.UTC(2026, 5, 24, 11)), pproId: '2075066542' },
    amount: { value: 1999, currency: 'EUR' },
    scene: 'desktopQr',
    ...fields,
  }
}

/** The desktop answer of payabl.'s WeChat Pay page, its line ends taken out. */
export const PUBLISHED_ANSWER = [
  'transactionid=105175176&transid=105175176&status=0&errormessage=pending&errmsg=pending',
  '&amount=19.99&price=19.99&currency=EUR&orderid=Payabl-Test&payment_guarantee=',
  '&redirect_url=https%3A%2F%2Fr2.girogate.de%2Fwechatpay%2FS1067%2FI%3Ftx%3D2075066542%26rs',
  '%3D51gwMhNScinltTnRDPjSCEBbDc1WKW99%26cs%3D42d847979945c2e2d61c953eebc724bc57c18ef215dd3d74',
  '6632dc4d1df2075d&fail_reason=&ppro_id=2075066542',
  '&redirect_secret=sLxXi3B718nT8WRa13B9MCZ3Miti2XL0&user_id=704535',
].join('')
export const PUBLISHED_ADDRESS = [
  'https://r2.girogate.de/wechatpay/S1067/I?tx=2075066542&rs=51gwMhNScinltTnRDPjSCEBbDc1WKW99',
  '&cs=42d847979945c2e2d61c953eebc724bc57c18ef215dd3d746632dc4d1df2075d',
].join('')

/** The H5 answer of the same seed: its redirect_url stands there unescaped. */
export const PUBLISHED_H5_ANSWER = [
  'transactionid=215479405&transid=215479405&status=0&errormessage=pending&errmsg=pending',
  '&amount=1.23&price=1.23&currency=USD&orderid=Payabl-Test&payment_method=5',
  '&redirect_url=https://r2.girogate.de/wechatpay/S1461/I?tx=2138384845',
  '&rs=rJG9Lc5BeHe26NYnXf4B0nxsTjXWwzYF',
  '&cs=ca2bc13b8779493dfa18ef861b2e5ac0acc14fd47a5c45d13b788726da217a97',
  '&payment_guarantee=&fail_reason=&redirect_secret=Sdaf0Tn8j7LYK3Oagsl2eJ01YQLaUAjM',
  '&ppro_id=2138384845&user_id=254214&custom2=wechatpayh5',
].join('')
export const PUBLISHED_H5_ADDRESS = [
  'https://r2.girogate.de/wechatpay/S1461/I?tx=2138384845&rs=rJG9Lc5BeHe26NYnXf4B0nxsTjXWwzYF',
  '&cs=ca2bc13b8779493dfa18ef861b2e5ac0acc14fd47a5c45d13b788726da217a97',
].join('')

/** The two notifications of the same seed. */
export const PUBLISHED_NOTIFICATION = [
  'PAYMENTGUARANTEE=NONE&TXID=Payabl-Test&HASH=138217dc940e0698eb9a9803afb31025ff3d3b87',
  '&REQUESTSTATUS=SUCCEEDED&TAG=wechatpay&ERRMSG=&STATUS=SUCCEEDED',
].join('')
export const PUBLISHED_H5_NOTIFICATION = [
  'REQUESTSTATUS=SUCCEEDED&STATUS=SUCCEEDED&TXID=2138384845&ERRMSG=&CHANNEL=testchannel',
  '&TAG=wechatpayh5&PAYMENTGUARANTEE=NONE&REDIRECTSECRET=Sdaf0Tn8j7LYK3Oagsl2eJ01YQLaUAjM',
  '&SPECOUT.CNYAMOUNT=9.64&SPECOUT.FXRATE=7.843417&SPECOUT.SETTLEMENTAMOUNT=123',
  '&SPECOUT.SETTLEMENTCURRENCY=USD&SPECOUT.SRCAMOUNT=964&SPECOUT.SRCCURRENCY=CNY',
].join('')

/** An answer of tx_diagnose with one transaction per set of fields. */
export function diagnosis(
  items: readonly Record<string, string>[],
  process: Record<string, string> = {},
): string {
  const elements = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map(([name, value]) => (value === '' ? `<${name}/>` : `<${name}>${value}</${name}>`))
      .join('')
  const head = { error_message: '', process_time: '24.06.2026 10:15:00', status: '0', ...process }
  return [
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<response>\n  <process>',
    `${elements(head)}</process>\n`,
    ...items.map((item) => `  <transaction>${elements(item)}</transaction>\n`),
    '</response>',
  ].join('')
}

/** The published transaction as tx_diagnose tells it. */
export function anItem(fields: Record<string, string> = {}): Record<string, string> {
  return {
    transaction_id: '105175176',
    order_id: 'Payabl-Test',
    type: 'preauthorization',
    amount: '19.99',
    currency: 'EUR',
    creation_date: '24.06.2026 10:10:00',
    custom1: '',
    error_code: '0',
    ...fields,
  }
}

/** The same in the list of captures. */
export function aCapture(fields: Record<string, string> = {}): Record<string, string> {
  return {
    amount: '19.99',
    booking_date: '24.06.2026',
    currency: 'EUR',
    issue_date: '24.06.2026',
    order_id: 'Payabl-Test',
    transaction_id: '105175176',
    ...fields,
  }
}

export function posted(body: string, query = ''): RawNotification {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return {
    method: 'POST',
    headers,
    query,
    body: Buffer.from(body, 'latin1'),
    receivedAtMs: 0,
  }
}
