import { describe, expect, test } from 'vitest'
import {
  explain,
  initializeFields,
  paymentFact,
  refundFields,
} from '../../../../../server/providers/saferpay/translate.ts'
import { transactionAnswerSchema } from '../../../../../server/providers/saferpay/wire.ts'
import { aReference, aWish, transaction } from './fixture.ts'

const accountId = 'saferpay'
const terms = {
  accountId,
  currencies: ['CHF'],
  scenes: ['desktopQr', 'mobileWeb'] as const,
  notificationSecret: 'a-secret-of-this-test-alone',
}
const create = (fields: Parameters<typeof aWish>[0]) => initializeFields(aWish(fields), terms)
const rejected = (why: string) =>
  expect.objectContaining({ outcome: 'rejected', message: expect.stringContaining(why) })

describe('what Saferpay could not take is refused before it is sent', () => {
  test.each([
    [{ scene: 'miniProgram' }, 'does not serve miniProgram here'],
    [{ amount: { value: 1, currency: 'USD' } }, 'takes no USD on this terminal'],
    [{ outTradeNo: 'order/1001' }, 'numbers of 1 to 50 letters'],
    [{ returnUrl: `https://shop.example/${'r'.repeat(1950)}` }, 'at most 2000 characters'],
  ] as const)('and says why: %j, %s', (fields, why) => {
    expect(() => create(fields)).toThrow(rejected(why))
  })

  test('such as an address of 2001 characters, but not one of 2000', () => {
    const base = 'https://shop.example/'
    const room = 2_000 - create({ returnUrl: base }).ReturnUrl.Url.length
    const returnUrl = base + 'r'.repeat(room)
    expect(create({ returnUrl }).ReturnUrl.Url).toHaveLength(2_000)
    expect(() => create({ returnUrl: `${returnUrl}r` })).toThrow(rejected('2000 characters'))
  })

  test('and a refund in another currency', () => {
    const amount = { value: 1, currency: 'USD' }
    const wish = { payment: aReference(), outRefundNo: 'r1', amount, reason: null }
    expect(() => refundFields(wish, accountId)).toThrow(rejected('in the currency of the payment'))
  })
})

test('a refund that the day’s payments do not cover is worth another one later', () => {
  const advice = explain('Transaction/Refund', 'NO_CREDITS_AVAILABLE')
  expect(advice).toContain('Make a new refund once they do')
})

describe('an answer about a payment', () => {
  const fact = (json: object) =>
    paymentFact(transactionAnswerSchema.parse(json), { accountId, payment: aReference() })

  test('tells the way of paying where it has one', () => {
    expect(fact(transaction()).providerStatus).toBe('CAPTURED WECHATPAY')
    const { PaymentMeans: _, ...bare } = transaction()
    expect(fact(bare)).toMatchObject({ status: 'paid', providerStatus: 'CAPTURED' })
  })

  test('about something else is not believed', () => {
    expect(() => fact(transaction({ OrderId: 'order-1002' }))).toThrow(
      expect.objectContaining({
        outcome: 'unverifiable',
        message: "Saferpay's answer is about something else than was asked for",
      }),
    )
  })
})
