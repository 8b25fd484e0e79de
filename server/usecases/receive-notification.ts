import type { Fact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import { isUnderWay } from '../domain/refund.ts'
import { ProviderError } from '../providers/errors.ts'
import type { HttpReply, NotifiedPayment, RawNotification } from '../providers/provider.ts'
import type { InboxRow, StoreTransaction } from '../store/store.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { quarantine, recordFact } from './record-facts.ts'

/** How soon to try again when a notification names a payment that is not here yet. */
const WAIT_FOR_PAYMENT_MS = 1_000

/**
 * Takes one provider event: verified on its exact bytes, stored, applied, and only then
 * acknowledged. A repeat of a stored event changes nothing and is acknowledged. Throws
 * `accountNotFound`, `notGenuine` as a 401 for anything that does not verify, and lets storage
 * faults through, so that the provider sends it again.
 */
export async function receiveNotification(
  deps: Deps,
  accountId: string,
  raw: RawNotification,
): Promise<HttpReply> {
  const account = deps.accounts.byId(accountId)
  if (!account) throw new UseCaseError('accountNotFound')
  const parsed = parse(deps, accountId, () => account.provider.parseNotification(raw))
  if (parsed.kind === 'handshake') return parsed.reply

  const row: InboxRow = {
    accountId,
    eventId: parsed.eventId,
    facts: parsed.facts,
    queries: parsed.queries,
    state: 'applied',
    receivedAtMs: raw.receivedAtMs,
    dueAtMs: null,
    attempts: 0,
  }
  const known = await deps.store.transaction(async (tx) => {
    if (!(await tx.insertInbox(row))) return true
    const state = await applyInboxRow(tx, deps, row)
    if (state === 'waiting') {
      await tx.updateInbox({ ...row, state, dueAtMs: deps.clock.nowMs() + WAIT_FOR_PAYMENT_MS })
    }
    return false
  })
  deps.logger.info('notification.stored', {
    accountId,
    eventId: row.eventId,
    outcome: known ? 'repeat' : 'new',
  })
  return account.provider.acknowledge()
}

function parse<T>(deps: Deps, accountId: string, verifyAndParse: () => T): T {
  try {
    return verifyAndParse()
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.logger.warn('notification.refused', { accountId, outcome: error.outcome, error })
    throw new UseCaseError('notGenuine', { cause: error })
  }
}

/** Applies what an inbox row says. `waiting` when it names a payment that we do not know (yet). */
export async function applyInboxRow(
  tx: StoreTransaction,
  deps: Deps,
  row: Pick<InboxRow, 'accountId' | 'facts' | 'queries'>,
): Promise<'applied' | 'waiting'> {
  let waiting = false
  for (const fact of row.facts) {
    const recorded = await recordFact(tx, deps, fact)
    if (recorded !== 'unknownPayment') continue
    if (!(await isForeignRefund(tx, deps, fact))) waiting = true
  }
  for (const named of row.queries) {
    if (!(await makeDue(tx, deps, row.accountId, named))) waiting = true
  }
  return waiting ? 'waiting' : 'applied'
}

/** A refund made elsewhere (a provider's console) has no row here: people see it, we cannot wait. */
async function isForeignRefund(tx: StoreTransaction, deps: Deps, fact: Fact): Promise<boolean> {
  if (fact.kind === 'payment' || fact.providerPaymentId === null) return false
  const { accountId, providerPaymentId } = fact
  const payment = await tx.paymentByNumber({ accountId, outTradeNo: null, providerPaymentId })
  if (!payment) return false
  await quarantine(tx, deps, { fact, paymentId: payment.paymentId, reason: 'foreignRefund' })
  return true
}

/**
 * A notification that says nothing itself is a reason to look: at the payment, unless it is paid,
 * and at its refunds that are under way.
 */
async function makeDue(
  tx: StoreTransaction,
  deps: Deps,
  accountId: string,
  named: NotifiedPayment,
): Promise<boolean> {
  const found = await tx.paymentByNumber({ accountId, ...named })
  if (!found) return false
  await tx.lockOrder(found.orderRef)
  const payment = await tx.lockPayment(found.paymentId)
  if (!payment) return false
  const now = { dueAtMs: deps.clock.nowMs(), attempts: 0 }
  const told = withState(payment, named.providerState)
  if (payment.status !== 'paid') await tx.updatePayment({ ...told, ...now })
  else if (told !== payment) await tx.updatePayment(told)
  for (const { refundId } of await tx.refundsOfPayment(payment.paymentId)) {
    const refund = await tx.lockRefund(refundId)
    if (refund && isUnderWay(refund)) await tx.updateRefund({ ...refund, ...now })
  }
  return true
}

/** What was told first stays: the answer to our own call knows better than a notification. */
function withState(payment: Payment, told: NotifiedPayment['providerState'] = {}): Payment {
  const isNew = Object.keys(told).some((key) => !Object.hasOwn(payment.providerState, key))
  return isNew ? { ...payment, providerState: { ...told, ...payment.providerState } } : payment
}
