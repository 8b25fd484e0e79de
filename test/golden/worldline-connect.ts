import type { Provider } from '../../server/providers/provider.ts'
import {
  createWorldlineConnectProvider,
  worldlineConnectConfigSchema,
} from '../../server/providers/worldline-connect/index.ts'
import { manualClock } from '../unit/server/providers/support/manual-clock.ts'
import { type Sent, scripted } from './golden.ts'

/** An account in pre-production; none is printed. */
export function worldlineAnswering(answers: readonly object[]): {
  readonly provider: Provider
  readonly sent: readonly Sent[]
} {
  const { http, sent } = scripted(...answers)
  const config = worldlineConnectConfigSchema.parse({
    endpoint: 'https://api.preprod.connect.worldline-solutions.com',
    merchantId: '20000',
    apiKeyId: 'golden-key',
    secretApiKey: 'golden-secret',
    webhookKeys: { 'golden-webhook-key': 'golden-webhook-secret' },
  })
  const clock = manualClock()
  const provider = createWorldlineConnectProvider({ accountId: 'worldline', config, http, clock })
  return { provider, sent }
}

export const PAYER = { appId: 'wx7a154c094f74e84f', openid: 'oUpF8uMuAJO' }

/** The payment object around a merchant action; the page names its status, and nothing else of it. */
export function paymentIn(status: string): object {
  return {
    id: '000000850010000188180000200001',
    status,
    paymentOutput: { amountOfMoney: { amount: 1999, currencyCode: 'USD' } },
  }
}

/** An answer as the page describes it: REDIRECTED, SHOW_FORM, and the keys of a table. */
export function showForm(fields: Readonly<Record<string, string>>): object {
  const showData = Object.entries(fields).map(([key, value]) => ({ key, value }))
  return {
    payment: paymentIn('REDIRECTED'),
    merchantAction: { actionType: 'SHOW_FORM', showData },
  }
}
