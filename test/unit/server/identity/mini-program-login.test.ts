import { describe, expect, test } from 'vitest'
import { createMiniProgramLogin } from '../../../../server/identity/mini-program-login.ts'
import { makeTools } from '../http/harness.ts'
import { MINI, makeClient, makeSessions, OFFICIAL, type Reply, startWechatApi } from './harness.ts'

async function start(...replies: Reply[]) {
  const tools = makeTools()
  const api = await startWechatApi(...replies)
  const { wechat } = makeClient(api.baseUrl, tools)
  const { sessions } = await makeSessions(tools)
  const apps = [MINI, OFFICIAL, { ...MINI, appId: 'wx-mini-2', secret: 'another-secret' }]
  return { api, sessions, tools, login: createMiniProgramLogin({ apps, wechat, sessions }) }
}

describe('a Mini Program login', () => {
  test('opens a session of the payer in that very app', async () => {
    const { login, sessions, tools } = await start({ openid: 'o-liwei', session_key: 'k' })
    const { token, expiresAtMs } = await login({ appId: 'wx-mini', loginCode: 'code' })
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(expiresAtMs).toBe(tools.clock.nowMs() + 3_600_000)
    expect(await sessions.find(token)).toMatchObject({
      payer: { appId: 'wx-mini', openid: 'o-liwei' },
      orderRef: null,
      expiresAtMs,
    })
  })

  test('uses the secret of the app that was named', async () => {
    const { login, api } = await start({ openid: 'o-liwei' })
    await login({ appId: 'wx-mini-2', loginCode: 'code' })
    expect(api.calls[0]?.searchParams.get('secret')).toBe('another-secret')
  })

  test.each([
    ['an unknown app', 'wx-unknown'],
    ['an Official Account', 'wx-official'],
  ])('%s is refused before WeChat is asked', async (_, appId) => {
    const { login, api } = await start({ openid: 'o-liwei' })
    await expect(login({ appId, loginCode: 'code' })).rejects.toMatchObject({
      code: 'invalidRequest',
      detail: expect.stringContaining(appId),
    })
    expect(api.calls).toEqual([])
  })

  test('a refused code opens nothing', async () => {
    const { login } = await start({ errcode: 40163, errmsg: 'code been used' })
    await expect(login({ appId: 'wx-mini', loginCode: 'code' })).rejects.toMatchObject({
      code: 'loginCodeInvalid',
    })
  })
})
