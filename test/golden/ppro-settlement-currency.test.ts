import { expect } from 'vitest'
import { type Money, minorToDecimal } from '../../shared/money.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, aWish, formOf, golden, printed, rowsOf } from './golden.ts'
import { answerOf, pproAnswering } from './ppro.ts'
import { ppro } from './register/ppro.ts'

const CNY = { value: 1000, currency: 'CNY' }
const GBP = { value: 1000, currency: 'GBP' }
const COMPARISON = 'ppro/cny-versus-like-for-like.txt'

/** The values that stand in a printed table of parameters, whose columns have run together. */
function valuesIn(path: string, names: readonly string[]): Record<string, string> {
  const values = printed(path)
    .split(/(?=^SPECOUT\.[A-Z]+?(?:Ex|The|SP))/m)
    .map((block) => block.trim().split('\n'))
  return Object.fromEntries(
    names.map((name) => {
      const block = values.find(([first = '']) => first.startsWith(name))
      const [last = ''] = block?.slice(-1) ?? []
      return [name, /(?:\d+(?:\.\d+)?|[A-Z]{3})$/.exec(last)?.[0] ?? '']
    }),
  )
}

/** The rows `tagwechatpay`, `currencyCNY` … of a printed request. */
function requestIn(path: string): Record<string, string> {
  const names = /^(tag|currency|countrycode|amount)(.+)$/
  return Object.fromEntries(
    rowsOf(path).flatMap((row) => {
      const [, name, value] = names.exec(row) ?? []
      return name && value ? [[name, value]] : []
    }),
  )
}

async function transactionFor(amount: Money): Promise<Record<string, string>> {
  const code = { STATUS: 'PENDING', 'SPECOUT.QRCODEURL': 'weixin://wxpay/bizpayurl?pr=a' }
  const { provider, sent } = pproAnswering([answerOf(code)])
  await provider.createPayment(aWish({ amount }))
  return formOf(sent[0]?.text ?? '')
}

const paymentOf = (amount: Money) => aReference({ providerPaymentId: '881495832', amount })

async function paid(amount: Money, fields: Record<string, string>) {
  const { provider } = pproAnswering([answerOf({ STATUS: 'SUCCEEDED', ...fields })])
  return provider.queryPayment(paymentOf(amount))
}

async function refunded(amount: Money, fields: Record<string, string>) {
  const answer = answerOf({ STATUS: 'SUCCEEDED', REFUNDID: '4711', ...fields })
  const { provider, sent } = pproAnswering([answer])
  const wish = { payment: paymentOf(amount), outRefundNo: 'rf1', amount, reason: null }
  return { fact: await provider.refund?.(wish), request: formOf(sent[0]?.text ?? '') }
}

const PAID_IN_CNY = valuesIn('ppro/table-9-transaction-response.txt', [
  'SPECOUT.FXRATE',
  'SPECOUT.CNYAMOUNT',
  'SPECOUT.SRCCURRENCY',
  'SPECOUT.SRCAMOUNT',
  'SPECOUT.SETTLEMENTCURRENCY',
  'SPECOUT.SETTLEMENTAMOUNT',
])
const REFUNDED_IN_CNY = valuesIn('ppro/table-11-refund-response.txt', [
  'SPECOUT.FXRATE',
  'SPECOUT.DSTCURRENCY',
  'SPECOUT.DSTAMOUNT',
  'SPECOUT.SETTLEMENTCURRENCY',
  'SPECOUT.SETTLEMENTAMOUNT',
])
const SETTLED = { source: CNY, settled: { value: 160, currency: 'USD' }, rate: '6.44145000' }

