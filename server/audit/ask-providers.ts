import { sleep } from '../../shared/clock.ts'
import type { AuditAsk } from '../../shared/contract/audit.ts'
import { sameMoney } from '../../shared/money.ts'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import { ProviderError } from '../providers/errors.ts'
import type { Provider } from '../providers/provider.ts'
import type { Account } from '../usecases/deps.ts'
import { referenceOf } from '../usecases/payment-reference.ts'
import { canLookUp, refundReferenceOf } from '../usecases/refund-call.ts'
import type { AuditDeps, AuditOptions } from './options.ts'
import type { Found, Tally } from './tally.ts'
import { inWords } from './words.ts'

const PAYMENTS_AT_ONCE = 200

export interface Asking extends AuditOptions {
  readonly ask: AuditAsk
  readonly isOver: () => boolean
}

/**
 * Asks the providers about ended payments and their refunds, one question after the other, and
 * records nothing of the answers but the differences. Answers false where it stopped before the end.
 */
export async function askProviders(
  deps: AuditDeps,
  tally: Tally,
  asking: Asking,
): Promise<boolean> {
  const accounts = deps.accounts.all().filter((account) => mayAsk(account, asking))
  const accountIds = accounts.map(({ provider }) => provider.accountId)
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER } = asking
  let left = asking.limit ?? Number.POSITIVE_INFINITY
  let after = ''
  while (accountIds.length > 0) {
    const page = { accountIds, after, sinceMs, untilMs, limit: PAYMENTS_AT_ONCE }
    const paymentIds = await deps.store.snapshot((books) => books.endedPayments(page))
    for (const paymentId of paymentIds) {
      if (asking.isOver() || left <= 0) return false
      await askAbout(deps, tally, { ...asking, paymentId })
      left -= 1
      after = paymentId
    }
    if (paymentIds.length < PAYMENTS_AT_ONCE) break
  }
  return true
}

function mayAsk({ provider }: Account, { ask, accountId }: Asking): boolean {
  if (accountId !== undefined && provider.accountId !== accountId) return false
  return ask === 'all' || provider.capabilities.query.rule === 'poll'
}

async function askAbout(
  deps: AuditDeps,
  tally: Tally,
  { paymentId, pauseMs = 0, isOver }: Asking & { readonly paymentId: string },
): Promise<void> {
  const payment = await deps.store.payment(paymentId)
  const provider = payment && deps.accounts.byId(payment.accountId)?.provider
  if (!payment || !provider) return
  const question = async (compare: () => Promise<readonly Found[]>, about: About) => {
    if (pauseMs > 0) await sleep(deps.clock, pauseMs)
    tally.checked.asked += 1
    tally.add(await answered(compare, about))
  }
  const about = { kind: 'payment', id: paymentId, accountId: payment.accountId }
  await question(() => comparePayment(deps, provider, payment), about)
  const refunds = await deps.store.refundsOfPayment(paymentId)
  for (const refund of refunds) {
    const ended = refund.status === 'succeeded' || refund.status === 'failed'
    if (isOver()) return
    if (!ended || !canLookUp({ provider, payment, refund })) continue
    // One that never left us cannot be there.
    if (refund.sentAtMs === null) continue
    const call = { provider, payment, refund, refunds }
    await question(() => compareRefund(deps, call), {
      ...about,
      kind: 'refund',
      id: refund.refundId,
    })
  }
}

interface About {
  readonly kind: string
  readonly id: string
  readonly accountId: string
}

async function answered(
  compare: () => Promise<readonly Found[]>,
  { kind, id, accountId }: About,
): Promise<readonly Found[]> {
  try {
    return await compare()
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const what = `${accountId} could not say: ${error.message}`
    return [{ code: 'notCompared', kind, id, what }]
  }
}

async function comparePayment(
  deps: AuditDeps,
  provider: Provider,
  payment: Payment,
): Promise<readonly Found[]> {
  const { paymentId: id, amount } = payment
  const fact = await provider.queryPayment(referenceOf(payment))
  // It may have moved on while the provider was thinking.
  const now = (await deps.store.payment(id)) ?? payment
  const there = fact === null ? 'unknown' : fact.providerStatus
  if (fact?.unknownStatus) {
    const what = `${provider.accountId} says ${there}, which is not known here`
    return [{ code: 'notCompared', kind: 'payment', id, what }]
  }
  const what = `is ${now.status} here, and ${there} at ${provider.accountId}`
  if ((now.status === 'paid') !== (fact?.status === 'paid')) {
    const code = now.status === 'paid' ? 'paidHereNotThere' : 'paidThereNotHere'
    return [{ code, kind: 'payment', id, what }]
  }
  if (now.status !== 'paid' || !fact?.amount || sameMoney(fact.amount, amount)) return []
  const sums = `${inWords(amount)} here, ${inWords(fact.amount)} at ${provider.accountId}`
  return [{ code: 'amountDiffersThere', kind: 'payment', id, what: sums }]
}

async function compareRefund(
  deps: AuditDeps,
  call: { provider: Provider; payment: Payment; refund: Refund; refunds: readonly Refund[] },
): Promise<readonly Found[]> {
  const { provider, payment, refund, refunds } = call
  const { refundId: id, amount } = refund
  const fact = (await provider.queryRefund?.(refundReferenceOf(payment, refund, refunds))) ?? null
  const nowAll = await deps.store.refundsOfPayment(payment.paymentId)
  const now = nowAll.find(({ refundId }) => refundId === id) ?? refund
  const there = fact === null ? 'unknown' : fact.providerStatus
  if (fact?.unknownStatus) {
    const what = `${provider.accountId} says ${there}, which is not known here`
    return [{ code: 'notCompared', kind: 'refund', id, what }]
  }
  if ((now.status === 'succeeded') !== (fact?.status === 'succeeded')) {
    const code = now.status === 'succeeded' ? 'refundedHereNotThere' : 'refundedThereNotHere'
    const what = `is ${now.status} here, and ${there} at ${provider.accountId}`
    return [{ code, kind: 'refund', id, what }]
  }
  if (now.status !== 'succeeded' || !fact?.amount || sameMoney(fact.amount, amount)) return []
  const what = `${inWords(amount)} here, ${inWords(fact.amount)} at ${provider.accountId}`
  return [{ code: 'amountDiffersThere', kind: 'refund', id, what }]
}
