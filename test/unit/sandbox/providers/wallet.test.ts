import { describe, expect, test } from 'vitest'
import { payPrepayment, type WalletParts } from '../../../../sandbox/providers/wallet.ts'
import { START_MS, wechatWorld } from './wechat-world.ts'

function world() {
  const known = wechatWorld('wallet')
  const paid: object[] = []
  const onPaid = (payment: object) => void paid.push(payment)
  const { prepayId } = known.wechat.createPrepay({
    tradeType: 'NATIVE',
    appId: 'wx7ea5409d31c2f6b8',
    mchId: '1900020000',
    signing: { signType: 'MD5', key: 'key' },
    amount: { value: 1055, currency: 'EUR' },
    walletAmount: { value: 8274, currency: 'CNY' },
    description: 'Tea',
    onPaid,
  })
  const pay = (parts: Partial<WalletParts> = {}, id = prepayId) =>
    payPrepayment({ ...known, ...parts }, { prepayId: id, onPaid })
  return { ...known, paid, pay, prepayId }
}

const PAYMENT = { paidAtMs: START_MS, walletAmount: { value: 8274, currency: 'CNY' } }

describe('a scripted payment', () => {
  test('goes through the wallet, and the provider hears of it from WeChat', () => {
    const { people, paid, pay } = world()
    const before = people.balanceFen('li-wei')
    pay()
    expect(paid).toEqual([PAYMENT])
    expect(before - people.balanceFen('li-wei')).toBe(8_274)
  })

  test('repeats WeChat’s own words when it says no', () => {
    const { paid, pay } = world()
    pay()
    expect(() => pay()).toThrow('ORDERPAID')
    expect(paid).toHaveLength(1)
  })

  test('without wallets tells the provider directly', () => {
    const { paid, pay } = world()
    pay({ walletPay: undefined })
    expect(paid).toEqual([PAYMENT])
  })

  test('without wallets still keeps to the state and the time of the order', async () => {
    const { clock, wechat, paid, pay, prepayId } = world()
    expect(() => pay({ walletPay: undefined }, 'wx0')).toThrow('unknown')
    await clock.advance(2 * 3_600_000)
    expect(() => pay({ walletPay: undefined })).toThrow('expired')
    wechat.closePrepay(prepayId)
    expect(() => pay({ walletPay: undefined })).toThrow('closed')
    expect(paid).toEqual([])
  })
})
