import { describe, expect, test } from 'vitest'
import { createRouter } from '../../../../../server/http/context.ts'
import { loginRoutes } from '../../../../../server/http/routes/login.ts'
import { createSessionStage, sessionsOf } from '../../../../../server/http/session.ts'
import { createMiniProgramLogin } from '../../../../../server/identity/mini-program-login.ts'
import { createOfficialAccountLogin } from '../../../../../server/identity/official-account-login.ts'
import { sessionSchema } from '../../../../../shared/contract/login.ts'
import {
  MINI,
  makeClient,
  makeSessions,
  OFFICIAL,
  type Reply,
  startWechatApi,
} from '../../identity/harness.ts'
import { makeTools, postJson, problemOf, startApp } from '../harness.ts'

async function start(options: { replies: Reply[]; publicUrl?: string }) {
  const { replies, publicUrl = 'http://pay.test' } = options
  const tools = makeTools()
  const { clock, ids } = tools
  const api = await startWechatApi(...replies)
  const { wechat } = makeClient(api.baseUrl, tools)
  const { store, sessions } = await makeSessions(tools)
  const apps = [MINI, OFFICIAL]
  const session = createSessionStage({ sessions, clock, publicUrl })
  const parts = { apps, wechat, sessions, store, ids, clock, publicUrl }
  const login = loginRoutes({
    miniProgramLogin: createMiniProgramLogin(parts),
    officialAccountLogin: createOfficialAccountLogin({ ...parts, returnPaths: ['/pay/'] }),
    session,
    publicUrl,
  })
  const whoAmI = createRouter().get('/me', session.required, (ctx) => {
    ctx.body = sessionsOf(ctx).map(({ payer }) => payer)
  })
  const { address } = await startApp(tools, { parsed: [login, whoAmI] })
  return { address, api, tools }
}

/** A browser that does not follow by itself. */
const open = (url: string, cookie = '', accept = '*/*') =>
  fetch(url, { redirect: 'manual', headers: { cookie, accept } })

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

async function leaveForWechat(address: string) {
  const left = await open(`${address}/v1/login/officialAccount?returnTo=%2Fpay%2FA-1%3Ft%3Dword`)
  const location = new URL(left.headers.get('location') ?? '')
  return { left, cookie: cookiesOf(left), state: location.searchParams.get('state') ?? '' }
}

describe('POST /v1/login/miniProgram', () => {
  test('answers a token that opens the door', async () => {
    const { address, tools } = await start({
      replies: [{ openid: 'o-liwei', session_key: 'very-secret' }],
    })
    const body = { appId: 'wx-mini', loginCode: 'code' }
    const response = await postJson(`${address}/v1/login/miniProgram`, body)
    const text = await response.text()
    expect(text).not.toMatch(/openid|o-liwei|session_?key|very-secret/)
    const { sessionToken, expiresAt } = sessionSchema.parse(JSON.parse(text))
    expect(Date.parse(expiresAt)).toBe(tools.clock.nowMs() + 3_600_000)
    const headers = { authorization: `Bearer ${sessionToken}` }
    const me = await fetch(`${address}/me`, { headers })
    expect(await me.json()).toEqual([{ appId: 'wx-mini', openid: 'o-liwei' }])
    expect(JSON.stringify(tools.lines)).not.toMatch(/very-secret|o-liwei|code=/)
  })

  test.each([
    ['no code', { appId: 'wx-mini' }],
    ['an empty code', { appId: 'wx-mini', loginCode: '' }],
    ['an openid of its own', { appId: 'wx-mini', loginCode: 'c', openid: 'o' }],
    ['an unknown app', { appId: 'wx-other', loginCode: 'c' }],
    ['the app of pages', { appId: 'wx-official', loginCode: 'c' }],
  ])('%s is refused before WeChat is asked', async (_, body) => {
    const { address, api } = await start({ replies: [{ openid: 'o-liwei' }] })
    const response = await postJson(`${address}/v1/login/miniProgram`, body)
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(api.calls).toEqual([])
  })

  test.each([
    [40029, { status: 401, code: 'loginCodeInvalid', retryAfter: null }],
    [40226, { status: 403, code: 'payerBlocked', retryAfter: null }],
    [45011, { status: 429, code: 'tooManyRequests', retryAfter: '1' }],
    [40125, { status: 503, code: 'identityUnavailable', retryAfter: '1' }],
  ])('errcode %i of WeChat is %j', async (errcode, { retryAfter, ...expected }) => {
    const { address } = await start({ replies: [{ errcode, errmsg: 'no' }] })
    const body = { appId: 'wx-mini', loginCode: 'c' }
    const response = await postJson(`${address}/v1/login/miniProgram`, body)
    expect(await problemOf(response)).toMatchObject(expected)
    expect(response.headers.get('retry-after')).toBe(retryAfter)
  })
})

