import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { isLive } from '../domain/transitions.ts'
import type { StoreTransaction } from '../store/store.ts'
import { mayPay } from './access.ts'
import { askProvider, giveUp, NothingCreated, Unpresentable } from './ask-provider.ts'
import { closeOrder } from './close-order.ts'
import type { Account, Candidates, Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { failOver } from './fail-over.ts'
import {
  type Asking,
  attemptsUnder,
  CALL_LEASE_MS,
  type CreatePaymentWish,
  newPayment,
  type Plan,
  payerFor,
} from './new-payment.ts'
import { closeLivePayment } from './supersede-payment.ts'

export type { CreatePaymentWish } from './new-payment.ts'

/** Rounds of superseding or replacing before the payer is asked to try again. */
const MOST_ROUNDS = 4

/**
 * One attempt to collect an order: the price, the payer and the verdict come from here, never from
 * the page. The row is on disk before the provider hears of it. The same key always leads to the
 * same attempt; an equal wish while an attempt can still be paid gets that attempt; another wish
 * closes the old attempt first. Where an account surely created nothing, the next one is asked.
 * Throws UseCaseError.
 */
export async function createPayment(deps: Deps, wish: CreatePaymentWish): Promise<Payment> {
  const plan: Plan = { wish, accounts: await accountsFor(deps, wish) }
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const step = await deps.store.transaction((tx) => reserve(tx, deps, plan))
    switch (step.kind) {
      case 'done':
        return step.payment
      case 'expired':
        await closeOrder(deps, wish.orderRef, 'expired')
        throw new UseCaseError('orderClosed')
      case 'supersede':
        await closeLivePayment(deps, step.payment, 'superseded')
        break
      case 'ask': {
        const asked = await askInTurn(deps, plan, step)
        if (asked) return asked
      }
    }
  }
  throw new UseCaseError('paymentBusy', { retryAfterMs: 2_000 })
}

/** One account after the other, as long as surely nothing was created; null: begin again. */
async function askInTurn(deps: Deps, plan: Plan, first: Asking): Promise<Payment | null> {
  let asking = first
  for (;;) {
    try {
      return await askProvider(deps, asking)
    } catch (error) {
      if (error instanceof Unpresentable) {
        // It exists at the provider, but what the payer needs was in the lost answer: nobody can
        // pay it, so it makes room for another one.
        await closeLivePayment(deps, error.payment, 'superseded')
        return null
      }
      if (!(error instanceof NothingCreated)) throw error
      const next = await failOver(deps, plan, error)
      if (!next) {
        await giveUp(deps, error)
        throw exhausted(error.refusal, plan.accounts)
      }
      asking = next
    }
  }
}

/** The last account's refusal tells what to do now; where there were several, it names them. */
function exhausted(refusal: UseCaseError, accounts: Candidates): UseCaseError {
  if (accounts.length === 1) return refusal
  const { code, detail, retryAfterMs, cause } = refusal
  return new UseCaseError(code, {
    detail,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    accounts: accounts.map(idOf),
    cause,
  })
}

async function accountsFor(deps: Deps, wish: CreatePaymentWish): Promise<Candidates> {
  const order = await deps.store.order(wish.orderRef)
  if (!order || !mayPay(order, wish)) throw new UseCaseError('orderNotFound')
  if (order.goodsKind === 'virtual' && wish.scene === 'miniProgram') {
    throw new UseCaseError('virtualGoods')
  }
  return deps.accounts.route({
    scene: wish.scene,
    amount: order.amount,
    accountId: wish.accountId,
    payerAppId: payerFor(order, wish)?.appId ?? null,
  })
}

type Step =
  | { readonly kind: 'done'; readonly payment: Payment }
  | { readonly kind: 'supersede'; readonly payment: Payment }
  | { readonly kind: 'expired' }
  | ({ readonly kind: 'ask' } & Asking)

