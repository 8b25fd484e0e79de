import { expect } from 'vitest'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, aWish, formOf, golden, printed, rowsOf } from './golden.ts'
import { answerOf, pproAnswering } from './ppro.ts'
import { ppro } from './register/ppro.ts'

const OPEN = { STATUS: 'PENDING', 'SPECOUT.QRCODEURL': 'weixin://wxpay/bizpayurl?pr=abcdefg' }
const PAID = {
  'SPECOUT.SRCAMOUNT': '6594',
  'SPECOUT.SRCCURRENCY': 'CNY',
  'SPECOUT.SETTLEMENTCURRENCY': 'USD',
  'SPECOUT.SETTLEMENTAMOUNT': '1000',
  'SPECOUT.FXRATE': '6.59430000',
}
const amount = { value: 1000, currency: 'USD' }
const payment = aReference({ providerPaymentId: '881495832', amount })

/** The names with which the rows of a printed table begin. */
const namesIn = (path: string) =>
  rowsOf(path).flatMap((row) => /^(SPECOUT\.[A-Z]+)ascii/.exec(row)?.[1] ?? [])

async function requestFor(wish: Parameters<typeof aWish>[0]): Promise<Record<string, string>> {
  const { provider, sent } = pproAnswering([answerOf(OPEN)])
  await provider.createPayment(aWish(wish))
  return formOf(sent[0]?.text ?? '')
}

async function settlementTold(fields: Record<string, string>) {
  const { provider } = pproAnswering([answerOf({ STATUS: 'SUCCEEDED', ...fields })])
  return (await provider.queryPayment(payment))?.settlement
}

golden(ppro, 'ppro-parameters', {
  'Specific input parameters: specin.locale': async () => {
    const values = printed('ppro/input-parameters.txt').match(/^[a-z]{2}-[A-Z]{2}/gm)
    expect(values).toEqual(['zh-CN', 'zh-TW', 'en-US'])
    expect((await requestFor({ locale: 'zh-CN' }))['specin.locale']).toBe('zh-CN')
    expect((await requestFor({ locale: 'en' }))['specin.locale']).toBe('en-US')
  },

  'The currencies EUR, GBP, CNY, CHF and USD': async () => {
    const { provider } = pproAnswering([])
    const taken = ['EUR', 'GBP', 'CNY', 'CHF', 'USD']
    expect(provider.capabilities.currencies).toEqual(taken)
    for (const currency of taken) {
      const request = await requestFor({ amount: { value: 1055, currency } })
      expect(request).toMatchObject({ currency, amount: '1055' })
    }
    const yen = aWish({ amount: { value: 1055, currency: 'JPY' } })
    expect((await failureOf(() => provider.createPayment(yen))).outcome).toBe('rejected')
  },

  'The dynamic descriptor': async () => {
    const request = await requestFor({ description: '龙井茶' })
    expect(request['specin.dynamicdescriptor']).toBe('龙井茶')
  },

  'Specific output parameters for the TRANSACTION call': async () => {
    const path = 'ppro/transaction-output-parameters.txt'
    const onceOpened = ['SPECOUT.QRCODEURL', 'SPECOUT.EXPIRYTIMESTAMP']
    expect(namesIn(path).toSorted()).toEqual([...Object.keys(PAID), ...onceOpened].toSorted())
    expect(await settlementTold(PAID)).toEqual({
      source: { value: 6594, currency: 'CNY' },
      settled: { value: 1000, currency: 'USD' },
      rate: '6.59430000',
    })
    // "Only emitted when a transaction has been successfully paid": before that they say nothing.
    expect(await settlementTold({ ...PAID, STATUS: 'PENDING' })).toBeNull()
    const { provider } = pproAnswering([
      answerOf({ ...OPEN, 'SPECOUT.EXPIRYTIMESTAMP': '1618842495' }),
    ])
    expect((await provider.createPayment(aWish({}))).clientAction).toEqual({
      kind: 'qrCode',
      content: 'weixin://wxpay/bizpayurl?pr=abcdefg',
      image: null,
      expiresAtMs: 1_618_842_495_000,
    })
  },

  'SPECOUT.EXPIRYTIMESTAMP 1574869035, Wednesday 15:37:15 UTC': async () => {
    const rows = rowsOf('ppro/transaction-output-parameters.txt')
    expect(rows).toContainEqual(expect.stringContaining('1574869035 is the UNIX timestamp'))
    const { provider } = pproAnswering([
      answerOf({ ...OPEN, 'SPECOUT.EXPIRYTIMESTAMP': '1574869035' }),
    ])
    const { clientAction } = await provider.createPayment(aWish({}))
    const told = new Date(
      clientAction && 'expiresAtMs' in clientAction ? clientAction.expiresAtMs : 0,
    )
    expect(told.toUTCString()).toBe('Wed, 27 Nov 2019 15:37:15 GMT')
  },

  'Specific output parameters for the REFUND call': async () => {
    const told = {
      'SPECOUT.DSTAMOUNT': '3297',
      'SPECOUT.DSTCURRENCY': 'CNY',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '500',
      'SPECOUT.FXRATE': '6.59430000',
    }
    expect(namesIn('ppro/refund-output-parameters.txt')).toEqual(Object.keys(told))
    const { provider } = pproAnswering([answerOf({ STATUS: 'SUCCEEDED', REFUNDID: '77', ...told })])
    const wish = { payment, outRefundNo: 'rf1', amount: { ...amount, value: 500 }, reason: null }
    expect(await provider.refund?.(wish)).toMatchObject({
      status: 'succeeded',
      providerRefundId: '77',
      settlement: {
        source: { value: 3297, currency: 'CNY' },
        settled: { value: 500, currency: 'USD' },
        rate: '6.59430000',
      },
    })
  },
})
