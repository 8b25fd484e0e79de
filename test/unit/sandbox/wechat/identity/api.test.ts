import { expect, test } from 'vitest'
import { getJson, MINI, PAGE, postJson, startWechat } from '../world.ts'

type Query = Record<string, string>

async function session(url: string, query: Query) {
  return await getJson(`${url}/sns/jscode2session?${new URLSearchParams(query).toString()}`)
}

function login(changes: Query = {}): Query {
  const { appId: appid, secret } = MINI
  return { appid, secret, js_code: 'none', grant_type: 'authorization_code', ...changes }
}

test('a login code gives the openid of whoever holds the phone', async () => {
  const { wechat } = await startWechat()
  const js_code = wechat.identity.loginCode({ appId: MINI.appId })
  expect(await session(wechat.url, login({ js_code }))).toEqual({
    openid: wechat.people.openid('li-wei', MINI.appId),
    session_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
    unionid: wechat.people.unionid('li-wei', MINI.appId),
  })
  wechat.people.use('anna')
  const hers = wechat.identity.loginCode({ appId: MINI.appId })
  expect(await session(wechat.url, login({ js_code: hers }))).toMatchObject({
    openid: wechat.people.openid('anna', MINI.appId),
  })
})

test('errors come as HTTP 200 labelled as text, with a request id', async () => {
  const { wechat } = await startWechat()
  const query = new URLSearchParams(login()).toString()
  const response = await fetch(`${wechat.url}/sns/jscode2session?${query}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain')
  expect(await response.json()).toEqual({
    errcode: 40029,
    errmsg: expect.stringMatching(/^invalid code, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/),
  })
  wechat.identity.settings.contentType = 'json'
  const labelled = await fetch(`${wechat.url}/sns/jscode2session?${query}`)
  expect(labelled.headers.get('content-type')).toContain('application/json')
})

test.each<[number, string, Query]>([
  [41002, 'no appid', { appid: '' }],
  [40013, 'an unknown appid', { appid: 'wx9999999999999999' }],
  [40013, 'the appid of an Official Account', { appid: PAGE.appId, secret: PAGE.secret }],
  [41004, 'no secret', { secret: '' }],
  [40125, 'a wrong secret', { secret: 'guess' }],
  [41008, 'no code', { js_code: '' }],
  [40002, 'another grant type', { grant_type: 'password' }],
  [40029, 'a code nobody issued', { js_code: 'made-up' }],
])('jscode2session answers %i to %s', async (errcode, _what, changes) => {
  const { wechat } = await startWechat()
  const js_code = wechat.identity.loginCode({ appId: MINI.appId })
  expect(await session(wechat.url, login({ js_code, ...changes }))).toMatchObject({ errcode })
  expect(await session(wechat.url, login({ js_code }))).toHaveProperty('openid')
})

test('an OAuth code is no login code, and the other way round', async () => {
  const { wechat } = await startWechat()
  const js_code = wechat.identity.oauthCode({ appId: PAGE.appId })
  expect(await session(wechat.url, login({ js_code }))).toMatchObject({ errcode: 40029 })
  const code = wechat.identity.loginCode({ appId: MINI.appId })
  expect(await exchange(wechat.url, code)).toMatchObject({ errcode: 40029 })
})

test('only a Mini Program has login codes, only an Official Account has OAuth codes', async () => {
  const { wechat } = await startWechat()
  expect(() => wechat.identity.loginCode({ appId: PAGE.appId })).toThrow(RangeError)
  expect(() => wechat.identity.oauthCode({ appId: MINI.appId })).toThrow(RangeError)
})

async function exchange(url: string, code: string): Promise<unknown> {
  const { appId: appid, secret } = PAGE
  const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' })
  return await getJson(`${url}/sns/oauth2/access_token?${query.toString()}`)
}

test('a silent OAuth code gives the openid but no unionid', async () => {
  const { wechat } = await startWechat()
  const code = wechat.identity.oauthCode({ appId: PAGE.appId, person: 'anna' })
  expect(await exchange(wechat.url, code)).toEqual({
    access_token: expect.any(String),
    expires_in: 7200,
    refresh_token: expect.any(String),
    openid: wechat.people.openid('anna', PAGE.appId),
    scope: 'snsapi_base',
  })
  expect(await exchange(wechat.url, code)).toMatchObject({ errcode: 40163 })
})

test('a consented OAuth code gives the unionid too', async () => {
  const { wechat } = await startWechat()
  const code = wechat.identity.oauthCode({ appId: PAGE.appId, scope: 'snsapi_userinfo' })
  expect(await exchange(wechat.url, code)).toMatchObject({
    unionid: wechat.people.unionid('li-wei', PAGE.appId),
  })
})

test('a preview page gives a virtual openid and says so', async () => {
  const { wechat } = await startWechat()
  wechat.identity.settings.snapshotUser = true
  const code = wechat.identity.oauthCode({ appId: PAGE.appId, scope: 'snsapi_userinfo' })
  const answer = await exchange(wechat.url, code)
  expect(answer).toMatchObject({ is_snapshotuser: 1 })
  expect(answer).not.toMatchObject({ openid: wechat.people.openid('li-wei', PAGE.appId) })
  expect(answer).not.toHaveProperty('unionid')
})

test('each verb is asked for where the other came', async () => {
  const { wechat } = await startWechat()
  const posted = await postJson(`${wechat.url}/sns/jscode2session`, {})
  expect(posted.answer).toMatchObject({ errcode: 43001 })
  expect(await getJson(`${wechat.url}/cgi-bin/stable_token`)).toMatchObject({ errcode: 43002 })
})
