import { describe, expect, test } from 'vitest'
import type { ClientAction } from '../../../../server/domain/client-action.ts'
import type { Payment } from '../../../../server/domain/payment.ts'
import { type PaymentNumber, StaleWrite, type Store } from '../../../../server/store/store.ts'
import { anOrder, aPayment } from '../../../support/domain.ts'
import { inWorld, numberedPayment, type OpenWorld, savePayment } from './world.ts'

const ACTIONS: readonly ClientAction[] = [
  {
    kind: 'wechatPay',
    payParams: {
      appId: 'wx-mini',
      timeStamp: '1790000000',
      nonceStr: 'n',
      package: 'prepay_id=wx1',
      signType: 'RSA',
      paySign: 's/+=',
    },
    expiresAtMs: 5,
  },
  { kind: 'qrCode', content: 'weixin://wxpay/bizpayurl?pr=1', image: null, expiresAtMs: 5 },
  { kind: 'qrCode', content: null, image: 'data:image/png;base64,AA==', expiresAtMs: 5 },
  { kind: 'redirect', url: 'https://psp.example/pay?a=1&b=2', expiresAtMs: 5 },
  { kind: 'appPay', params: { prepayid: 'wx1', sign: 'x' }, expiresAtMs: 5 },
  { kind: 'wait', expiresAtMs: 5 },
]

export function payments(open: OpenWorld): void {
  describe('payments', () => {
    test(
      'a payment with everything set comes back as it was stored',
      inWorld(open, async ({ store }) => {
        const payment = aPayment({
          status: 'paid',
          reason: 'superseded',
          amount: { value: Number.MAX_SAFE_INTEGER, currency: 'IDR' },
          providerReference: '2138384845',
          providerState: { token: 'a"b\\c', __proto__x: '中' },
          duplicate: true,
          late: true,
          settlement: {
            source: { value: Number.MAX_SAFE_INTEGER, currency: 'CNY' },
            settled: { value: 1, currency: 'EUR' },
            rate: '6.44145000',
          },
          paidAtMs: 1_790_000_000_123,
          lastQueryAtMs: 1_790_000_000_124,
          attempts: 3,
        })
        await savePayment(store, payment)
        expect(await store.payment(payment.paymentId)).toEqual(payment)
      }),
    )

    test(
      'a payment with nothing optional comes back with nulls',
      inWorld(open, async ({ store }) => {
        const payment = aPayment({
          providerPaymentId: null,
          payer: null,
          appId: null,
          dueAtMs: null,
        })
        await savePayment(store, payment)
        expect(await store.payment(payment.paymentId)).toEqual(payment)
        expect(await store.payment('pay_2')).toBeUndefined()
      }),
    )

    test.each(ACTIONS)('client action $kind comes back as it was stored', (clientAction) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment({ clientAction }))
        expect((await store.payment('pay_1'))?.clientAction).toEqual(clientAction)
      })(),
    )

    test(
      'an update raises the version by one and is read back',
      inWorld(open, async ({ store }) => {
        const payment = aPayment()
        await savePayment(store, payment)
        const paid: Payment = { ...payment, status: 'paid', paidAtMs: 9, dueAtMs: null }
        await store.transaction((tx) => tx.updatePayment(paid))
        expect(await store.payment('pay_1')).toEqual({ ...paid, version: payment.version + 1 })
      }),
    )

    test(
      'a write from an older version is stale and changes nothing',
      inWorld(open, async ({ store }) => {
        const payment = aPayment()
        await savePayment(store, payment)
        await store.transaction((tx) => tx.updatePayment({ ...payment, status: 'paid' }))
        const late = store.transaction((tx) => tx.updatePayment({ ...payment, status: 'closed' }))
        await expect(late).rejects.toThrow(StaleWrite)
        expect((await store.payment('pay_1'))?.status).toBe('paid')
      }),
    )

    test(
      'of two writers with one version exactly one wins',
      inWorld(open, async ({ store }) => {
        const payment = aPayment()
        await savePayment(store, payment)
        const results = await Promise.allSettled(
          (['paid', 'closed'] as const).map((status) =>
            store.transaction((tx) => tx.updatePayment({ ...payment, status })),
          ),
        )
        expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
        expect((await store.payment('pay_1'))?.version).toBe(payment.version + 1)
      }),
    )

    test(
      'a write to a payment that is not there is stale',
      inWorld(open, async ({ store }) => {
        const write = store.transaction((tx) => tx.updatePayment(aPayment()))
        await expect(write).rejects.toThrow(StaleWrite)
      }),
    )

    test.each<[string, Partial<Payment>]>([
      ['amount', { amount: { value: 1, currency: 'CNY' } }],
      ['currency', { amount: { value: 1999, currency: 'EUR' } }],
      ['order number', { outTradeNo: 'p2' }],
      ['account', { accountId: 'other' }],
    ])('no update gives a payment another %s', (_, fields) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        const change = store.transaction((tx) => tx.updatePayment(aPayment(fields)))
        await expect(change).rejects.toThrow('cannot be changed')
        expect(await store.payment('pay_1')).toEqual(aPayment())
      })(),
    )

    test(
      'the payments of an order come oldest first, and no others',
      inWorld(open, async ({ store }) => {
        await savePayment(store, attempt(2, { createdAtMs: 20 }))
        await store.transaction((tx) => tx.insertPayment(attempt(3, { createdAtMs: 30 })))
        await store.transaction((tx) => tx.insertPayment(attempt(1, { createdAtMs: 10 })))
        await savePayment(store, numberedPayment(8))
        const found = await store.paymentsOfOrder('tea-1001')
        expect(found.map(({ paymentId }) => paymentId)).toEqual(['pay_1', 'pay_2', 'pay_3'])
        expect(await store.paymentsOfOrder('unknown')).toEqual([])
      }),
    )

    test(
      'a payment needs its order',
      inWorld(open, async ({ store }) => {
        await expect(store.transaction((tx) => tx.insertPayment(aPayment()))).rejects.toThrow()
        expect(await store.payment('pay_1')).toBeUndefined()
      }),
    )

    byNumber(open)
  })
}

