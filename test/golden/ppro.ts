import { createPproProvider, pproConfigSchema } from '../../server/providers/ppro/index.ts'
import type { Provider } from '../../server/providers/provider.ts'
import { manualClock } from '../unit/server/providers/support/manual-clock.ts'
import { type Sent, scripted } from './golden.ts'

/** The contract of PPRO's printed request; the secrets are not printed and not needed here. */
export function pproAnswering(
  answers: readonly string[],
  fields: Record<string, unknown> = {},
): { readonly provider: Provider; readonly sent: readonly Sent[] } {
  const { http, sent } = scripted(...answers)
  const config = pproConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1/',
    login: 'johndoe',
    password: 'fsdfgsfer498^%wd',
    contractId: 'JOHNDOECONTRACT',
    channel: 'testchannel',
    notificationSecret: 'secret-1',
    sharedSecret: 'secret-2',
    accountHolderName: 'John Doe',
    ...fields,
  })
  const clock = manualClock()
  return { provider: createPproProvider({ accountId: 'ppro', config, http, clock }), sent }
}

/** An answer as PPRO gives it. */
export function answerOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    REQUESTSTATUS: 'SUCCEEDED',
    TXID: '881495832',
    ...fields,
  }).toString()
}
