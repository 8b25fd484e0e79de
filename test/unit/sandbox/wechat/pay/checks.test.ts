import { expect, test } from 'vitest'
import type { PrepayOrder, SignType } from '../../../../../sandbox/wechat/platform.ts'
import { MERCHANT, MINI, order, PAGE, RSA, startWechat, V2_KEY } from '../world.ts'
import { signParams } from './sign-params.ts'

const HOUR_MS = 60 * 60_000
type Params = Record<string, unknown>

/** An order that Li Wei may pay in the Mini Program, and the call that pays it. */
async function mini(signType: SignType = 'RSA', changes: Partial<PrepayOrder> = {}) {
  const { wechat, clock } = await startWechat()
  const openid = wechat.people.openid('li-wei', MINI.appId)
  const key = signType === 'RSA' ? RSA.publicKey : V2_KEY
  const signing = { signType, key }
  const { placed, heard } = order({ tradeType: 'JSAPI', openid, signing, ...changes })
  const { prepayId } = wechat.platform.createPrepay(placed)
  const params = signParams({ appId: MINI.appId, prepayId, signType })
  const open = (edited: Params = {}, person?: string) =>
    wechat.cashier.openCashier({
      surface: 'miniProgram',
      appId: MINI.appId,
      person,
      params: { ...params, ...edited },
    })
  return { wechat, clock, heard, prepayId, params, open }
}

test.each<SignType>(['RSA', 'MD5', 'HMAC-SHA256'])(
  'parameters signed with %s open the sheet',
  async (signType) => {
    const { open } = await mini(signType)
    expect(open()).toEqual({
      ok: true,
      cashierId: expect.any(String),
      merchant: MERCHANT.name,
      description: 'Longjing tea',
      amount: { value: 1999, currency: 'CNY' },
      walletAmount: { value: 1999, currency: 'CNY' },
    })
  },
)

test('an order whose RSA key is given whole is verified with its public half', async () => {
  const { open } = await mini('RSA', { signing: { signType: 'RSA', key: RSA.privateKey } })
  expect(open()).toMatchObject({ ok: true })
  expect(open({ nonceStr: 'other' })).toMatchObject({ dialog: '支付验证签名失败' })
})

test.each([
  ['timeStamp', undefined, 'Undefined'],
  ['timeStamp', 1772323200, 'Number'],
  ['nonceStr', null, 'Null'],
  ['package', {}, 'Object'],
  ['paySign', undefined, 'Undefined'],
  ['signType', 1, 'Number'],
])('a Mini Program hears that %s should be a string, given %s', async (name, value, type) => {
  const { open } = await mini()
  expect(open({ [name]: value })).toEqual({
    ok: false,
    result: {
      errMsg: `requestPayment:fail parameter error: parameter.${name} should be String instead of ${type};`,
    },
  })
})

test('`timestamp` in lower case is a missing timeStamp', async () => {
  const { open, params } = await mini()
  const { timeStamp, ...others } = params
  expect(open({ ...others, timeStamp: undefined, timestamp: timeStamp })).toMatchObject({
    result: { errMsg: expect.stringContaining('parameter.timeStamp') },
  })
})

test.each([
  ['an unknown prepay_id', { package: 'prepay_id=wx000' }],
  ['an empty prepay_id', { package: 'prepay_id=' }],
  ['a bare prepay_id', { package: 'wx000' }],
])('%s ends as a cancel after the dialog about total_fee', async (_what, edited) => {
  const { open } = await mini()
  expect(open(edited)).toEqual({
    ok: false,
    result: { errMsg: 'requestPayment:fail cancel' },
    dialog: '调用支付JSAPI缺少参数：total_fee',
  })
})

test('so does a prepay_id that has expired, and one of another app', async () => {
  const { open, clock, wechat } = await mini()
  await clock.advance(2 * HOUR_MS - 1)
  expect(open()).toMatchObject({ ok: true })
  await clock.advance(1)
  expect(open()).toMatchObject({ dialog: '调用支付JSAPI缺少参数：total_fee' })
  const openid = wechat.people.openid('li-wei', PAGE.appId)
  const foreign = order({ tradeType: 'JSAPI', appId: PAGE.appId, openid }).placed
  const { prepayId } = wechat.platform.createPrepay(foreign)
  expect(open(signParams({ appId: MINI.appId, prepayId, signType: 'MD5' }))).toMatchObject({
    dialog: '调用支付JSAPI缺少参数：total_fee',
  })
})

const BAD_SIGNATURE = {
  ok: false,
  result: { errMsg: 'requestPayment:fail cancel' },
  dialog: '支付验证签名失败',
}

test.each(['timeStamp', 'nonceStr'])('a changed %s breaks the signature', async (name) => {
  const { open } = await mini()
  expect(open({ [name]: '1772323201' })).toEqual(BAD_SIGNATURE)
})

test('without a signType MD5 is meant: right for a v2 order, wrong for APIv3', async () => {
  expect((await mini('MD5')).open({ signType: undefined })).toMatchObject({ ok: true })
  expect((await mini('RSA')).open({ signType: undefined })).toEqual(BAD_SIGNATURE)
})

test('the signature is made with the algorithm of the order, and with the key of its merchant', async () => {
  const { open, prepayId } = await mini('MD5')
  expect(open(signParams({ appId: MINI.appId, prepayId, signType: 'HMAC-SHA256' }))).toEqual(
    BAD_SIGNATURE,
  )
  expect(open({ signType: 'SHA1' })).toEqual(BAD_SIGNATURE)
  const other = await mini('MD5', { signing: { signType: 'MD5', key: 'another key' } })
  expect(other.open()).toEqual(BAD_SIGNATURE)
})