function attempt(number: number, fields: Partial<Payment>): Payment {
  const names = { orderRef: 'tea-1001', idempotencyKey: `key-${number}` }
  return numberedPayment(number, { ...names, status: 'closed', ...fields })
}

function byNumber(open: OpenWorld): void {
  const save = async (store: Store): Promise<void> => {
    await savePayment(store, numberedPayment(1, { providerPaymentId: 'W-1' }))
    await savePayment(store, numberedPayment(2, { providerPaymentId: 'W-2' }))
    await savePayment(store, numberedPayment(3))
    await savePayment(store, numberedPayment(4, { accountId: 'b', providerPaymentId: 'W-1' }))
    await savePayment(store, numberedPayment(5, { providerReference: 'G-5' }))
    await savePayment(store, numberedPayment(6, { providerReference: 'G-6' }))
    await savePayment(store, numberedPayment(7, { providerReference: 'G-6' }))
  }

  test.each([
    ['our number', named('p1', null), 'pay_1'],
    ["the provider's number", named(null, 'W-2'), 'pay_2'],
    ['both numbers', named('p1', 'W-1'), 'pay_1'],
    ["our number, while the provider's is not known yet", named('p3', 'W-3'), 'pay_3'],
    ['the number of its own account', { ...named(null, 'W-1'), accountId: 'b' }, 'pay_4'],
    ['numbers of two payments', named('p1', 'W-2'), undefined],
    ['a number of another account', { ...named('p1', null), accountId: 'b' }, undefined],
    ['an unknown number', named('p9', null), undefined],
    ['no number at all', named(null, null), undefined],
    ['a further number', named(null, null, 'G-5'), 'pay_5'],
    ['a further number beside ours', named('p5', null, 'G-5'), 'pay_5'],
    ['a further number that is not known, beside ours', named('p5', null, 'G-9'), 'pay_5'],
    ['a further number of another payment', named('p1', null, 'G-5'), undefined],
    ['a further number of two payments', named(null, null, 'G-6'), undefined],
    [
      'a further number of another account',
      { ...named(null, null, 'G-5'), accountId: 'b' },
      undefined,
    ],
  ])('by %s', (_, name, expected) =>
    inWorld(open, async ({ store }) => {
      await save(store)
      expect((await store.paymentByNumber(name))?.paymentId).toBe(expected)
      const inside = await store.transaction((tx) => tx.paymentByNumber(name))
      expect(inside?.paymentId).toBe(expected)
    })(),
  )

  test(
    'the order of an unknown payment is not locked by looking for it',
    inWorld(open, async ({ store }) => {
      await store.transaction((tx) => tx.insertOrder(anOrder()))
      const found = await store.transaction(async (tx) => [
        await tx.lockOrder('unknown'),
        await tx.lockPayment('unknown'),
        await tx.lockRefund('unknown'),
        await tx.lockLoginState('unknown'),
      ])
      expect(found).toEqual([undefined, undefined, undefined, undefined])
    }),
  )
}

function named(
  outTradeNo: string | null,
  providerPaymentId: string | null,
  providerReference?: string,
): PaymentNumber {
  const further = providerReference === undefined ? {} : { providerReference }
  return { accountId: 'worldline', outTradeNo, providerPaymentId, ...further }
}
