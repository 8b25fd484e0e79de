import { expect, test } from 'vitest'
import type { PrepayOrder } from '../../../../../sandbox/wechat/platform.ts'
import { MERCHANT, MINI, order, PAGE, RSA, startWechat } from '../world.ts'

async function place(changes: (openid: (app: string) => string) => Partial<PrepayOrder>) {
  const { wechat } = await startWechat({ merchants: [{ ...MERCHANT, appIds: [MINI.appId] }] })
  const own = (appId: string) => wechat.people.openid('li-wei', appId)
  const jsapi = { tradeType: 'JSAPI', openid: own(MINI.appId) } as const
  const { placed } = order({ ...jsapi, ...changes(own) })
  return () => wechat.platform.createPrepay(placed)
}

test('an order that is as it should be is booked', async () => {
  expect((await place(() => ({})))()).toMatchObject({
    prepayId: expect.stringMatching(/^wx\w{34}$/),
    codeUrl: null,
    h5Url: null,
  })
})

test.each<[string, string, (openid: (app: string) => string) => Partial<PrepayOrder>]>([
  ['no appId', 'appid', () => ({ appId: '' })],
  ['no merchant', 'mchid', () => ({ mchId: '' })],
  ['no description', 'description', () => ({ description: ' ' })],
  ['a description of 128 characters', 'description', () => ({ description: 'x'.repeat(128) })],
  ['nothing to pay', 'amount', () => ({ amount: { value: 0, currency: 'CNY' } })],
  ['half a fen', 'amount', () => ({ amount: { value: 0.5, currency: 'CNY' } })],
  ['an app that does not exist', 'appid不存在', () => ({ mchId: 'other', appId: 'wx9' })],
  ['no openid', 'JSAPI支付必须传openid', () => ({ openid: '' })],
  ['an openid nobody has', '无效的openid', () => ({ openid: 'oNobody' })],
  [
    'the openid of the same person in another app',
    'appid和openid不匹配',
    (openid) => ({ openid: openid(PAGE.appId) }),
  ],
  ['an app that is not bound to the merchant', 'appid和mch_id', () => ({ appId: PAGE.appId })],
])('refuses %s', async (_what, text, changes) => {
  const attempt = await place(changes)
  expect(attempt).toThrow(expect.objectContaining({ name: 'WechatRefusal' }))
  expect(attempt).toThrow(text)
})

test('other trade types need no openid and no registered app', async () => {
  const { wechat } = await startWechat()
  for (const tradeType of ['NATIVE', 'MWEB', 'APP'] as const) {
    const { placed } = order({ tradeType, appId: 'wxOfAnAcquirer' })
    expect(wechat.platform.createPrepay(placed).prepayId).toMatch(/^wx/)
  }
})

test('an RSA key that is none is found when ordering, not when paying', async () => {
  expect(await place(() => ({ signing: { signType: 'RSA', key: 'secret' } }))).toThrow()
  expect(await place(() => ({ signing: { signType: 'MD5', key: '' } }))).toThrow('signing.key')
  expect(
    (await place(() => ({ signing: { signType: 'RSA', key: RSA.publicKey } })))(),
  ).toHaveProperty('prepayId')
})
