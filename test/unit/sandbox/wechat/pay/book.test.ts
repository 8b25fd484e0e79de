import { expect, test } from 'vitest'
import type { PrepayOrder } from '../../../../../sandbox/wechat/platform.ts'
import { MINI, order, startWechat } from '../world.ts'

const HOUR_MS = 60 * 60_000

async function booked(changes: Partial<PrepayOrder> = {}) {
  const { wechat, clock } = await startWechat()
  const { placed, heard } = order(changes)
  const prepay = wechat.platform.createPrepay(placed)
  const pay = (person?: string) => wechat.payAs(prepay.prepayId, person)
  const balance = (person: string) => wechat.people.balanceFen(person)
  return { wechat, clock, book: wechat.platform, heard, prepay, pay, balance }
}

test('each trade type has its own way in, with its own life', async () => {
  const { book, clock, prepay } = await booked()
  expect(prepay.codeUrl).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w{9}$/)
  expect(prepay.expiresAtMs).toBe(clock.nowMs() + 2 * HOUR_MS)
  const link = book.createPrepay(order({ tradeType: 'MWEB' }).placed)
  expect(link.h5Url).toContain(`checkmweb?prepay_id=${link.prepayId}&package=`)
  expect(link.expiresAtMs).toBe(clock.nowMs() + 5 * 60_000)
})

test('paying debits the wallet once and tells whoever ordered once', async () => {
  const { clock, pay, balance, heard, book, prepay } = await booked()
  const before = balance('li-wei')
  expect(pay()).toEqual({
    paidAtMs: clock.nowMs(),
    walletAmount: { value: 1999, currency: 'CNY' },
  })
  expect(() => pay('anna')).toThrow(expect.objectContaining({ code: 'ORDERPAID' }))
  expect(before - balance('li-wei')).toBe(1999)
  expect(heard).toEqual(['paid 1999'])
  expect(book.prepay(prepay.prepayId)?.state).toBe('paid')
})

test('a prepayment can be paid for two hours, to the millisecond', async () => {
  const early = await booked()
  await early.clock.advance(2 * HOUR_MS - 1)
  expect(early.pay().walletAmount.value).toBe(1999)
  const late = await booked()
  await late.clock.advance(2 * HOUR_MS)
  expect(() => late.pay()).toThrow(expect.objectContaining({ code: 'PREPAY_EXPIRED' }))
  expect(late.heard).toEqual([])
})

test('a closed prepayment cannot be paid; a paid or unknown one cannot be closed', async () => {
  const { book, prepay, pay } = await booked()
  expect(book.closePrepay(prepay.prepayId)).toBe(true)
  expect(book.closePrepay(prepay.prepayId)).toBe(true)
  expect(() => pay()).toThrow(expect.objectContaining({ code: 'ORDERCLOSED' }))
  const paid = await booked()
  paid.pay()
  expect(paid.book.closePrepay(paid.prepay.prepayId)).toBe(false)
  expect(paid.book.closePrepay('wxUnknown')).toBe(false)
  expect(() => paid.wechat.payAs('wxUnknown')).toThrow('订单不存在')
})

test('a JSAPI order is paid by its payer, whoever holds the phone, and by nobody else', async () => {
  const { wechat } = await startWechat()
  const openid = wechat.people.openid('anna', MINI.appId)
  const { placed } = order({ tradeType: 'JSAPI', openid })
  const { prepayId } = wechat.platform.createPrepay(placed)
  expect(() => wechat.payAs(prepayId, 'li-wei')).toThrow(
    expect.objectContaining({ code: 'OPENID_MISMATCH' }),
  )
  wechat.payAs(prepayId)
  expect(wechat.people.balanceFen('anna')).toBe(200_000 - 1999)
})

test('an empty wallet is a failed try; the order stays open for another payer', async () => {
  const { pay, heard, balance } = await booked({ amount: { value: 200_001, currency: 'CNY' } })
  expect(() => pay('anna')).toThrow(expect.objectContaining({ code: 'NOTENOUGH' }))
  expect(heard).toEqual(['insufficient balance'])
  expect(balance('anna')).toBe(200_000)
  pay('li-wei')
  expect(heard).toEqual(['insufficient balance', 'paid 200001'])
})

test('refunds go back to the wallet that paid, in parts, and never above the sum', async () => {
  const { book, prepay, pay, balance } = await booked()
  const refund = (value: number) => book.refundPrepay(prepay.prepayId, { value, currency: 'CNY' })
  expect(() => refund(1)).toThrow(expect.objectContaining({ code: 'TRADE_STATE_ERROR' }))
  pay('anna')
  refund(1000)
  expect(() => refund(1000)).toThrow(expect.objectContaining({ code: 'REFUND_FEE_INVALID' }))
  expect(() => refund(0)).toThrow(expect.objectContaining({ code: 'PARAM_ERROR' }))
  expect(() => refund(1.5)).toThrow(expect.objectContaining({ code: 'PARAM_ERROR' }))
  refund(999)
  expect(balance('anna')).toBe(200_000)
  expect(book.prepay(prepay.prepayId)).toMatchObject({ state: 'paid', refundedMinor: 1999 })
})

test('parts of a foreign order give back exactly what was debited', async () => {
  const { book, prepay, pay, balance } = await booked({ amount: { value: 3, currency: 'EUR' } })
  const before = balance('li-wei')
  expect(pay().walletAmount).toEqual({ value: 23, currency: 'CNY' })
  for (let part = 0; part < 3; part += 1) {
    book.refundPrepay(prepay.prepayId, { value: 1, currency: 'EUR' })
  }
  expect(balance('li-wei')).toBe(before)
  expect(() => book.refundPrepay(prepay.prepayId, { value: 1, currency: 'CNY' })).toThrow('EUR')
})

test('the record shows the order without its callbacks', async () => {
  const { book, prepay } = await booked()
  const record = book.prepay(prepay.prepayId)
  expect(record?.order).toMatchObject({ description: 'Longjing tea', tradeType: 'NATIVE' })
  expect(Object.keys(record?.order ?? {})).not.toContain('onPaid')
  expect(book.prepay('wxUnknown')).toBeUndefined()
})
