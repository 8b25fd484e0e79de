import { expect, test } from 'vitest'
import { z } from 'zod'
import { signParams } from '../pay/sign-params.ts'
import { getJson, MERCHANT, MINI, order, PAGE, postJson, startWechat } from '../world.ts'

async function phone(payDirectories?: readonly string[]) {
  const merchant = { ...MERCHANT, ...(payDirectories ? { payDirectories } : {}) }
  const { wechat } = await startWechat({ merchants: [merchant] })
  const post = (path: string, body: unknown = {}) =>
    postJson(`${wechat.url}/phone/api/${path}`, body)
  const opened = async (path: string, body: unknown) =>
    z.object({ cashierId: z.string() }).parse((await post(path, body)).answer).cashierId
  return { wechat, post, opened }
}

test('login gives a code for whoever holds the phone, or for the person named', async () => {
  const { wechat, post } = await phone()
  const session = async (body: unknown) => {
    const { answer } = await post('login', body)
    const { code } = z.strictObject({ code: z.string() }).parse(answer)
    return await getJson(
      `${wechat.url}/sns/jscode2session?appid=${MINI.appId}&secret=${MINI.secret}` +
        `&js_code=${code}&grant_type=authorization_code`,
    )
  }
  await post('persons/current', { person: 'anna' })
  const openid = (person: string) => wechat.people.openid(person, MINI.appId)
  expect(await session({ appId: MINI.appId })).toMatchObject({ openid: openid('anna') })
  expect(await session({ appId: MINI.appId, person: 'li-wei' })).toMatchObject({
    openid: openid('li-wei'),
  })
})

test('the people are listed with their wallets, and who holds the phone', async () => {
  const { wechat, post } = await phone()
  const people = [
    { id: 'li-wei', name: 'Li Wei', wallet: { value: 1_000_000, currency: 'CNY' }, current: true },
    { id: 'anna', name: 'Anna', wallet: { value: 200_000, currency: 'CNY' }, current: false },
  ]
  expect(await getJson(`${wechat.url}/phone/api/persons`)).toEqual({
    persons: people,
    offline: false,
  })
  expect((await post('persons/current', { person: 'anna' })).answer).toMatchObject({
    persons: [{ current: false }, { current: true }],
  })
})

test('wx.requestPayment, from the sheet to what the callback gets', async () => {
  const { wechat, post, opened } = await phone()
  const openid = wechat.people.openid('li-wei', MINI.appId)
  const { placed, heard } = order({ tradeType: 'JSAPI', openid })
  const { prepayId } = wechat.platform.createPrepay(placed)
  const params = signParams({ appId: MINI.appId, prepayId, signType: 'MD5' })
  const call = { surface: 'miniProgram', appId: MINI.appId, params }
  const cashierId = await opened('cashier', call)
  expect(await post(`cashier/${cashierId}/pay`)).toEqual({
    status: 200,
    answer: { result: { errMsg: 'requestPayment:ok' }, outcome: 'paid' },
  })
  expect(heard).toEqual(['paid 1999'])
  expect((await post(`cashier/${cashierId}/pay`)).status).toBe(409)
  expect((await post('cashier', call)).answer).toMatchObject({
    ok: false,
    result: { errMsg: 'requestPayment:fail cancel' },
    dialog: '该订单已支付',
  })
})

test('a page in the browser is checked under the address of its merchant', async () => {
  const { wechat, post } = await phone(['http://shop.example.com/pay/'])
  wechat.browser.setUpstream('http://shop.example.com')
  const { appId } = PAGE
  const openid = wechat.people.openid('li-wei', appId)
  const { prepayId } = wechat.platform.createPrepay(
    order({ tradeType: 'JSAPI', appId, openid }).placed,
  )
  const params = { appId, ...signParams({ appId, prepayId, signType: 'MD5' }) }
  const from = (path: string) =>
    post('cashier', { surface: 'officialAccount', params, pageUrl: wechat.browserUrl + path })
  expect((await from('/pay/1')).answer).toMatchObject({ ok: true })
  expect((await from('/basket')).answer).toMatchObject({
    result: { err_msg: 'get_brand_wcpay_request:fail' },
    dialog: '当前页面的URL未注册：http://shop.example.com/basket',
  })
})

test('a code is scanned and an H5 link opened', async () => {
  const { wechat, post, opened } = await phone()
  const native = order()
  const { codeUrl } = wechat.platform.createPrepay(native.placed)
  await post(`cashier/${await opened('scan', { codeUrl, person: 'anna' })}/pay`)
  expect(native.heard).toEqual(['paid 1999'])
  const link = order({ tradeType: 'MWEB' })
  const { h5Url } = wechat.platform.createPrepay(link.placed)
  const answer = await post(`cashier/${await opened('h5', { url: h5Url })}/loseCallback`)
  expect(answer.answer).toEqual({ result: null, outcome: 'paid' })
  expect(link.heard).toEqual(['paid 1999'])
})

test.each([
  ['login', {}, 400, 'appId'],
  ['login', { appId: 'wx9' }, 404, 'no miniProgram is registered as wx9'],
  ['login', { appId: MINI.appId, person: 'bob' }, 404, 'there is no person "bob"'],
  ['login', { appId: MINI.appId, openid: 'mine' }, 400, 'openid'],
  ['cashier', { surface: 'desktop', params: {} }, 400, 'surface'],
  ['cashier/none/pay', {}, 409, 'has ended or never was'],
  ['cashier/none/steal', {}, 404, 'nothing at'],
  ['offline', { offline: 'yes' }, 400, 'offline'],
  ['persons/current', { person: 'bob' }, 404, 'li-wei, anna'],
])('%s with %o answers %i and says why', async (path, body, status, text) => {
  const { post } = await phone()
  const answer = await post(path, body)
  expect(answer.status).toBe(status)
  expect(answer.answer).toEqual({ error: expect.stringContaining(text) })
})

test('what is no JSON is refused, so that no other page can call the phone', async () => {
  const { wechat } = await phone()
  const send = (type: string, body: string) =>
    fetch(`${wechat.url}/phone/api/offline`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
  expect((await send('text/plain', '{"offline":true}')).status).toBe(415)
  expect((await send('application/json', '{')).status).toBe(400)
  expect(wechat.device.isOffline()).toBe(false)
  expect((await send('application/json', '{"offline":true}')).status).toBe(200)
  expect(wechat.device.isOffline()).toBe(true)
})

test('an offline phone cannot log in', async () => {
  const { post } = await phone()
  await post('offline', { offline: true })
  expect((await post('login', { appId: MINI.appId })).answer).toEqual({
    errMsg: expect.stringMatching(/^login:fail/),
  })
})
