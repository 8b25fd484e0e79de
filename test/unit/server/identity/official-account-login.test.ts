import { describe, expect, test } from 'vitest'
import { createOfficialAccountLogin } from '../../../../server/identity/official-account-login.ts'
import { makeTools, meanwhile } from '../http/harness.ts'
import { MINI, makeClient, makeSessions, OFFICIAL, type Reply, startWechatApi } from './harness.ts'

const USED: Reply = { errcode: 40163, errmsg: 'code been used' }
const FOUND: Reply = { openid: 'o-oa', access_token: 'at' }

async function start(...replies: Reply[]) {
  const tools = makeTools()
  const api = await startWechatApi(...replies)
  const { wechat } = makeClient(api.baseUrl, tools)
  const { store, sessions } = await makeSessions(tools)
  const process = (
    apps: Parameters<typeof createOfficialAccountLogin>[0]['apps'] = [MINI, OFFICIAL],
  ) =>
    createOfficialAccountLogin({
      apps,
      wechat,
      sessions,
      store,
      ids: tools.ids,
      clock: tools.clock,
      publicUrl: 'https://pay.test',
      returnPaths: ['/pay/', '/result/'],
    })
  return { api, tools, sessions, store, login: process(), process }
}

const wish = { appId: undefined, returnTo: '/pay/A-1?t=word', browserSecret: undefined }

/** A browser on its way back from WeChat. */
async function comeBack(login: Awaited<ReturnType<typeof start>>['login']) {
  const { authorizeUrl, browserSecret } = await login.start(wish)
  const state = new URL(authorizeUrl).searchParams.get('state') ?? ''
  return { code: 'code-1', state, browserSecret }
}

describe('the way to WeChat', () => {
  test('has its parameters in the one order that every client takes, and the fragment', async () => {
    const { login } = await start()
    const { authorizeUrl } = await login.start(wish)
    expect(authorizeUrl).toMatch(
      /^https:\/\/open\.weixin\.qq\.com\/connect\/oauth2\/authorize\?appid=wx-official&redirect_uri=https%3A%2F%2Fpay\.test%2Fv1%2Flogin%2FofficialAccount%2Fcallback&response_type=code&scope=snsapi_base&state=[a-zA-Z0-9]{64}#wechat_redirect$/,
    )
  })

  test('is another one every time, in a browser that keeps its secret', async () => {
    const { login } = await start()
    const first = await login.start(wish)
    const second = await login.start({ ...wish, browserSecret: first.browserSecret })
    expect(second.browserSecret).toBe(first.browserSecret)
    expect(second.authorizeUrl).not.toBe(first.authorizeUrl)
    expect((await login.start(wish)).browserSecret).not.toBe(first.browserSecret)
  })

  test.each(['https://evil.test/pay/', '//evil.test/pay/', '/console', '/pay/../console'])(
    'is refused with a way back to %s',
    async (returnTo) => {
      const { login } = await start()
      await expect(login.start({ ...wish, returnTo })).rejects.toMatchObject({
        code: 'invalidRequest',
        detail: expect.stringContaining('/pay/, /result/'),
      })
    },
  )

  test.each([
    ['a Mini Program', 'wx-mini'],
    ['an unknown app', 'wx-unknown'],
  ])('is refused for %s', async (_, appId) => {
    const { login } = await start()
    await expect(login.start({ ...wish, appId })).rejects.toMatchObject({ code: 'invalidRequest' })
  })

  test('needs the app by name where there are several', async () => {
    const { process } = await start()
    const login = process([OFFICIAL, { ...OFFICIAL, appId: 'wx-official-2' }])
    await expect(login.start(wish)).rejects.toMatchObject({
      code: 'invalidRequest',
      detail: expect.stringContaining('wx-official, wx-official-2'),
    })
    const { authorizeUrl } = await login.start({ ...wish, appId: 'wx-official-2' })
    expect(authorizeUrl).toContain('appid=wx-official-2&')
  })
})

