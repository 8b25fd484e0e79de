import type { PaymentFact } from '../../domain/fact.ts'
import { ProviderError } from '../errors.ts'
import { isOnThisMachine } from '../http.ts'
import type { CreatePaymentInput, PaymentReference } from '../provider.ts'
import type { WorldlineConnectConfig } from './config.ts'
import { isPublicHttps, orderOf, paymentFact } from './translate.ts'
import type {
  WireCreatedHostedCheckout,
  WireHostedCheckout,
  WireHostedCheckoutRequest,
} from './wire-hosted-checkout.ts'

/** Worldline's own pages (MyCheckout): one visit, on which a payment may come to be. */

interface Account {
  readonly accountId: string
  readonly config: WorldlineConnectConfig
}

/**
 * Words for a visit without a payment, and the third-party status of one that is open. IN_PROGRESS and what no table has stay pending; a visit whose
 * payment exists is read from the payment itself.
 */
const VISIT_STATUSES: Readonly<Record<string, PaymentFact['status']>> = {
  IN_PROGRESS: 'pending',
  WAITING: 'pending',
  PAYMENT_CREATED: 'pending',
  CANCELLED_BY_CONSUMER: 'cancelled',
  CLIENT_NOT_ELIGIBLE_FOR_SELECTED_PAYMENT_PRODUCT: 'failed',
}

/** Throws `rejected` on what this provider could not take, before anything is sent. */
export function hostedCheckoutRequest(
  input: CreatePaymentInput,
  { accountId, config }: Account,
): WireHostedCheckoutRequest {
  const order = orderOf(input, { accountId, countryCode: config.countryCode })
  const returns = isPublicHttps(input.returnUrl) || isOnThisMachine(config.endpoint)
  return {
    order,
    hostedCheckoutSpecificInput: {
      locale: order.customer.locale,
      showResultPage: false,
      ...(returns ? { returnUrl: input.returnUrl } : {}),
      paymentProductFilters: { restrictTo: { products: [863] } },
    },
  }
}

/** Where the payer goes. Throws `unknown` where the answer has no address that could be opened. */
export function hostedPageUrl(
  { partialRedirectUrl }: WireCreatedHostedCheckout,
  { accountId, config }: Account,
): string {
  const prefix = isOnThisMachine(config.endpoint) ? 'http://' : 'https://payment.'
  const url = `${prefix}${partialRedirectUrl}`
  if (!/^[\w.-]+(?::\d+)?\/\S*$/.test(partialRedirectUrl) || !URL.canParse(url)) {
    const message = "Worldline's answer has no address of a hosted checkout"
    throw new ProviderError({ outcome: 'unknown', accountId, message })
  }
  return url
}

/** A visit that just began: nobody can have paid. */
export function startedVisit(outTradeNo: string, accountId: string): PaymentFact {
  const visit = { outTradeNo, accountId, source: 'create', status: 'IN_PROGRESS' } as const
  return visitFact(visit)
}

/** What a visit says about the payment that it is for. */
export function hostedCheckoutFact(
  told: WireHostedCheckout,
  { accountId, ref }: { accountId: string; ref: PaymentReference },
): PaymentFact {
  const payment = told.createdPaymentOutput?.payment
  const { outTradeNo } = ref
  if (payment) return paymentFact(payment, { accountId, source: 'query', outTradeNo })
  return visitFact({ outTradeNo, accountId, source: 'query', status: told.status })
}

/** The third-party status says that the payer has not finished in the wallet. */
export function waitingFact(
  { outTradeNo, providerPaymentId }: PaymentReference,
  accountId: string,
): PaymentFact {
  const fact = visitFact({ outTradeNo, accountId, source: 'query', status: 'WAITING' })
  return { ...fact, providerPaymentId }
}

function visitFact(told: {
  outTradeNo: string
  accountId: string
  source: 'create' | 'query'
  status: string
}): PaymentFact {
  const { status, ...numbers } = told
  const meaning = Object.hasOwn(VISIT_STATUSES, status) ? VISIT_STATUSES[status] : undefined
  return {
    kind: 'payment',
    ...numbers,
    providerPaymentId: null,
    status: meaning ?? 'pending',
    amount: null,
    appId: null,
    occurredAtMs: null,
    settlement: null,
    providerStatus: status,
    unknownStatus: meaning === undefined,
  }
}
