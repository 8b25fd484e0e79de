import { describe, expect, test } from 'vitest'
import { IdentityError } from '../../../../server/identity/errors.ts'
import { MINI, makeClient, OFFICIAL, startWechatApi } from './harness.ts'

const SESSION_KEY = 'tiihtNczf5v6AKRyjwEUhQ=='

describe('code2Session', () => {
  test('asks as WeChat documents it, and keeps nothing but the openid', async () => {
    const api = await startWechatApi({
      openid: 'o-liwei',
      session_key: SESSION_KEY,
      unionid: 'u-1',
    })
    const { wechat, tools } = makeClient(api.baseUrl)
    expect(await wechat.codeToSession(MINI, 'code+/1')).toEqual({ openid: 'o-liwei' })
    expect(api.calls.map(({ pathname }) => pathname)).toEqual(['/sns/jscode2session'])
    expect(Object.fromEntries(api.calls[0]?.searchParams ?? [])).toEqual({
      appid: 'wx-mini',
      secret: MINI.secret,
      js_code: 'code+/1',
      grant_type: 'authorization_code',
    })
    expect(JSON.stringify(tools.lines)).not.toContain(SESSION_KEY)
  })

  test('an errcode of 0 is no error', async () => {
    const api = await startWechatApi({ errcode: 0, errmsg: 'ok', openid: 'o-liwei' })
    const { wechat } = makeClient(api.baseUrl)
    expect(await wechat.codeToSession(MINI, 'code')).toEqual({ openid: 'o-liwei' })
  })
})

describe('web authorisation', () => {
  test('asks as WeChat documents it, and forgets the tokens', async () => {
    const api = await startWechatApi({ access_token: 'at', refresh_token: 'rt', openid: 'o-oa' })
    const { wechat } = makeClient(api.baseUrl)
    expect(await wechat.codeToWebIdentity(OFFICIAL, 'code')).toEqual({
      openid: 'o-oa',
      snapshot: false,
    })
    expect(api.calls[0]?.pathname).toBe('/sns/oauth2/access_token')
    expect(Object.fromEntries(api.calls[0]?.searchParams ?? [])).toEqual({
      appid: 'wx-official',
      secret: OFFICIAL.secret,
      code: 'code',
      grant_type: 'authorization_code',
    })
  })

  test('tells the virtual account of a preview page', async () => {
    const api = await startWechatApi({ openid: 'o-virtual', is_snapshotuser: 1 })
    const { wechat } = makeClient(api.baseUrl)
    expect(await wechat.codeToWebIdentity(OFFICIAL, 'code')).toMatchObject({ snapshot: true })
  })
})

describe('an errcode in an answer of status 200', () => {
  const refused = async (errcode: number) => {
    const api = await startWechatApi({ errcode, errmsg: 'no, rid: 1' })
    const { wechat, tools } = makeClient(api.baseUrl)
    const error = await wechat.codeToSession(MINI, 'code').catch((caught: unknown) => caught)
    return { error, calls: api.calls.length, lines: tools.lines }
  }

  test.each([
    [40029, 'loginCodeInvalid'],
    [40163, 'loginCodeInvalid'],
    [41008, 'loginCodeInvalid'],
    [40226, 'payerBlocked'],
    [45011, 'tooManyRequests'],
    [99999, 'identityUnavailable'],
  ])('%i is %s, asked once, and no alarm', async (errcode, code) => {
    const { error, calls, lines } = await refused(errcode)
    expect(error).toBeInstanceOf(IdentityError)
    expect(error).toMatchObject({ code, errcode })
    expect(calls).toBe(1)
    expect(lines).toEqual([])
  })

  test.each([40013, 40125, 41002, 41004, 48001])(
    '%i is an alarm for the operator that names the app and not the secret',
    async (errcode) => {
      const { error, calls, lines } = await refused(errcode)
      expect(error).toMatchObject({ code: 'identityUnavailable', errcode })
      expect(calls).toBe(1)
      expect(lines).toMatchObject([
        { level: 'error', event: 'identity.misconfigured', code: String(errcode) },
      ])
      expect(lines[0]?.['reason']).toContain('wx-mini')
      expect(JSON.stringify(lines)).not.toContain(MINI.secret)
    },
  )
})

describe('a busy WeChat and a broken line', () => {
  test.each([
    ['busy', { errcode: -1, errmsg: 'system error' }],
    ['broken', 'hangUp'],
  ])('%s twice is asked a third time', async (_, trouble) => {
    const api = await startWechatApi(trouble, trouble, { openid: 'o-liwei' })
    const { wechat, pauses } = makeClient(api.baseUrl)
    expect(await wechat.codeToSession(MINI, 'code')).toEqual({ openid: 'o-liwei' })
    expect(pauses).toEqual([200, 600])
  })

  test.each([
    ['busy', { errcode: -1, errmsg: 'system error' }],
    ['broken', 'hangUp'],
  ])('%s three times is identityUnavailable', async (_, trouble) => {
    const api = await startWechatApi(trouble)
    const { wechat } = makeClient(api.baseUrl)
    await expect(wechat.codeToSession(MINI, 'code')).rejects.toMatchObject({
      name: 'IdentityError',
      code: 'identityUnavailable',
    })
    expect(api.calls).toHaveLength(3)
  })

  test('a port where nobody listens is identityUnavailable', async () => {
    const api = await startWechatApi({})
    await new Promise((resolve) => api.server.close(resolve))
    const { wechat } = makeClient(api.baseUrl)
    const error = await wechat.codeToSession(MINI, 'code').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'identityUnavailable' })
    expect(String(error)).not.toContain(MINI.secret)
  })

  test.each([
    ['text', 'upstream error'],
    ['nothing', ''],
    ['an answer without openid', { session_key: SESSION_KEY }],
    ['an empty openid', { openid: '' }],
    ['a list', '[]'],
  ])('%s instead of an identity is identityUnavailable, and is not repeated', async (_, reply) => {
    const api = await startWechatApi(reply)
    const { wechat, tools } = makeClient(api.baseUrl)
    const error = await wechat.codeToSession(MINI, 'code').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'IdentityError', code: 'identityUnavailable' })
    tools.logger.error('test', { error })
    expect(JSON.stringify(tools.lines)).not.toContain(SESSION_KEY)
    expect(api.calls).toHaveLength(1)
  })
})