describe('the way back', () => {
  test('opens a session of the payer and leads to the clean address', async () => {
    const { login, sessions } = await start(FOUND)
    const { session, returnTo } = await login.finish(await comeBack(login))
    expect(returnTo).toBe('/pay/A-1?t=word')
    expect(await sessions.find(session.token)).toMatchObject({
      payer: { appId: 'wx-official', openid: 'o-oa' },
    })
  })

  test('loaded twice, one after the other, is one exchange and one payer', async () => {
    const { login, sessions, api } = await start(FOUND, USED)
    const callback = await comeBack(login)
    const loads = [await login.finish(callback), await login.finish(callback)]
    for (const { session, returnTo } of loads) {
      expect(returnTo).toBe('/pay/A-1?t=word')
      expect(await sessions.find(session.token)).toMatchObject({ payer: { openid: 'o-oa' } })
    }
    expect(api.calls).toHaveLength(1)
  })

  test('loaded ten times at once is one exchange and one payer', async () => {
    const { login, sessions, api } = await start(FOUND, USED)
    const callback = await comeBack(login)
    const loads = await Promise.all(Array.from({ length: 10 }, () => login.finish(callback)))
    for (const { session } of loads) {
      expect(await sessions.find(session.token)).toMatchObject({ payer: { openid: 'o-oa' } })
    }
    expect(api.calls).toHaveLength(1)
  })

  test('loaded by two processes at once tolerates the code that the other one used', async () => {
    const { login, process, sessions, tools } = await start(FOUND, USED)
    const callback = await comeBack(login)
    const both = Promise.all([login.finish(callback), process().finish(callback)])
    const loads = await meanwhile(both, [tools.clock])
    for (const { session } of loads) {
      expect(await sessions.find(session.token)).toMatchObject({ payer: { openid: 'o-oa' } })
    }
  })

  test('with a code that was used elsewhere is refused', async () => {
    const { login, api, tools } = await start(USED)
    const callback = await comeBack(login)
    const finished = meanwhile(login.finish(callback), [tools.clock])
    await expect(finished).rejects.toMatchObject({ code: 'loginCodeInvalid', errcode: 40163 })
    expect(api.calls).toHaveLength(1)
  })

  test('may be tried again after WeChat was away', async () => {
    const busy = { errcode: -1, errmsg: 'system error' }
    const { login } = await start(busy, busy, busy, FOUND)
    const callback = await comeBack(login)
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'identityUnavailable' })
    expect((await login.finish(callback)).returnTo).toBe('/pay/A-1?t=word')
  })

  test.each([
    ['another browser', { browserSecret: 'A'.repeat(43) }],
    ['a browser without cookies', { browserSecret: undefined }],
    ['an invented state', { state: 'a'.repeat(64) }],
  ])('of %s is refused before WeChat is asked', async (_, other) => {
    const { login, api } = await start(FOUND)
    const callback = { ...(await comeBack(login)), ...other }
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'loginCodeInvalid' })
    expect(api.calls).toEqual([])
  })

  test('of another browser is refused even after the payer is known', async () => {
    const { login } = await start(FOUND)
    const callback = await comeBack(login)
    await login.finish(callback)
    const stolen = { ...callback, browserSecret: 'A'.repeat(43) }
    await expect(login.finish(stolen)).rejects.toMatchObject({ code: 'loginCodeInvalid' })
  })

  test('without a code is refused', async () => {
    const { login, api } = await start(FOUND)
    const callback = { ...(await comeBack(login)), code: undefined }
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'loginCodeInvalid' })
    expect(api.calls).toEqual([])
  })

  test('after ten minutes is over', async () => {
    const { login, tools } = await start(FOUND)
    const callback = await comeBack(login)
    await tools.clock.advance(600_000)
    await expect(login.finish(callback)).rejects.toMatchObject({
      code: 'sessionExpired',
      detail: expect.stringContaining('Open the order again'),
    })
  })

  test('of a preview account is refused, and no payer is kept', async () => {
    const { login, api } = await start({ openid: 'o-virtual', is_snapshotuser: 1 })
    const callback = await comeBack(login)
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'snapshotUser' })
    await expect(login.finish(callback)).rejects.toMatchObject({ code: 'snapshotUser' })
    expect(api.calls).toHaveLength(2)
  })
})
