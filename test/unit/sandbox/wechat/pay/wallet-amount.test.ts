import { expect, test } from 'vitest'
import { walletAmountOf } from '../../../../../sandbox/wechat/pay/wallet-amount.ts'

const cny = (value: number) => ({ value, currency: 'CNY' })

test('yuan are debited as they are, unless the order says less, as after a coupon', () => {
  expect(walletAmountOf(cny(1999), undefined)).toEqual(cny(1999))
  expect(walletAmountOf(cny(1999), cny(1500))).toEqual(cny(1500))
})

test.each([
  [1, 'EUR', 8],
  [100, 'EUR', 783],
  [1, 'JPY', 5],
  [1000, 'JPY', 4800],
  [9_007_199_254_740, 'HKD', 8_286_623_314_361],
])('%i minor units of %s are %i fen', (value, currency, fen) => {
  expect(walletAmountOf({ value, currency }, undefined)).toEqual(cny(fen))
})

test('a word of the order goes before the rate', () => {
  expect(walletAmountOf({ value: 100, currency: 'EUR' }, cny(800))).toEqual(cny(800))
})

test('an unknown currency and a wallet in another one are refused', () => {
  expect(() => walletAmountOf({ value: 1, currency: 'XAU' }, undefined)).toThrow('XAU')
  const euros = { value: 1, currency: 'EUR' }
  expect(() => walletAmountOf(euros, euros)).toThrow('CNY only')
  expect(walletAmountOf({ value: 1, currency: 'XAU' }, cny(70_000))).toEqual(cny(70_000))
})