test('the signature covers the app that runs', async () => {
  const { open, prepayId } = await mini()
  expect(open(signParams({ appId: PAGE.appId, prepayId, signType: 'RSA' }))).toEqual(BAD_SIGNATURE)
})

test('milliseconds are no timeStamp, and a nonceStr ends at 32 characters', async () => {
  const { open, prepayId } = await mini()
  const timeStamp = '1772323200000'
  const params = signParams({ appId: MINI.appId, prepayId, signType: 'RSA', timeStamp })
  expect(open(params)).toMatchObject({ result: { errMsg: expect.stringContaining('timeStamp') } })
  expect(open({ nonceStr: 'x'.repeat(33) })).toMatchObject({ ok: false })
})

test('an order of another trade type is the wrong scene', async () => {
  const { open, wechat } = await mini()
  const { prepayId } = wechat.platform.createPrepay(order({ tradeType: 'NATIVE' }).placed)
  expect(open(signParams({ appId: MINI.appId, prepayId, signType: 'MD5' }))).toEqual({
    ok: false,
    result: { errMsg: 'requestPayment:fail 支付场景非法' },
    dialog: '支付场景非法',
  })
})

test('another person than ordered cannot pay', async () => {
  const { open } = await mini()
  expect(open({}, 'anna')).toEqual({
    ok: false,
    result: { errMsg: 'requestPayment:fail cancel' },
    dialog: '下单账号与支付账号不一致，请核实后再支付',
  })
  expect(open({}, 'li-wei')).toMatchObject({ ok: true })
})

test('a paid or closed order is not opened again', async () => {
  const paid = await mini()
  paid.wechat.payAs(paid.prepayId)
  expect(paid.open()).toMatchObject({ ok: false, dialog: '该订单已支付' })
  const closed = await mini()
  closed.wechat.platform.closePrepay(closed.prepayId)
  expect(closed.open()).toMatchObject({ ok: false, dialog: '订单已关闭' })
})

async function page(payDirectories?: readonly string[]) {
  const merchant = { ...MERCHANT, ...(payDirectories ? { payDirectories } : {}) }
  const { wechat } = await startWechat({ merchants: [merchant] })
  const openid = wechat.people.openid('li-wei', PAGE.appId)
  const { placed } = order({ tradeType: 'JSAPI', appId: PAGE.appId, openid })
  const { prepayId } = wechat.platform.createPrepay(placed)
  const params = {
    appId: PAGE.appId,
    ...signParams({ appId: PAGE.appId, prepayId, signType: 'MD5' }),
  }
  const open = (edited: Params = {}, pageUrl?: string) =>
    wechat.cashier.openCashier({
      surface: 'officialAccount',
      appId: '',
      params: { ...params, ...edited },
      pageUrl,
    })
  return { wechat, open }
}

test('a page hears of a missing parameter by a dialog and a bare failure', async () => {
  const { open } = await page()
  expect(open()).toMatchObject({ ok: true })
  for (const name of ['appId', 'timeStamp', 'nonceStr', 'package', 'paySign']) {
    const dialog = `调用支付JSAPI缺少参数：${name}`
    expect(open({ [name]: undefined })).toEqual({
      ok: false,
      result: { err_msg: 'get_brand_wcpay_request:fail', err_desc: dialog },
      dialog,
    })
  }
})

test('a page hears a bad signature as a failure, a lost prepay_id as a cancel', async () => {
  const { open } = await page()
  expect(open({ paySign: 'x' })).toMatchObject({
    result: { err_msg: 'get_brand_wcpay_request:fail' },
    dialog: '支付验证签名失败',
  })
  expect(open({ package: 'prepay_id=wx0' })).toEqual({
    ok: false,
    result: { err_msg: 'get_brand_wcpay_request:cancel' },
    dialog: '调用支付JSAPI缺少参数：total_fee',
  })
})

test("a Mini Program's order is not paid from a page", async () => {
  const { wechat, open } = await page()
  const openid = wechat.people.openid('li-wei', MINI.appId)
  const { prepayId } = wechat.platform.createPrepay(order({ tradeType: 'JSAPI', openid }).placed)
  const params = {
    appId: MINI.appId,
    ...signParams({ appId: MINI.appId, prepayId, signType: 'MD5' }),
  }
  expect(open(params)).toMatchObject({ ok: false, dialog: '支付场景非法' })
})

test.each([
  ['https://shop.example.com/', 'https://shop.example.com/pay/order-1?t=1', true],
  ['https://shop.example.com/pay/', 'https://shop.example.com/pay/order-1', true],
  ['https://shop.example.com/pay/', 'https://shop.example.com/pay/deep/order-1', false],
  ['https://shop.example.com/pay/', 'https://shop.example.com/other', false],
  ['https://shop.example.com/', 'http://shop.example.com/pay', false],
  ['https://shop.example.com/', 'https://www.shop.example.com/pay', false],
  ['https://shop.example.com/', 'no address', false],
])('with the directory %s the page %s may call: %s', async (directory, url, allowed) => {
  const { open } = await page([directory])
  const refused = { ok: false, dialog: `当前页面的URL未注册：${url}` }
  expect(open({}, url)).toMatchObject(allowed ? { ok: true } : refused)
})
