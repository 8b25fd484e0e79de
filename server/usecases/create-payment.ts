import type { Scene } from '../../shared/payment-status.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { isLive } from '../domain/transitions.ts'
import type { StoreTransaction } from '../store/store.ts'
import { mayPay, payerOf, type Visitor } from './access.ts'
import { askProvider, CALL_LEASE_MS, Unpresentable } from './ask-provider.ts'
import { closeOrder } from './close-order.ts'
import type { Account, Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { closeLivePayment } from './supersede-payment.ts'

export interface CreatePaymentWish extends Visitor {
  readonly orderRef: string
  readonly scene: Scene
  readonly accountId: string | undefined
  readonly locale: 'zh-CN' | 'en'
  readonly idempotencyKey: string
  readonly payerIp: string
  readonly deviceIsMobile: boolean
  /** What was scanned from the payer's phone; with the scene `paymentCode`, and only there. */
  readonly paymentCode?: string | undefined
}

/** Rounds of superseding or replacing before the payer is asked to try again. */
const MOST_ROUNDS = 4

/**
 * One attempt to collect an order: the price, the payer and the verdict come from here, never from
 * the page. The row is on disk before the provider hears of it. The same key always leads to the
 * same attempt; an equal wish while an attempt can still be paid gets that attempt; another wish
 * closes the old attempt first. Throws UseCaseError.
 */
export async function createPayment(deps: Deps, wish: CreatePaymentWish): Promise<Payment> {
  const account = await accountFor(deps, wish)
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const step = await deps.store.transaction((tx) => reserve(tx, deps, { wish, account }))
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
        const asked = await askOrReplace(deps, step)
        if (asked) return asked
      }
    }
  }
  throw new UseCaseError('paymentBusy', { retryAfterMs: 2_000 })
}

async function askOrReplace(
  deps: Deps,
  step: { payment: Payment; order: Order; fresh: boolean },
): Promise<Payment | null> {
  try {
    return await askProvider(deps, step)
  } catch (error) {
    if (!(error instanceof Unpresentable)) throw error
    // It exists at the provider, but what the payer needs was in the lost answer: nobody can pay
    // it, so it makes room for another one.
    await closeLivePayment(deps, error.payment, 'superseded')
    return null
  }
}

async function accountFor(deps: Deps, wish: CreatePaymentWish): Promise<Account> {
  const order = await deps.store.order(wish.orderRef)
  if (!order || !mayPay(order, wish)) throw new UseCaseError('orderNotFound')
  if (order.goodsKind === 'virtual' && wish.scene === 'miniProgram') {
    throw new UseCaseError('virtualGoods')
  }
  return deps.accounts.route({
    scene: wish.scene,
    amount: order.amount,
    accountId: wish.accountId,
    payerAppId: payerOf(wish.sessions)?.appId ?? null,
  })
}

type Step =
  | { readonly kind: 'done'; readonly payment: Payment }
  | { readonly kind: 'supersede'; readonly payment: Payment }
  | { readonly kind: 'expired' }
  | {
      readonly kind: 'ask'
      readonly payment: Payment
      readonly order: Order
      /** True when nobody can have asked the provider for this payment before. */
      readonly fresh: boolean
    }

interface Reservation {
  readonly wish: CreatePaymentWish
  readonly account: Account
}

async function reserve(tx: StoreTransaction, deps: Deps, plan: Reservation): Promise<Step> {
  const order = await tx.lockOrder(plan.wish.orderRef)
  if (!order || !mayPay(order, plan.wish)) throw new UseCaseError('orderNotFound')
  const payments = await tx.paymentsOfOrder(order.orderRef)
  const mine = payments.filter(
    ({ idempotencyKey }) => keyOf(idempotencyKey) === plan.wish.idempotencyKey,
  )
  const latest = mine.at(-1)
  // One that was closed before anybody could be shown how to pay it is replaced, not repeated.
  if (latest && !(latest.status === 'closed' && latest.clientAction === null)) {
    return repeat(tx, deps, { payment: latest, order })
  }
  if (order.status === 'paid') throw new UseCaseError('orderAlreadyPaid')
  if (order.status === 'closed') throw new UseCaseError('orderClosed')
  if (order.expiresAtMs <= deps.clock.nowMs()) return { kind: 'expired' }

  const live = payments.find(({ status }) => isLive(status))
  if (live) return yieldOrReuse(deps, plan, live)
  const payment = newPayment(deps, plan, { order, attempt: mine.length + 1 })
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

function yieldOrReuse(deps: Deps, { wish, account }: Reservation, live: Payment): Step {
  const nowMs = deps.clock.nowMs()
  if (live.status === 'created') {
    if (isBeingAsked(live, nowMs)) throw new UseCaseError('paymentBusy', { retryAfterMs: 2_000 })
    return { kind: 'supersede', payment: live }
  }
  const payer = payerOf(wish.sessions)
  const sameWish =
    live.scene === wish.scene &&
    live.accountId === account.provider.accountId &&
    live.payer?.openid === payer?.openid &&
    live.payer?.appId === payer?.appId
  const payable = live.clientAction !== null && live.clientAction.expiresAtMs > nowMs
  return sameWish && payable
    ? { kind: 'done', payment: live }
    : { kind: 'supersede', payment: live }
}

/** Somebody is on the line with the provider for this payment right now. */
function isBeingAsked(payment: Payment, nowMs: number): boolean {
  return payment.attempts === 0 && payment.dueAtMs !== null && payment.dueAtMs > nowMs
}

/** Replacements of a lost attempt carry the caller's key and their number. */
function keyOf(stored: string): string {
  return stored.split(' ')[0] ?? stored
}

function newPayment(
  deps: Deps,
  { wish, account }: Reservation,
  { order, attempt }: { order: Order; attempt: number },
): Payment {
  const nowMs = deps.clock.nowMs()
  const { provider } = account
  const paymentId = `pay_${deps.ids.next()}`
  const payer = payerOf(wish.sessions)
  return {
    paymentId,
    orderRef: order.orderRef,
    accountId: provider.accountId,
    scene: wish.scene,
    status: 'created',
    reason: null,
    amount: order.amount,
    outTradeNo: `p${deps.ids.next()}`,
    providerPaymentId: null,
    payer,
    appId: provider.capabilities.needsOpenid.includes(wish.scene) ? (payer?.appId ?? null) : null,
    clientAction: null,
    providerState: {},
    request: {
      description: order.description,
      locale: wish.locale,
      payerIp: wish.payerIp,
      returnUrl: `${deps.publicUrl}/v1/checkout/returns/${paymentId}`,
      notifyUrl: `${deps.publicUrl}/v1/notifications/${provider.accountId}`,
      deviceIsMobile: wish.deviceIsMobile,
      paymentCode: wish.paymentCode ?? null,
    },
    idempotencyKey: attempt === 1 ? wish.idempotencyKey : `${wish.idempotencyKey} ${attempt}`,
    duplicate: false,
    late: false,
    settlement: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + provider.capabilities.paymentLifetimeMs,
    paidAtMs: null,
    dueAtMs: nowMs + CALL_LEASE_MS,
    attempts: 0,
    lastQueryAtMs: null,
    version: 0,
  }
}
