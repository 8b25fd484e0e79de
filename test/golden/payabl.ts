import { createPayablProvider, payablConfigSchema } from '../../server/providers/payabl/index.ts'
import type { Provider } from '../../server/providers/provider.ts'
import { manualClock } from '../unit/server/providers/support/manual-clock.ts'
import { aWish, rowsOf, type Sent, scripted } from './golden.ts'

/** The secret that payabl. publishes for its shared sandbox. */
export const SECRET = 'b185'

/** The merchant of payabl.'s printed requests, with the payer that they name. */
export function payablAnswering(
  answers: readonly string[],
  fields: Record<string, unknown> = {},
): { readonly provider: Provider; readonly sent: readonly Sent[] } {
  const { http, sent } = scripted(...answers)
  const config = payablConfigSchema.parse({
    endpoint: 'https://sandbox.payabl.com',
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
  const clock = manualClock()
  return { provider: createPayablProvider({ accountId: 'payabl', config, http, clock }), sent }
}

/** What the printed desktop request asks for. */
export const DESKTOP_WISH = aWish({
  outTradeNo: 'Payabl-Test',
  amount: { value: 1999, currency: 'EUR' },
  locale: 'en',
  payerIp: '2.22.75.244',
  returnUrl: 'https://yourshop.example/thank_you',
  notifyUrl: 'https://yourshop.example/notification',
})

/** What the printed mobile request asks for. */
export const MOBILE_WISH = aWish({
  outTradeNo: 'Payabl-Test',
  scene: 'mobileWeb',
  amount: { value: 123, currency: 'USD' },
  locale: 'en',
  payerIp: '127.0.0.1',
  returnUrl: 'http://dev-sim-ng.inatec.local/~simdad/InatecResponse/redirect_response.php',
  notifyUrl: 'https://api.powercash.de/simulation/billing_response.php',
})

/** The row of each name, of a table whose columns have run together; every row has to have one. */
export function tableOf(path: string, names: readonly string[]): ReadonlyMap<string, string> {
  const rows = rowsOf(path)
  if (rows.length !== names.length) throw new Error(`${path} has ${rows.length} rows`)
  return new Map(
    names.map((name, index) => {
      const row = rows[index] ?? ''
      if (!row.startsWith(name)) throw new Error(`${path}: ${row} is not about ${name}`)
      return [name, row.slice(name.length)]
    }),
  )
}
