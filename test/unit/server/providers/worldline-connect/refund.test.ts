import { describe, expect, test } from 'vitest'
import type { RefundInput, RefundReference } from '../../../../../server/providers/provider.ts'
import { aPayment, aReference, aRefund, PAYMENT_ID } from './fixture.ts'
import { scriptedWorldline } from './scripted.ts'

const world = scriptedWorldline()
const { on } = world
const refund = async (wish: RefundInput) => world.provider().refund?.(wish)
const queryRefund = async (ref: RefundReference) => world.provider().queryRefund?.(ref)

describe('a refund', () => {
  const wish = {
    payment: aReference(),
    outRefundNo: 'rf1001',
    amount: { value: 500, currency: 'USD' },
    reason: 'too bitter',
  }
  const refundRoute = `POST /…/payments/${PAYMENT_ID}/refund`

  test('is asked for with its own number and key', async () => {
    on(refundRoute, 201, aRefund('REFUND_REQUESTED'))
    expect(await refund(wish)).toMatchObject({
      source: 'create',
      status: 'processing',
      outRefundNo: 'rf1001',
      providerPaymentId: PAYMENT_ID,
      amount: { value: 500, currency: 'USD' },
    })
    expect(JSON.parse(world.peer().last().body)).toEqual({
      amountOfMoney: { amount: 500, currencyCode: 'USD' },
      refundReferences: { merchantReference: 'rf1001' },
    })
    expect(world.peer().last().headers['x-gcs-idempotence-key']).toBe('refund-rf1001')
  })

  test('that is there already is not made again, however long ago it was asked for', async () => {
    on(refundRoute, 201, aRefund('REFUND_REQUESTED'))
    on(`GET /…/payments/${PAYMENT_ID}/refunds`, 200, {
      refunds: [
        aRefund('REFUNDED', { references: { merchantReference: 'other' } }),
        aRefund('PAID'),
      ],
    })
    expect(await refund(wish)).toMatchObject({ source: 'query', providerStatus: 'PAID' })
    expect(world.peer().heard.map(({ method }) => method)).toEqual(['GET'])
  })

  test('is not sent while Worldline cannot say whether it is there', async () => {
    on(refundRoute, 201, aRefund('REFUND_REQUESTED'))
    on(`GET /…/payments/${PAYMENT_ID}/refunds`, 503, {})
    await expect(refund(wish)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(world.peer().heard).toHaveLength(1)
  })

  test('that is refused with its object has failed', async () => {
    on(refundRoute, 402, { errors: [{ code: '1' }], refundResult: aRefund('REJECTED') })
    expect(await refund(wish)).toMatchObject({ status: 'failed', providerStatus: 'REJECTED' })
  })

  test('that is refused without one is rejected', async () => {
    on(refundRoute, 400, { errors: [{ code: '300480', propertyName: 'amountOfMoney.amount' }] })
    await expect(refund(wish)).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining('amountOfMoney.amount'),
    })
  })

  test('finds the payment by our number where theirs is not known', async () => {
    on('GET /…/payments', 200, { payments: [aPayment('CAPTURED')] })
    on(refundRoute, 201, aRefund('REFUND_REQUESTED'))
    const payment = aReference({ providerPaymentId: null })
    expect(await refund({ ...wish, payment })).toMatchObject({ status: 'processing' })
  })

  test('is asked about by their number, and by ours while that is not known', async () => {
    const id = '00000085001000018818-00001'
    on(`GET /…/refunds/${id}`, 200, aRefund('REFUNDED'))
    on(`GET /…/payments/${PAYMENT_ID}/refunds`, 200, { refunds: [aRefund('REFUND_REQUESTED')] })
    const ref = { payment: aReference(), outRefundNo: 'rf1001' }
    expect(await queryRefund({ ...ref, providerRefundId: id })).toMatchObject({
      status: 'succeeded',
    })
    expect(await queryRefund({ ...ref, providerRefundId: null })).toMatchObject({
      status: 'processing',
    })
    const unknown = { ...ref, outRefundNo: 'rf9', providerRefundId: null }
    expect(await queryRefund(unknown)).toBeNull()
  })
})
