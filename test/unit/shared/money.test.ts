import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decimalToMinor,
  formatMoney,
  minorDigits,
  minorToDecimal,
  money,
  sameMoney,
} from '../../../shared/money.ts'

const anyCurrency = fc.constantFrom('CNY', 'EUR', 'JPY', 'KRW', 'KWD', 'BHD', 'CLF', 'XAF')

describe('an amount', () => {
  test.each([1, 1_999, Number.MAX_SAFE_INTEGER])('%d minor units can be paid', (value) => {
    expect(money(value, 'CNY')).toEqual({ value, currency: 'CNY' })
  })

  test.each([0, -1, 0.1, 19.99, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])(
    '%d cannot be paid',
    (value) => expect(() => money(value, 'CNY')).toThrow(RangeError),
  )

  test.each(['cny', 'CN', 'CNYY', '', ' CNY', 'CNY\n', '¥'])('%j is no currency', (currency) => {
    expect(() => money(1, currency)).toThrow(RangeError)
  })

  test('is the same only in value and currency', () => {
    expect(sameMoney(money(1, 'CNY'), money(1, 'CNY'))).toBe(true)
    expect(sameMoney(money(1, 'CNY'), money(2, 'CNY'))).toBe(false)
    expect(sameMoney(money(1, 'CNY'), money(1, 'EUR'))).toBe(false)
  })
})

describe('decimals', () => {
  test.each([
    [1_999, 'CNY', '19.99'],
    [1, 'CNY', '0.01'],
    [100, 'CNY', '1.00'],
    [0, 'CNY', '0.00'],
    [-5, 'CNY', '-0.05'],
    [1_999, 'JPY', '1999'],
    [1_999, 'KWD', '1.999'],
    [1_999, 'CLF', '0.1999'],
    [Number.MAX_SAFE_INTEGER, 'CNY', '90071992547409.91'],
  ])('%d of %s is %s', (value, currency, decimal) => {
    expect(minorToDecimal({ value, currency })).toBe(decimal)
    expect(decimalToMinor(decimal, currency)).toEqual({ value, currency })
  })

  test.each([
    ['19.9', 'CNY', 1_990],
    ['19', 'CNY', 1_900],
    ['19.9900', 'CNY', 1_999],
    ['007.00', 'CNY', 700],
    ['1999.00', 'JPY', 1_999],
    ['-0.00', 'CNY', 0],
  ])('%s of %s is read as %d', (decimal, currency, value) => {
    expect(decimalToMinor(decimal, currency)).toEqual({ value, currency })
    expect(Object.is(decimalToMinor(decimal, currency).value, value)).toBe(true)
  })

  test.each([
    ['19.999', 'CNY'],
    ['1.5', 'JPY'],
    ['1.9999', 'KWD'],
  ])('%s has more decimals than %s', (decimal, currency) => {
    expect(() => decimalToMinor(decimal, currency)).toThrow(RangeError)
  })

  test.each(['', '.', '1.', '.5', '1,50', '1e3', '+1', ' 1', '1 ', '0x10', '--1', '1.2.3', '١'])(
    '%j is no decimal amount',
    (decimal) => expect(() => decimalToMinor(decimal, 'CNY')).toThrow(RangeError),
  )

  test('an amount beyond the safe integers is refused, not rounded', () => {
    expect(() => decimalToMinor('90071992547409.92', 'CNY')).toThrow(RangeError)
  })

  test('every amount from 1 to 1,000,000 survives the round trip', () => {
    const broken: number[] = []
    for (let value = 1; value <= 1_000_000; value += 1) {
      const back = decimalToMinor(minorToDecimal({ value, currency: 'CNY' }), 'CNY')
      if (back.value !== value) broken.push(value)
    }
    expect(broken).toEqual([])
  })

  test('any safe amount of any currency survives the round trip, with that currency’s decimals', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), anyCurrency, (value, currency) => {
        const decimal = minorToDecimal({ value, currency })
        const back = decimalToMinor(decimal, currency)
        expect(back).toEqual({ value: value === 0 ? 0 : value, currency })
        expect(decimal.split('.')[1]?.length ?? 0).toBe(minorDigits(currency))
      }),
    )
  })
})

describe('what a person reads', () => {
  test.each([
    [1_999, 'CNY', '¥19.99'],
    [5, 'EUR', '€0.05'],
    [1_999, 'CHF', 'CHF 19.99'],
    [1_999, 'JPY', 'JPY 1999'],
    [-1_999, 'CNY', '-¥19.99'],
  ])('%d of %s is %s', (value, currency, text) => {
    expect(formatMoney({ value, currency })).toBe(text)
  })
})