describe('GET /v1/login/officialAccount', () => {
  test('leads through WeChat and back, by navigation, with a session in the cookie', async () => {
    const { address } = await start({ replies: [{ openid: 'o-oa' }] })
    const { left, cookie, state } = await leaveForWechat(address)
    expect(left.status).toBe(302)
    expect(left.headers.get('location')).toMatch(/^https:\/\/open\.weixin.*#wechat_redirect$/)
    expect(left.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^wechat-pay-login=[\w-]{43}; Path=\/v1\/login\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
      ),
    ])

    const callback = `${address}/v1/login/officialAccount/callback?code=c1&state=${state}&from=message`
    const back = await open(callback, cookie)
    expect(back.status).toBe(302)
    expect(back.headers.get('location')).toBe('/pay/A-1?t=word')
    const me = await open(`${address}/me`, cookiesOf(back))
    expect(await me.json()).toEqual([{ appId: 'wx-official', openid: 'o-oa' }])
  })

  test('over https all cookies are Secure', async () => {
    const { address } = await start({ replies: [{ openid: 'o' }], publicUrl: 'https://pay.test' })
    const { left, cookie, state } = await leaveForWechat(address)
    const back = await open(
      `${address}/v1/login/officialAccount/callback?code=c1&state=${state}`,
      cookie,
    )
    expect(left.headers.getSetCookie()[0]).toMatch(/^__Secure-wechat-pay-login=.*; Secure$/)
    expect(back.headers.getSetCookie()[0]).toMatch(/^__Host-wechat-pay-session=.*; Secure$/)
  })

  test('a callback in another browser opens no session and tells a person why', async () => {
    const { address, api } = await start({ replies: [{ openid: 'o-oa' }] })
    const { state } = await leaveForWechat(address)
    const callback = `${address}/v1/login/officialAccount/callback?code=c1&state=${state}`
    const back = await open(callback, '', 'text/html')
    expect(back.status).toBe(401)
    expect(back.headers.getSetCookie()).toEqual([])
    expect(await back.text()).toContain('微信登录未成功')
    expect(api.calls).toEqual([])
  })

  test('a preview account is told to open the full page', async () => {
    const { address } = await start({ replies: [{ openid: 'o-virtual', is_snapshotuser: 1 }] })
    const { cookie, state } = await leaveForWechat(address)
    const callback = `${address}/v1/login/officialAccount/callback?code=c1&state=${state}`
    const back = await open(callback, cookie)
    expect(await problemOf(back)).toMatchObject({ status: 403, code: 'snapshotUser' })
    expect(back.headers.getSetCookie()).toEqual([])
  })

  test.each([
    ['/v1/login/officialAccount', 400],
    ['/v1/login/officialAccount?returnTo=https%3A%2F%2Fevil.test%2Fpay%2F', 400],
    ['/v1/login/officialAccount?returnTo=%2F%2Fevil.test%2Fpay%2F', 400],
    ['/v1/login/officialAccount?returnTo=%2Fpay%2F&appId=wx-mini', 400],
    ['/v1/login/officialAccount/callback?code=c1', 400],
    ['/v1/login/officialAccount/callback?code=c1&state=not-alphanumeric', 400],
    ['/v1/login/officialAccount/callback?code=c1&state=unknown', 401],
  ])('%s is refused and leads nowhere', async (path, status) => {
    const { address } = await start({ replies: [{ openid: 'o-oa' }] })
    const response = await open(address + path)
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBeNull()
  })
})
