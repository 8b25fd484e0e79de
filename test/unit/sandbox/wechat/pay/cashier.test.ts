import { expect, test } from 'vitest'
import type { CashierAction, Opened } from '../../../../../sandbox/wechat/pay/cashier.ts'
import type { Surface } from '../../../../../sandbox/wechat/pay/refusals.ts'
import { MINI, order, PAGE, startWechat } from '../world.ts'
import { signParams } from './sign-params.ts'

async function sheet(surface: Surface, changes: Parameters<typeof order>[0] = {}) {
  const { wechat } = await startWechat()
  const { appId } = surface === 'miniProgram' ? MINI : PAGE
  const openid = wechat.people.openid('li-wei', appId)
  const { placed, heard } = order({ tradeType: 'JSAPI', appId, openid, ...changes })
  const { prepayId } = wechat.platform.createPrepay(placed)
  const params = { appId, ...signParams({ appId, prepayId, signType: 'MD5' }) }
  const open = () => idOf(wechat.cashier.openCashier({ surface, appId, params }))
  const act = (action: CashierAction, cashierId = open()) => wechat.cashier.act(cashierId, action)
  const debited = () => 1_000_000 - wechat.people.balanceFen('li-wei')
  return { wechat, heard, prepayId, open, act, debited }
}

function idOf(opened: Opened): string {
  if (!opened.ok) throw new Error(`the cashier stayed closed: ${opened.dialog ?? ''}`)
  return opened.cashierId
}

const WORDS = [
  ['miniProgram', { errMsg: 'requestPayment:ok' }, { errMsg: 'requestPayment:fail cancel' }],
  [
    'officialAccount',
    { err_msg: 'get_brand_wcpay_request:ok' },
    { err_msg: 'get_brand_wcpay_request:cancel' },
  ],
] as const

test.each(WORDS)('%s: pay takes the money and says ok', async (surface, ok) => {
  const { act, heard, debited } = await sheet(surface)
  expect(act('pay')).toEqual({ result: ok, outcome: 'paid' })
  expect(heard).toEqual(['paid 1999'])
  expect(debited()).toBe(1999)
})

test.each(WORDS)('%s: cancel takes nothing and the order stays', async (surface, ok, cancel) => {
  const { act, heard, debited } = await sheet(surface)
  expect(act('cancel')).toEqual({ result: cancel, outcome: 'notPaid' })
  expect([heard, debited()]).toEqual([[], 0])
  expect(act('pay').result).toEqual(ok)
})

test.each(WORDS)(
  '%s: a wrong password is told, then it is a cancel',
  async (surface, ok, cancel) => {
    const { act, heard, debited } = await sheet(surface)
    expect(act('fail')).toEqual({
      result: cancel,
      dialog: '支付密码错误，请重试',
      outcome: 'notPaid',
    })
    expect([heard, debited()]).toEqual([['wrong password'], 0])
    expect(act('pay').result).toEqual(ok)
  },
)

test.each(WORDS)('%s: a lost callback has taken the money all the same', async (surface) => {
  const { act, heard, debited } = await sheet(surface)
  expect(act('loseCallback')).toEqual({ result: null, outcome: 'paid' })
  expect([heard, debited()]).toEqual([['paid 1999'], 1999])
})

test('an empty wallet is told, and the order stays open', async () => {
  const { act, heard, wechat, prepayId } = await sheet('miniProgram', {
    amount: { value: 1_000_001, currency: 'CNY' },
  })
  expect(act('pay')).toMatchObject({ dialog: '余额不足', outcome: 'notPaid' })
  expect(act('loseCallback')).toMatchObject({ outcome: 'notPaid' })
  expect(heard).toEqual(['insufficient balance', 'insufficient balance'])
  expect(wechat.platform.prepay(prepayId)?.state).toBe('open')
})

test('of two sheets for one order only one takes money', async () => {
  const { open, act, debited } = await sheet('miniProgram')
  const [first, second] = [open(), open()]
  expect(act('pay', first).outcome).toBe('paid')
  expect(act('pay', second)).toEqual({
    result: { errMsg: 'requestPayment:fail cancel' },
    dialog: '该订单已支付',
    outcome: 'notPaid',
  })
  expect(debited()).toBe(1999)
})

test('a sheet that ended cannot be used again, and an order closed meanwhile is not paid', async () => {
  const { open, act, wechat, prepayId } = await sheet('miniProgram')
  const ended = open()
  act('cancel', ended)
  expect(() => act('pay', ended)).toThrow('has ended')
  const waiting = open()
  wechat.platform.closePrepay(prepayId)
  expect(act('pay', waiting)).toMatchObject({ dialog: '订单已关闭', outcome: 'notPaid' })
})

test('a scanned code is paid by whoever scans it; no page hears of it', async () => {
  const { wechat } = await startWechat()
  const { placed, heard } = order()
  const { codeUrl } = wechat.platform.createPrepay(placed)
  const scanned = idOf(wechat.cashier.scan({ codeUrl: codeUrl ?? '', person: 'anna' }))
  expect(wechat.cashier.act(scanned, 'pay')).toEqual({ result: null, outcome: 'paid' })
  expect(heard).toEqual(['paid 1999'])
  expect(wechat.people.balanceFen('anna')).toBe(200_000 - 1999)
  expect(wechat.cashier.scan({ codeUrl: codeUrl ?? '' })).toMatchObject({ dialog: '该订单已支付' })
})

test('an unknown or expired code opens nothing', async () => {
  const { wechat, clock } = await startWechat()
  const { codeUrl } = wechat.platform.createPrepay(order().placed)
  const expired = { ok: false, result: null, dialog: '二维码已失效，请刷新后再试' }
  expect(wechat.cashier.scan({ codeUrl: 'weixin://wxpay/bizpayurl?pr=none' })).toEqual(expired)
  await clock.advance(2 * 60 * 60_000)
  expect(wechat.cashier.scan({ codeUrl: codeUrl ?? '' })).toEqual(expired)
})

test('an H5 link opens for five minutes; the sheet it opened outlives it', async () => {
  const { wechat, clock } = await startWechat()
  const { h5Url } = wechat.platform.createPrepay(order({ tradeType: 'MWEB' }).placed)
  const url = `${h5Url}&redirect_url=${encodeURIComponent('https://shop.example.com/')}`
  await clock.advance(5 * 60_000 - 1)
  const opened = idOf(wechat.cashier.openH5({ url }))
  await clock.advance(60_000)
  expect(wechat.cashier.openH5({ url })).toEqual({
    ok: false,
    result: null,
    dialog: '支付请求已失效，请重新发起支付',
  })
  expect(wechat.cashier.act(opened, 'pay').outcome).toBe('paid')
})

test('a link with another ticket is not this link', async () => {
  const { wechat } = await startWechat()
  const { h5Url } = wechat.platform.createPrepay(order({ tradeType: 'MWEB' }).placed)
  const forged = (h5Url ?? '').replace(/package=\d/, 'package=x')
  expect(wechat.cashier.openH5({ url: forged })).toMatchObject({ ok: false })
  expect(wechat.cashier.openH5({ url: h5Url ?? '' })).toMatchObject({ ok: true })
})
