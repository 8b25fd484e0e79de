import { closeOrder } from '../../server/usecases/close-order.ts'
import { createPayment } from '../../server/usecases/create-payment.ts'
import { receiveNotification } from '../../server/usecases/receive-notification.ts'
import { requestRefund } from '../../server/usecases/request-refund.ts'
import type { World } from './world.ts'

/** The ids of a small shop's history; every step of it was made by the real use cases. */
export interface AuditedShop {
  /** Order `paid`, through this payment, with a refund of 5.00 that is done and one under way. */
  readonly paid: string
  readonly done: string
  /** Its numbers: ours, and the provider's. */
  readonly doneNumbers: { readonly ours: string; readonly theirs: string }
  readonly underWay: string
  /** Order `twice`: the first payment, closed and then paid, and the second success. */
  readonly late: string
  readonly second: string
  /** What gives the second success back. */
  readonly back: string
  /** Order `given-up`, closed by the shop, and its payment. */
  readonly closed: string
  /** Order `waiting`: its payment is pending. */
  readonly pending: string
}

/** A day in a shop: a sale with refunds, one paid twice, one given up, and one that is waiting. */
export async function audited(world: World): Promise<AuditedShop> {
  const paid = await sell(world, 'paid')
  await notify(world, 'evt-paid', paid.outTradeNo)
  const done = await giveBack(world, paid.paymentId, 'done')
  world.provider.refundEndsAs = 'processing'
  const underWay = await giveBack(world, paid.paymentId, 'under-way')
  world.provider.refundEndsAs = 'succeeded'

  const late = await sell(world, 'twice')
  const second = await createPayment(
    world,
    world.wish({ orderRef: 'twice', scene: 'desktopQr', idempotencyKey: 'key-of-second' }),
  )
  world.provider.pay(late.outTradeNo)
  await notify(world, 'evt-late', late.outTradeNo)
  await notify(world, 'evt-second', second.outTradeNo)
  await world.work()
  const doneNow = await world.store.refund(done)
  const [back] = await world.store.refundsOfPayment(second.paymentId)

  const closed = await sell(world, 'given-up')
  await closeOrder(world, 'given-up', 'cancelled')
  const pending = await sell(world, 'waiting')
  return {
    paid: paid.paymentId,
    done,
    doneNumbers: { ours: doneNow?.outRefundNo ?? '', theirs: doneNow?.providerRefundId ?? '' },
    underWay,
    late: late.paymentId,
    second: second.paymentId,
    back: back?.refundId ?? '',
    closed: closed.paymentId,
    pending: pending.paymentId,
  }
}

async function sell(world: World, orderRef: string) {
  await world.anOrder(orderRef)
  return createPayment(world, world.wish({ orderRef, idempotencyKey: `key-of-${orderRef}` }))
}

/** The payer pays, and the provider says so. */
export async function notify(world: World, eventId: string, outTradeNo: string): Promise<void> {
  world.provider.pay(outTradeNo)
  await receiveNotification(world, world.provider.accountId, {
    method: 'POST',
    headers: {},
    query: '',
    body: new TextEncoder().encode(`genuine ${JSON.stringify({ eventId, outTradeNo })}`),
    receivedAtMs: world.clock.nowMs(),
  })
}

async function giveBack(world: World, paymentId: string, idempotencyKey: string) {
  const amount = { value: 500, currency: 'CNY' }
  const refund = await requestRefund(world, { paymentId, amount, reason: null, idempotencyKey })
  return refund.refundId
}
