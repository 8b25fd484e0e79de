import { describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { Refund } from '../../../../server/domain/refund.ts'
import { DuplicateRow } from '../../../../server/store/store.ts'
import { anOrder, aPayment, aRefund } from '../../../support/domain.ts'
import { inWorld, type OpenWorld, savePayment } from './world.ts'

/** A second payment of the same order that shares nothing unique with the first. */
function second(fields: Partial<Payment>): Payment {
  return aPayment({
    paymentId: 'pay_2',
    outTradeNo: 'p2',
    providerPaymentId: 'W-2',
    idempotencyKey: 'key-00000002',
    status: 'closed',
    ...fields,
  })
}

function secondRefund(fields: Partial<Refund>): Refund {
  return aRefund({
    refundId: 'rf_2',
    outRefundNo: 'rf2',
    idempotencyKey: 'refund-key-2',
    ...fields,
  })
}

export function uniqueRules(open: OpenWorld): void {
  describe('what may be there only once', () => {
    const first = aPayment({ providerPaymentId: 'W-1' })

    test.each<[string, string, Partial<Payment>]>([
      ['its name', 'payments_pkey', { paymentId: 'pay_1' }],
      ['its number at the account', 'payments_out_trade_no', { outTradeNo: 'p1' }],
      ["the provider's number", 'payments_provider_payment_id', { providerPaymentId: 'W-1' }],
      [
        "the order's idempotency key",
        'payments_idempotency_key',
        { idempotencyKey: 'key-00000001' },
      ],
      ['being alive (pending)', 'payments_one_live_per_order', { status: 'pending' }],
      ['being alive (created)', 'payments_one_live_per_order', { status: 'created' }],
    ])('a payment: %s', (_, rule, fields) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, first)
        const insert = store.transaction((tx) => tx.insertPayment(second(fields)))
        const error = await insert.catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(DuplicateRow)
        expect(error).toMatchObject({ rule })
        expect(await store.paymentsOfOrder('tea-1001')).toEqual([first])
      })(),
    )

    test.each<[string, Partial<Payment>]>([
      ['shares nothing', {}],
      ['has its number at another account', { accountId: 'b', outTradeNo: 'p1' }],
      [
        "has the provider's number at another account",
        { accountId: 'b', providerPaymentId: 'W-1' },
      ],
      ['is alive for another order', { orderRef: 'tea-2', status: 'pending' }],
      [
        'has the idempotency key of another order',
        { orderRef: 'tea-2', idempotencyKey: 'key-00000001' },
      ],
      ['is paid beside a live one', { status: 'paid' }],
    ])('a second payment is welcome where it %s', (_, fields) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, first)
        await store.transaction(async (tx) => {
          await tx.insertOrder(anOrder({ orderRef: 'tea-2' }))
          await tx.insertPayment(second(fields))
        })
        expect(await store.payment('pay_2')).toEqual(second(fields))
      })(),
    )

    test(
      "payments that have no provider's number yet do not clash",
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment({ providerPaymentId: null }))
        await store.transaction((tx) => tx.insertPayment(second({ providerPaymentId: null })))
        expect(await store.paymentsOfOrder('tea-1001')).toHaveLength(2)
      }),
    )

    test(
      'a new live payment takes over in the transaction that closes the old one',
      inWorld(open, async ({ store }) => {
        await savePayment(store, first)
        const next = second({ status: 'created' })
        await store.transaction(async (tx) => {
          await tx.updatePayment({ ...first, status: 'closed', reason: 'superseded' })
          await tx.insertPayment(next)
        })
        const found = await store.paymentsOfOrder('tea-1001')
        expect(found.map(({ status }) => status)).toEqual(['closed', 'created'])
      }),
    )

    test(
      'a closed payment does not come back to life beside a live one',
      inWorld(open, async ({ store }) => {
        await savePayment(store, first)
        const closed = second({})
        await store.transaction((tx) => tx.insertPayment(closed))
        const revive = store.transaction((tx) => tx.updatePayment({ ...closed, status: 'pending' }))
        await expect(revive).rejects.toThrow(DuplicateRow)
      }),
    )

    test.each<[string, string, Partial<Refund>]>([
      ['its name', 'refunds_pkey', { refundId: 'rf_1' }],
      ['its number', 'refunds_out_refund_no', { outRefundNo: 'rf1' }],
      [
        "the payment's idempotency key",
        'refunds_idempotency_key',
        { idempotencyKey: 'refund-key-1' },
      ],
    ])('a refund: %s', (_, rule, fields) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, first)
        await store.transaction((tx) => tx.insertRefund(aRefund()))
        const insert = store.transaction((tx) => tx.insertRefund(secondRefund(fields)))
        await expect(insert).rejects.toMatchObject({ name: 'DuplicateRow', rule })
        await store.transaction((tx) => tx.insertRefund(secondRefund({})))
        expect(await store.refundsOfPayment('pay_1')).toHaveLength(2)
      })(),
    )

    test(
      'the error quotes nothing of the row',
      inWorld(open, async ({ store }) => {
        const whispering = { providerState: { token: 'whisper' }, payer: null }
        await savePayment(store, aPayment(whispering))
        const nothing = { value: 0, currency: 'CNY' }
        const attempts = await Promise.allSettled([
          store.transaction((tx) => tx.insertPayment(second({ ...whispering, outTradeNo: 'p1' }))),
          store.transaction((tx) => tx.insertPayment(second({ ...whispering, amount: nothing }))),
          store.transaction((tx) =>
            tx.insertRefund(aRefund({ advice: 'whisper', amount: nothing })),
          ),
        ])
        const texts = attempts.map((attempt) =>
          attempt.status === 'rejected' ? everythingOf(attempt.reason) : 'not refused',
        )
        expect(texts).not.toContain('not refused')
        expect(texts.filter((text) => text.includes('whisper'))).toEqual([])
      }),
    )
  })
}

/** An error as the most talkative of loggers would write it. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) throw new Error('something else than an error was thrown')
  const fields = Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)])
  return JSON.stringify(fields) + (error.cause === undefined ? '' : everythingOf(error.cause))
}
