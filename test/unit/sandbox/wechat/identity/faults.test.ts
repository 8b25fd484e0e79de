import { expect, test } from 'vitest'
import type { Fault } from '../../../../../sandbox/wechat/identity/faults.ts'
import { MINI, startWechat } from '../world.ts'

async function world() {
  const { wechat, clock } = await startWechat()
  const code = wechat.identity.loginCode({ appId: MINI.appId })
  const { appId: appid, secret } = MINI
  const query = new URLSearchParams({
    appid,
    secret,
    js_code: code,
    grant_type: 'authorization_code',
  })
  const login = () => fetch(`${wechat.url}/sns/jscode2session?${query.toString()}`)
  return { clock, login, faults: wechat.identity.faults }
}

test.each([
  [-1, 'system error'],
  [45011, 'quota'],
  [40226, 'blocked'],
])('a scripted %i happens as often as asked and leaves the code unused', async (errcode, text) => {
  const { login, faults } = await world()
  faults.add({ endpoint: 'jscode2session', times: 2, fault: { kind: 'errcode', errcode } })
  for (let call = 0; call < 2; call += 1) {
    const answer: unknown = await (await login()).json()
    expect(answer).toMatchObject({ errcode, errmsg: expect.stringContaining(text) })
  }
  expect(await (await login()).json()).toHaveProperty('openid')
})

test('a 5xx is no JSON, and the next request is served', async () => {
  const { login, faults } = await world()
  faults.add({ fault: { kind: 'status', status: 503 } })
  expect((await login()).status).toBe(503)
  expect(await (await login()).json()).toHaveProperty('openid')
})

test('a lost answer has used the code up', async () => {
  const { login, faults } = await world()
  faults.add({ fault: { kind: 'lostAnswer' } })
  await expect(login()).rejects.toThrow('fetch failed')
  expect(await (await login()).json()).toMatchObject({ errcode: 40163 })
})

test('a request that times out does nothing and ends without an answer', async () => {
  const { login, faults, clock } = await world()
  faults.add({ fault: { kind: 'timeout' } })
  const held = login().then(
    () => 'answered',
    () => 'broken',
  )
  expect(await (await login()).json()).toHaveProperty('openid')
  await clock.advance(120_000)
  expect(await held).toBe('broken')
})

test('a fault meets its own endpoint only', async () => {
  const { login, faults } = await world()
  const fault: Fault = { kind: 'status', status: 500 }
  faults.add({ endpoint: 'stableToken', fault })
  expect((await login()).status).toBe(200)
  expect(() => faults.add({ times: 0, fault })).toThrow(RangeError)
})