async function reserve(tx: StoreTransaction, deps: Deps, plan: Plan): Promise<Step> {
  const { wish, accounts } = plan
  const order = await tx.lockOrder(wish.orderRef)
  if (!order || !mayPay(order, wish)) throw new UseCaseError('orderNotFound')
  const payments = await tx.paymentsOfOrder(order.orderRef)
  const mine = attemptsUnder(wish.idempotencyKey, payments)
  const latest = mine.at(-1)
  // One that was closed before anybody could be shown how to pay it is replaced, not repeated.
  if (latest && !(latest.status === 'closed' && latest.clientAction === null)) {
    return repeat(tx, deps, { payment: latest, order })
  }
  if (order.status === 'paid') throw new UseCaseError('orderAlreadyPaid')
  if (order.status === 'closed') throw new UseCaseError('orderClosed')
  if (order.expiresAtMs <= deps.clock.nowMs()) return { kind: 'expired' }

  const live = payments.find(({ status }) => isLive(status))
  if (live) return yieldOrReuse(deps, plan, { live, order })
  // A replacement stays where it was: the accounts before it have refused under this key.
  const account = accounts.find((candidate) => idOf(candidate) === latest?.accountId) ?? accounts[0]
  const payment = newPayment(deps, wish, { order, account, attempt: mine.length + 1 })
  await tx.insertPayment(payment)
  await tx.insertEvents(
    [
      {
        type: 'payment.created',
        orderRef: order.orderRef,
        paymentId: payment.paymentId,
        refundId: null,
      },
    ],
    payment.createdAtMs,
  )
  return { kind: 'ask', payment, order, fresh: true }
}

/** The same key again: the same payment, whose call is resumed if it never got an answer. */
async function repeat(
  tx: StoreTransaction,
  deps: Deps,
  { payment, order }: { payment: Payment; order: Order },
): Promise<Step> {
  // A worker may have learnt of it before the caller did: it exists, but nobody was told how to pay.
  const untold = payment.status === 'pending' && payment.clientAction === null
  if (untold) return { kind: 'ask', payment, order, fresh: false }
  if (payment.status !== 'created') return { kind: 'done', payment }
  if (isBeingAsked(payment, deps.clock.nowMs())) {
    throw new UseCaseError('paymentBusy', { retryAfterMs: 2_000 })
  }
  const resumed = { ...payment, attempts: 0, dueAtMs: deps.clock.nowMs() + CALL_LEASE_MS }
  await tx.updatePayment(resumed)
  const stored = await tx.payment(payment.paymentId)
  return { kind: 'ask', payment: stored ?? resumed, order, fresh: false }
}

function yieldOrReuse(
  deps: Deps,
  { wish, accounts }: Plan,
  { live, order }: { live: Payment; order: Order },
): Step {
  const nowMs = deps.clock.nowMs()
  if (live.status === 'created') {
    if (isBeingAsked(live, nowMs)) throw new UseCaseError('paymentBusy', { retryAfterMs: 2_000 })
    return { kind: 'supersede', payment: live }
  }
  const payer = payerFor(order, wish)
  const sameWish =
    live.scene === wish.scene &&
    accounts.some((account) => idOf(account) === live.accountId) &&
    live.payer?.openid === payer?.openid &&
    live.payer?.appId === payer?.appId &&
    live.request.paymentCode === (wish.paymentCode ?? null)
  return sameWish && canBeShownAgain(live, nowMs)
    ? { kind: 'done', payment: live }
    : { kind: 'supersede', payment: live }
}

/** An action that opens once was opened by the wish it was made for, as far as anybody knows. */
function canBeShownAgain({ clientAction }: Payment, nowMs: number): boolean {
  if (clientAction === null || clientAction.expiresAtMs <= nowMs) return false
  return clientAction.kind !== 'redirect' || clientAction.singleUse !== true
}

/** Somebody is on the line with the provider for this payment right now. */
function isBeingAsked(payment: Payment, nowMs: number): boolean {
  return payment.attempts === 0 && payment.dueAtMs !== null && payment.dueAtMs > nowMs
}

function idOf({ provider }: Account): string {
  return provider.accountId
}