golden(ppro, 'ppro-settlement-currency', {
  'CNY and like-for-like: currency in the Transaction call': async () => {
    expect(rowsOf(COMPARISON)).toContain('currency value in Transaction callCNYNon-CNY.')
    expect(await transactionFor(CNY)).toMatchObject({ currency: 'CNY' })
    expect(await transactionFor(GBP)).toMatchObject({ currency: 'GBP' })
  },

  'CNY and like-for-like: currency in the Refund call': async () => {
    expect(rowsOf(COMPARISON)).toContain('currency value in Refund callCNY')
    expect((await refunded(CNY, {})).request).toMatchObject({ currency: 'CNY' })
    expect((await refunded(GBP, {})).request).toMatchObject({ currency: 'GBP' })
    const { provider } = pproAnswering([])
    const inSettlementCurrency = { payment: paymentOf(CNY), outRefundNo: 'rf1', reason: null }
    const wish = { ...inSettlementCurrency, amount: { value: 160, currency: 'USD' } }
    expect((await failureOf(() => provider.refund?.(wish))).outcome).toBe('rejected')
  },

  'CNY and like-for-like: SPECOUT.SETTLEMENTCURRENCY in the Transaction call': async () => {
    for (const currency of ['USD', 'EUR']) {
      const told = { ...PAID_IN_CNY, 'SPECOUT.SETTLEMENTCURRENCY': currency }
      const fact = await paid(CNY, told)
      expect(fact).toMatchObject({ amount: CNY, settlement: { settled: { currency } } })
    }
    const likeForLike = { 'SPECOUT.SETTLEMENTCURRENCY': 'GBP', 'SPECOUT.SETTLEMENTAMOUNT': '1000' }
    expect(await paid(GBP, likeForLike)).toMatchObject({
      amount: GBP,
      settlement: { settled: GBP },
    })
  },

  'CNY and like-for-like: SPECOUT.SETTLEMENTCURRENCY in the Refund response': async () => {
    for (const currency of ['USD', 'EUR']) {
      const told = { ...REFUNDED_IN_CNY, 'SPECOUT.SETTLEMENTCURRENCY': currency }
      expect((await refunded(CNY, told)).fact?.settlement?.settled?.currency).toBe(currency)
    }
    const likeForLike = { 'SPECOUT.SETTLEMENTCURRENCY': 'GBP', 'SPECOUT.SETTLEMENTAMOUNT': '1000' }
    expect((await refunded(GBP, likeForLike)).fact?.settlement?.settled).toEqual(GBP)
  },

  'Table 8. Transaction call example': async () => {
    const theirs = requestIn('ppro/table-8-transaction-call.txt')
    expect(theirs).toEqual({
      tag: 'wechatpay',
      currency: 'CNY',
      countrycode: 'CN',
      amount: '1000',
    })
    expect(await transactionFor(CNY)).toMatchObject(theirs)
  },

  'Table 9. Succeeded Transaction response example': async () => {
    expect(PAID_IN_CNY).toEqual({
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.CNYAMOUNT': '10.00',
      'SPECOUT.SRCCURRENCY': 'CNY',
      'SPECOUT.SRCAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    })
    const fact = await paid(CNY, PAID_IN_CNY)
    expect(fact).toMatchObject({ status: 'paid', amount: CNY, settlement: SETTLED })
    // Another sum in the wallet is not the payment that was asked for.
    const short = await paid(CNY, { ...PAID_IN_CNY, 'SPECOUT.CNYAMOUNT': '9.99' })
    expect(short?.amount).toEqual({ value: 999, currency: 'CNY' })
  },

  'The consumer will be billed CNY 10.00 and you will be settled USD 1.60': async () => {
    const { source, settled } = (await paid(CNY, PAID_IN_CNY))?.settlement ?? {}
    expect([source, settled].map((sum) => sum && minorToDecimal(sum))).toEqual(['10.00', '1.60'])
    expect([source?.currency, settled?.currency]).toEqual(['CNY', 'USD'])
  },

  'Table 10. Refund call example': async () => {
    const theirs = requestIn('ppro/table-10-refund-call.txt')
    expect(theirs).toEqual({ tag: 'wechatpay', currency: 'CNY', countrycode: 'CN', amount: '1000' })
    expect((await refunded(CNY, REFUNDED_IN_CNY)).request).toMatchObject({
      ...theirs,
      txtype: 'REFUND',
      txid: '881495832',
    })
  },

  'Table 11. Succeeded Refund response example': async () => {
    expect(REFUNDED_IN_CNY).toEqual({
      'SPECOUT.FXRATE': PAID_IN_CNY['SPECOUT.FXRATE'],
      'SPECOUT.DSTCURRENCY': 'CNY',
      'SPECOUT.DSTAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    })
    const { fact } = await refunded(CNY, REFUNDED_IN_CNY)
    expect(fact).toMatchObject({ status: 'succeeded', amount: CNY, settlement: SETTLED })
  },

  'The consumer will be refunded CNY 10.00; you will be debited USD 1.60': async () => {
    const { source, settled } = (await refunded(CNY, REFUNDED_IN_CNY)).fact?.settlement ?? {}
    expect([source, settled].map((sum) => sum && minorToDecimal(sum))).toEqual(['10.00', '1.60'])
  },
})
