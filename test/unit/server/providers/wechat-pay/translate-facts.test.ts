import { describe, expect, test } from 'vitest'
import { paymentFact, refundFact } from '../../../../../server/providers/wechat-pay/translate.ts'
import { refundSchema, transactionSchema } from '../../../../../server/providers/wechat-pay/wire.ts'
import { aConfig, anOrder, aReference, aRefund } from './fixture.ts'

const told = { accountId: 'wechat', config: aConfig(), source: 'query' } as const
const aboutAnother = expect.objectContaining({
  outcome: 'unverifiable',
  message: expect.stringContaining('another order, refund or merchant'),
})

describe('what WeChat Pay says about an order', () => {
  const fact = (fields: Record<string, unknown>, asked = aReference()) =>
    paymentFact(transactionSchema.parse(anOrder('SUCCESS', fields)), { ...told, asked })

  test.each([
    ['out_trade_no', { out_trade_no: 'p1001abd' }],
    ['mchid', { mchid: '1900007292' }],
  ])('is not believed with the %s of another one', (_, fields) => {
    expect(() => fact(fields)).toThrow(aboutAnother)
  })

  test('is not believed with another number of theirs than the one we know', () => {
    const asked = aReference({ providerPaymentId: '4200009999' })
    expect(() => fact({}, asked)).toThrow(aboutAnother)
  })

  test('may tell no amount, as that of a closed order does', () => {
    expect(fact({ trade_state: 'CLOSED', amount: undefined })).toMatchObject({
      status: 'expired',
      amount: null,
      settlement: null,
    })
  })

  test('tells no settlement where it tells neither what the payer paid nor a rate', () => {
    expect(fact({ amount: { total: 1999, currency: 'CNY' } }).settlement).toBeNull()
  })
})

describe('what WeChat Pay says about a refund', () => {
  const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
  const fact = (status: string, fields: Record<string, unknown> = {}, asked = ref) =>
    refundFact(refundSchema.parse(aRefund(status, fields)), { ...told, asked })

  test.each([
    ['out_refund_no', { out_refund_no: 'rf1002' }],
    ['out_trade_no', { out_trade_no: 'p1001abd' }],
    ['mchid', { mchid: '1900007292' }],
  ])('is not believed with the %s of another one', (_, fields) => {
    expect(() => fact('SUCCESS', fields)).toThrow(aboutAnother)
  })

  test('may tell no amount, or no number of the payment', () => {
    expect(fact('SUCCESS', { amount: undefined })).toMatchObject({ amount: null, settlement: null })
    const bare = refundSchema.parse(aRefund('SUCCESS', { transaction_id: undefined }))
    expect(refundFact(bare, told).providerPaymentId).toBeNull()
  })

  test('comes with advice only where a person has to act', () => {
    expect(fact('ABNORMAL').advice).toContain('cannot take the money')
    expect(fact('ABNORMAL').advice).toContain('in the merchant console')
    for (const word of ['CLOSED', 'REFUNDCLOSE']) {
      expect(fact(word).advice).toContain('closed this refund without moving money')
    }
    for (const word of ['SUCCESS', 'PROCESSING', 'TOMORROW']) expect(fact(word).advice).toBeNull()
  })
})
