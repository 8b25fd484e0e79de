import { describe, expect, test } from 'vitest'
import { paymentSchema } from '../../../../shared/contract/payments.ts'
import { refundSchema } from '../../../../shared/contract/refunds.ts'

const cny = (value: number) => ({ value, currency: 'CNY' })
const usd = (value: number) => ({ value, currency: 'USD' })

/** A payment and a refund share what they tell of the money at the bank. */
describe.each([
  ['payment', paymentSchema.shape.settlement],
  ['refund', refundSchema.shape.settlement],
] as const)('what a %s tells of the money that reached the bank', (_, schema) => {
  test.each([
    ['all of it', { source: cny(1000), settled: usd(160), rate: '6.44145000' }],
    ['nothing but that', { source: null, settled: usd(160), rate: null }],
    ['a sum of nought, where fees took all', { source: cny(1000), settled: usd(0), rate: null }],
    ['a debit of nought, where a coupon paid', { source: cny(0), settled: usd(160), rate: null }],
    ['that nothing is known', null],
  ])('may be %s', (_name, settlement) => {
    expect(schema.parse(settlement)).toEqual(settlement)
  })

  test.each([
    ['a sum below nought', { source: null, settled: usd(-1), rate: null }],
    ['a debit below nought', { source: cny(-1), settled: null, rate: null }],
    ['half a cent', { source: null, settled: usd(0.5), rate: null }],
    ['a rate as a number', { source: null, settled: null, rate: 6.44 }],
  ])('is never %s', (_name, settlement) => {
    expect(schema.safeParse(settlement).success).toBe(false)
  })
})
