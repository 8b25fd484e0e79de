import type { CreatePaymentInput, Provider } from '../../server/providers/provider.ts'
import {
  createWooshpayProvider,
  wooshpayConfigSchema,
} from '../../server/providers/wooshpay/index.ts'
import { manualClock } from '../unit/server/providers/support/manual-clock.ts'
import { printed, type Sent, scripted } from './golden.ts'

/** An account in test mode; none is printed. */
export function wooshpayAnswering(
  answers: readonly object[],
  fields: Record<string, unknown> = {},
): { readonly provider: Provider; readonly sent: readonly Sent[] } {
  const { http, sent } = scripted(...answers)
  const config = wooshpayConfigSchema.parse({
    endpoint: 'https://apitest.wooshpay.com',
    secretKey: 'sk_test_golden',
    webhookSecrets: ['whsec_golden'],
    scenes: ['officialAccount', 'desktopQr', 'mobileWeb', 'paymentCode'],
    ...fields,
  })
  const clock = manualClock()
  return { provider: createWooshpayProvider({ accountId: 'wooshpay', config, http, clock }), sent }
}

/** The body that a wish becomes, with what is answered to it. */
export async function requestFor(
  wish: CreatePaymentInput,
  answer: object,
): Promise<Record<string, unknown>> {
  const { provider, sent } = wooshpayAnswering([answer])
  await provider.createPayment(wish)
  return readJson(sent[0]?.text ?? '')
}

/** A printed message, without its comment and without the comma after a last element. */
export function printedJson(path: string): Record<string, unknown> {
  return readJson(
    printed(path)
      .replace(/ {2}\/\/.*$/m, '')
      .replaceAll(/,(?=\s*[\]}])/g, ''),
  )
}

function readJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null) return { ...value }
  throw new Error('not an object')
}

/** The parameters that the printed page hands to WeChat, where the printed answer has XXXX. */
export const PAGE_PARAMS = {
  appId: 'wx7a154c094f74e84f',
  timeStamp: '1682239457',
  nonceStr: 'kLRl3fI6FiP8PXxNNAiytwuQBdoCWXvZ',
  package: 'prepay_id=wx23164417189051acf8825c57d275230000',
  signType: 'MD5',
  paySign: '703868ed93842f83c9dff4d80d0cad67',
} as const
