import { describe, expect, test } from 'vitest'
import { type Form, type PproWorld, paid, pproWorld, started } from './world.ts'

function refund(world: PproWorld, txid: string, changes: Form = {}) {
  return world.call({
    txtype: 'REFUND',
    tag: 'wechatpay',
    txid,
    currency: 'CNY',
    amount: '1000',
    merchantrefundid: 'rf-1001-1',
    ...changes,
  })
}

const paidInYuan = (world: PproWorld, amount = '1000') => paid(world, { currency: 'CNY', amount })

describe('REFUND', () => {
  test('is answered at once, at the payment’s rate, as in the published example', async () => {
    const world = await pproWorld()
    const before = world.people.balanceFen('li-wei')
    const answer = await refund(world, await paidInYuan(world))
    expect(answer).toMatchObject({
      STATUS: 'SUCCEEDED',
      MERCHANTREFUNDID: 'rf-1001-1',
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.DSTCURRENCY': 'CNY',
      'SPECOUT.DSTAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    })
    expect(answer['REFUNDID']).toMatch(/^[1-9]\d+$/)
    expect(world.people.balanceFen('li-wei')).toBe(before)
  })

  test('keeps the rate of the payment although the rate has moved', async () => {
    const world = await pproWorld()
    const txid = await paidInYuan(world)
    world.simulator.configure({ settlementRate: '9.00000000' })
    expect((await refund(world, txid))['SPECOUT.FXRATE']).toBe('6.44145000')
  })

  test('in parts adds up to the whole, and beyond it is QUOTA', async () => {
    const world = await pproWorld()
    const txid = await paid(world)
    const part = (amount: string) => refund(world, txid, { currency: 'EUR', amount })
    const answers = [await part('333'), await part('333'), await part('389')]
    const sum = (name: string) =>
      answers.reduce((total, answer) => total + Number(answer[name] ?? Number.NaN), 0)
    expect(sum('SPECOUT.DSTAMOUNT')).toBe(8_274)
    expect(sum('SPECOUT.SETTLEMENTAMOUNT')).toBe(1_055)
    expect(await part('1')).toMatchObject({ STATUS: 'FAILED', FAILREASON: 'QUOTA' })
    expect(world.simulator.books()).toMatchObject({
      payments: [{ refundedMinor: 1_055 }],
      refunds: [
        { state: 'succeeded' },
        { state: 'succeeded' },
        { state: 'succeeded' },
        { state: 'failed' },
      ],
    })
  })

  test('of the same merchantrefundid is another refund: nothing guards against repeats', async () => {
    const world = await pproWorld()
    const txid = await paidInYuan(world)
    const half = { amount: '500' }
    const [first, second] = [await refund(world, txid, half), await refund(world, txid, half)]
    expect(second['STATUS']).toBe('SUCCEEDED')
    expect(second['REFUNDID']).not.toBe(first['REFUNDID'])
  })

  test('is given once only where the contract says so', async () => {
    const world = await pproWorld({ repeatedRefunds: false })
    const txid = await paidInYuan(world)
    expect((await refund(world, txid, { amount: '1' }))['STATUS']).toBe('SUCCEEDED')
    expect((await refund(world, txid, { amount: '1' }))['FAILREASON']).toBe('QUOTA')
  })

  test.each([
    { currency: 'EUR' },
    { tag: 'wechatpayh5' },
    { amount: '0' },
    { amount: '-5' },
    { txid: '123' },
    { merchantrefundid: 'with space' },
  ])('with %j is refused as INPUT_DATA, with refund id 0', async (change) => {
    const world = await pproWorld()
    const answer = await refund(world, await paidInYuan(world), change)
    expect(answer).toMatchObject({ STATUS: 'FAILED', REFUNDID: '0', FAILREASON: 'INPUT_DATA' })
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('of a pending payment is refused', async () => {
    const world = await pproWorld()
    const txid = await started(world, { currency: 'CNY', amount: '1000' })
    expect(await refund(world, txid)).toMatchObject({ STATUS: 'FAILED', REFUNDID: '0' })
  })

  test('may fail at the bank, and then the wallet got nothing', async () => {
    const world = await pproWorld({ refundEndsAs: 'REMOTE_ERROR' })
    const txid = await paidInYuan(world)
    const balance = world.people.balanceFen('li-wei')
    expect(await refund(world, txid)).toMatchObject({
      STATUS: 'FAILED',
      FAILREASON: 'REMOTE_ERROR',
    })
    expect(world.people.balanceFen('li-wei')).toBe(balance)
  })
})

describe('asking for a refund', () => {
  test('by its number or the merchant’s finds it; an unknown one is an unanswered question', async () => {
    const world = await pproWorld()
    const answer = await refund(world, await paidInYuan(world))
    const refundid = answer['REFUNDID'] ?? ''
    const byNumber = await world.call({ txtype: 'GETREFUNDSTATUS', refundid })
    const byOurs = (merchantrefundid: string) =>
      world.call({ txtype: 'GETREFUNDBYMERCHANTREFUNDID', merchantrefundid })
    const expected = { REQUESTSTATUS: 'SUCCEEDED', STATUS: 'SUCCEEDED', REFUNDID: refundid }
    expect(byNumber).toMatchObject(expected)
    expect(await byOurs('RF-1001-1')).toMatchObject(expected)
    const unknown = await byOurs('rf-9')
    expect(unknown).toMatchObject({ REQUESTSTATUS: 'FAILED' })
    expect(unknown['STATUS']).toBeUndefined()
    expect(await byOurs('')).toMatchObject({ REQUESTSTATUS: 'FAILED' })
  })
})
