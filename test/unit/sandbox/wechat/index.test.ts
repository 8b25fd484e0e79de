import { expect, test } from 'vitest'
import { htmlReply } from '../../../../sandbox/http.ts'
import { createRandom } from '../../../../sandbox/random.ts'
import { createWechat } from '../../../../sandbox/wechat/index.ts'
import { getJson, MINI, order, PAGE, SEED, startWechat } from './world.ts'

test('mounted pages answer below their prefix, the longest one first', async () => {
  const { wechat } = await startWechat()
  wechat.mount('/phone', ({ path }) => htmlReply(200, `phone ${path}`))
  wechat.mount('/phone/assets/', () => htmlReply(200, 'assets'))
  const text = async (path: string) => await (await fetch(wechat.url + path)).text()
  expect(await text('/phone')).toBe('phone /phone')
  expect(await text('/phone/x?y')).toBe('phone /phone/x')
  expect(await text('/phone/assets/a.js')).toBe('assets')
  expect(await text('/phonebook')).toContain('nothing at')
  expect(await getJson(`${wechat.url}/phone/api/persons`)).toHaveProperty('persons')
  expect(() => wechat.mount('/phone', () => htmlReply(200, ''))).toThrow('taken')
  expect(() => wechat.mount('phone', () => htmlReply(200, ''))).toThrow('begins with')
})

test('a reset forgets money, codes, faults and settings, and keeps who is registered', async () => {
  const { wechat } = await startWechat()
  const openid = wechat.people.openid('anna', MINI.appId)
  const { prepayId } = wechat.platform.createPrepay(order().placed)
  wechat.people.use('anna')
  wechat.payAs(prepayId)
  const code = wechat.identity.loginCode({ appId: MINI.appId })
  wechat.identity.faults.add({ fault: { kind: 'status', status: 500 } })
  wechat.identity.settings.doubleLoad = true
  wechat.device.setOffline(true)

  wechat.reset()

  expect(wechat.platform.prepay(prepayId)).toBeUndefined()
  expect(wechat.people.current()).toBe('li-wei')
  expect(wechat.people.balanceFen('anna')).toBe(200_000)
  expect(wechat.device.isOffline()).toBe(false)
  expect(wechat.identity.settings.doubleLoad).toBe(false)
  const query = `appid=${MINI.appId}&secret=${MINI.secret}&js_code=${code}`
  const answer = await getJson(
    `${wechat.url}/sns/jscode2session?${query}&grant_type=authorization_code`,
  )
  expect(answer).toMatchObject({ errcode: 40029 })
  expect(wechat.registry.app(PAGE.appId)).toEqual(PAGE)
  expect(wechat.people.openid('anna', MINI.appId)).toBe(openid)
})

test('the same seed makes the same names, another seed others', async () => {
  const first = (await startWechat()).wechat.platform.createPrepay(order().placed)
  expect((await startWechat()).wechat.platform.createPrepay(order().placed)).toEqual(first)
  const other = await startWechat({ random: createRandom(`${SEED}2`) })
  expect(other.wechat.platform.createPrepay(order().placed).prepayId).not.toBe(first.prepayId)
})

test('no money appears or disappears: wallets and paid orders always add up', async () => {
  const { wechat } = await startWechat()
  const wealth = () => wechat.people.balanceFen('li-wei') + wechat.people.balanceFen('anna')
  const before = wealth()
  const random = createRandom(SEED)
  let taken = 0
  for (let round = 0; round < 50; round += 1) {
    const value = 1 + random.int(3000)
    const { placed } = order({ amount: { value, currency: 'CNY' } })
    const { prepayId } = wechat.platform.createPrepay(placed)
    wechat.payAs(prepayId, random.chance(0.5) ? 'anna' : 'li-wei')
    const back = 1 + random.int(value)
    wechat.platform.refundPrepay(prepayId, { value: back, currency: 'CNY' })
    taken += value - back
  }
  expect(before - wealth()).toBe(taken)
})

test('a taken port is refused, and nothing is left listening', async () => {
  const { wechat, clock } = await startWechat()
  const browserPort = Number(new URL(wechat.browserUrl).port)
  const random = createRandom(SEED)
  await expect(createWechat({ clock, random, browserPort })).rejects.toThrow('EADDRINUSE')
})

test('without a word the tea shop is registered', async () => {
  const { clock } = await startWechat()
  const wechat = await createWechat({ clock, random: createRandom(SEED) })
  expect(wechat.registry.apps().map(({ kind }) => kind)).toEqual(['miniProgram', 'officialAccount'])
  expect(wechat.people.list().map(({ name }) => name)).toEqual(['Li Wei', 'Anna'])
  await wechat.close()
  await expect(fetch(wechat.url)).rejects.toThrow('fetch failed')
})
