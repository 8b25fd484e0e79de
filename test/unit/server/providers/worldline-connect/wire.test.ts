import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createPaymentResponseSchema,
  moneyOf,
  shownFields,
  wireAmount,
} from '../../../../../server/providers/worldline-connect/wire.ts'
import { minorDigits, minorToDecimal } from '../../../../../shared/money.ts'
import { aPayment } from './fixture.ts'

const currencies = fc.constantFrom('CNY', 'USD', 'EUR', 'JPY', 'KRW', 'KWD', 'BHD', 'CLF')
const values = fc.integer({ min: 1, max: 999_999_999_999 })

describe('an amount on the wire', () => {
  test.each([
    [{ value: 1999, currency: 'USD' }, 1999],
    [{ value: 1999, currency: 'JPY' }, 199_900],
    [{ value: 1230, currency: 'KWD' }, 123],
    [{ value: 100, currency: 'CLF' }, 1],
  ])('%j is %i with two decimals', (money, amount) => {
    expect(wireAmount(money)).toEqual({ amount, currencyCode: money.currency })
  })

  test('is the same amount on the way back, or is not sent at all', () => {
    fc.assert(
      fc.property(values, currencies, (value, currency) => {
        const wire = wireAmount({ value, currency })
        if (wire) expect(moneyOf(wire)).toEqual({ value, currency })
        else expect(value % 10 ** (minorDigits(currency) - 2)).not.toBe(0)
      }),
    )
  })

  test('means the same decimal in both spellings', () => {
    fc.assert(
      fc.property(values, currencies, (value, currency) => {
        const wire = wireAmount({ value, currency })
        if (!wire) return
        const theirs = minorToDecimal({ value: wire.amount, currency: 'USD' })
        expect(Number(theirs)).toBe(Number(minorToDecimal({ value, currency })))
      }),
    )
  })

  test('beyond the safe integers is no amount', () => {
    expect(wireAmount({ value: Number.MAX_SAFE_INTEGER, currency: 'JPY' })).toBeNull()
  })
})

describe('the fields to show', () => {
  const answer = (merchantAction: unknown) =>
    createPaymentResponseSchema.parse({ merchantAction, payment: aPayment('REDIRECTED') })
  const paymentProduct863 = { appId: 'wx1', nonceStr: 'n', signType: '' }

  test('are the same from CALL_THIRD_PARTY and from SHOW_FORM', () => {
    const third = { actionType: 'CALL_THIRD_PARTY', thirdPartyData: { paymentProduct863 } }
    const showData = Object.entries(paymentProduct863).map(([key, value]) => ({ key, value }))
    const fields = new Map([
      ['appId', 'wx1'],
      ['nonceStr', 'n'],
    ])
    expect(shownFields(answer(third))).toEqual(fields)
    expect(shownFields(answer({ actionType: 'SHOW_FORM', showData }))).toEqual(fields)
  })

  test('are none where there is no action', () => {
    expect(shownFields(answer(null))).toEqual(new Map())
    expect(shownFields(answer({ actionType: 'SHOW_FORM' }))).toEqual(new Map())
  })
})
