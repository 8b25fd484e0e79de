import type { Clock } from '../../../shared/clock.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import type { PaymentFact } from '../../domain/fact.ts'
import { equalInConstantTime } from '../../platform/hash.ts'
import type { CreatedPayment, CreatePaymentInput, PaymentReference } from '../provider.ts'
import type { ConnectClient } from './client.ts'
import type { WorldlineConnectConfig } from './config.ts'
import {
  hostedCheckoutFact,
  hostedCheckoutRequest,
  hostedPageUrl,
  startedVisit,
  waitingFact,
} from './translate-hosted-checkout.ts'

interface Account {
  readonly accountId: string
  readonly config: WorldlineConnectConfig
  readonly clock: Clock
  readonly client: ConnectClient
}

/** Whether the payer goes to Worldline's own pages in this scene. */
export function isHosted({ hostedCheckout }: WorldlineConnectConfig, scene: Scene): boolean {
  return hostedCheckout.some((hosted) => hosted === scene)
}

/** Worldline's own pages. There is no payment before the payer is on them. Throws ProviderError. */
export async function openCheckout(
  { accountId, config, client }: Account,
  input: CreatePaymentInput,
  expiresAtMs: number,
): Promise<CreatedPayment> {
  const body = hostedCheckoutRequest(input, { accountId, config })
  const visit = await client.createHostedCheckout(body, `payment-${input.outTradeNo}`)
  const url = hostedPageUrl(visit, { accountId, config })
  return {
    fact: startedVisit(input.outTradeNo, accountId),
    clientAction: { kind: 'redirect', url, expiresAtMs },
    providerState: { hostedCheckoutId: visit.hostedCheckoutId, returnMac: visit.RETURNMAC },
  }
}

/**
 * What is known before there is anything to ask of the payment itself, else null: a visit to the
 * hosted pages, or a code or link that is open. For the latter Worldline wants its third-party status
 * asked, which decides nothing: past the end, and wherever it does not say WAITING, the payment
 * itself is asked. Throws ProviderError.
 */
export async function queryUnfinished(
  { accountId, client, clock }: Account,
  ref: PaymentReference,
): Promise<PaymentFact | null> {
  const { hostedCheckoutId, openUntilMs } = ref.providerState
  if (ref.providerPaymentId === null) {
    if (hostedCheckoutId === undefined) return null
    return hostedCheckoutFact(await client.getHostedCheckout(hostedCheckoutId), { accountId, ref })
  }
  if (clock.nowMs() >= Number(openUntilMs ?? 0)) return null
  const status = await client.getThirdPartyStatus(ref.providerPaymentId)
  return status === 'WAITING' ? waitingFact(ref, accountId) : null
}

/** The payer comes from Worldline's pages: RETURNMAC is known to nobody else. */
export function verifyReturn(
  { providerState }: PaymentReference,
  { RETURNMAC: told }: Readonly<Record<string, string>>,
): boolean {
  const { returnMac } = providerState
  return returnMac !== undefined && told !== undefined && equalInConstantTime(told, returnMac)
}
