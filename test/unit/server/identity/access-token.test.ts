import { describe, expect, test } from 'vitest'
import type { WechatAnswer } from '../../../../server/identity/wechat-api.ts'
import {
  MINI_APP,
  OFFICIAL_APP,
  startWechatLine,
  type WechatLine,
} from '../../../support/wechat-line.ts'
import { meanwhile, openStore } from '../http/harness.ts'

const STABLE = '/cgi-bin/stable_token'
const MINUTE_MS = 60_000

async function world() {
  const line = await startWechatLine()
  const store = await openStore()
  return { line, store, ...line.process(store) }
}

/** How often WeChat was made to replace a token. */
function forced(line: WechatLine): number {
  return line.callsOf(STABLE).filter(({ body }) => body.includes('"force_refresh":true')).length
}

describe('one token for everybody', () => {
  test('fifty callers at once cost one call, and two processes share its answer', async () => {
    const { line, store, tokens } = await world()
    const other = line.process(store).tokens
    const got = Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? tokens : other).current(MINI_APP)),
    )
    const all = await meanwhile(got, [line.clock])
    expect(new Set(all).size).toBe(1)
    expect(line.callsOf(STABLE)).toHaveLength(1)
    expect(line.wechat.identity.tokens.ownerOf(all[0] ?? '')).toBe(MINI_APP.appId)
  })

  test('each app has its own', async () => {
    const { line, tokens } = await world()
    const mini = await tokens.current(MINI_APP)
    const official = await tokens.current(OFFICIAL_APP)
    expect(mini).not.toBe(official)
    expect(line.callsOf(STABLE)).toHaveLength(2)
  })

  test('an app that is not ours is a mistake of ours, and asks nobody', async () => {
    const { line, tokens } = await world()
    await expect(tokens.current({ ...MINI_APP, appId: 'wx-foreign' })).rejects.toThrow(
      'none of our',
    )
    expect(line.requests).toEqual([])
  })

  test('the database holds nothing with which anybody could call WeChat', async () => {
    const { store, tokens } = await world()
    const token = await tokens.current(MINI_APP)
    const row = await store.wechatCredential({ appId: MINI_APP.appId, kind: 'accessToken' })
    expect(row?.sealed).toMatch(/^[\w-]{100,}$/)
    expect(JSON.stringify(row)).not.toContain(token)
    expect(JSON.stringify(row)).not.toContain(MINI_APP.secret)
  })

  test('a secret that was changed opens no token of before: a new one is asked for', async () => {
    const { line, store, tokens } = await world()
    await tokens.current(MINI_APP)
    const name = { appId: MINI_APP.appId, kind: 'accessToken' } as const
    await store.transaction(async (tx) => {
      const row = await tx.lockWechatCredential(name)
      await tx.updateWechatCredential({ ...row, sealed: row.sealed?.replace(/^./, '!') ?? null })
    })
    await tokens.current(MINI_APP)
    expect(line.callsOf(STABLE)).toHaveLength(2)
  })
})

describe('renewal before the end', () => {
  test('begins at 85 % of the life, by one caller; the others go on with the old one', async () => {
    const { line, tokens } = await world()
    const old = await tokens.current(MINI_APP)
    await line.clock.advance(102 * MINUTE_MS - 1)
    expect(await tokens.current(MINI_APP)).toBe(old)
    expect(line.callsOf(STABLE)).toHaveLength(1)
    await line.clock.advance(15 * MINUTE_MS + 1)
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.current(MINI_APP)))
    const renewed = await tokens.current(MINI_APP)
    expect(renewed).not.toBe(old)
    expect(all.filter((token) => token === old).length).toBeGreaterThan(0)
    expect(line.callsOf(STABLE)).toHaveLength(2)
    expect(line.wechat.identity.tokens.ownerOf(old)).toBe(MINI_APP.appId)
  })

  test('that fails leaves the old one in use, and is left alone for half a minute', async () => {
    const { line, tokens } = await world()
    const old = await tokens.current(MINI_APP)
    await line.clock.advance(117 * MINUTE_MS)
    line.wechat.identity.faults.add({ times: 2, fault: { kind: 'errcode', errcode: 45009 } })
    expect(await tokens.current(MINI_APP)).toBe(old)
    expect(await tokens.current(MINI_APP)).toBe(old)
    expect(line.callsOf(STABLE)).toHaveLength(2)
    line.wechat.identity.faults.clear()
    await line.clock.advance(30_000)
    expect(await tokens.current(MINI_APP)).not.toBe(old)
  })
})

describe('a token that WeChat refuses', () => {
  const ticketCall =
    ({ api }: Pick<Awaited<ReturnType<typeof world>>, 'api'>) =>
    (accessToken: string): Promise<WechatAnswer> => {
      const query = { access_token: accessToken, type: 'jsapi' }
      return api({ path: '/cgi-bin/ticket/getticket', query })
    }

  test('is replaced by force, once, however many calls it failed', async () => {
    const here = await world()
    const { line, tokens } = here
    await tokens.current(OFFICIAL_APP)
    line.wechat.identity.tokens.revoke(OFFICIAL_APP.appId)
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => tokens.call(OFFICIAL_APP, ticketCall(here))),
    )
    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 30 }, () => 'answer'))
    expect(forced(line)).toBe(1)
    expect(line.callsOf('/cgi-bin/ticket/getticket').length).toBeLessThanOrEqual(60)
  })

  test('that another process has renewed already is taken from the store, with no call', async () => {
    const here = await world()
    const { line, store, tokens } = here
    const other = line.process(store)
    await tokens.current(OFFICIAL_APP)
    line.wechat.identity.tokens.revoke(OFFICIAL_APP.appId)
    let renewedWith = 0
    const answer = await tokens.call(OFFICIAL_APP, async (token) => {
      if (renewedWith === 0) await other.tokens.call(OFFICIAL_APP, ticketCall(here))
      renewedWith ||= line.callsOf(STABLE).length
      return await ticketCall(here)(token)
    })
    expect(answer.kind).toBe('answer')
    expect(forced(line)).toBe(1)
    expect(line.callsOf(STABLE)).toHaveLength(renewedWith)
  })

  test('that is refused again when renewed is told to the caller, and not tried a third time', async () => {
    const { line, tokens } = await world()
    const used: string[] = []
    const answer = await tokens.call(MINI_APP, async (token) => {
      used.push(token)
      return { kind: 'refusal', errcode: 42001, errmsg: 'expired' }
    })
    expect(answer).toMatchObject({ kind: 'refusal', errcode: 42001 })
    expect(new Set(used).size).toBe(2)
    expect(forced(line)).toBe(1)
  })

  test('any other refusal of the call renews nothing', async () => {
    const { line, tokens } = await world()
    const refusal = { kind: 'refusal', errcode: 48001, errmsg: 'no' } as const
    expect(await tokens.call(MINI_APP, () => Promise.resolve(refusal))).toBe(refusal)
    expect(line.callsOf(STABLE)).toHaveLength(1)
  })

  test('renewal is forced at most every 30 seconds and 20 times a day', async () => {
    const here = await world()
    const { line, tokens } = here
    const fail = () =>
      tokens.call(OFFICIAL_APP, ticketCall(here)).then(
        ({ kind }) => kind,
        (error: Error) => error.message,
      )
    await tokens.current(OFFICIAL_APP)
    const revoke = () => line.wechat.identity.tokens.revoke(OFFICIAL_APP.appId)
    revoke()
    expect(await fail()).toBe('answer')
    await line.clock.advance(29_000)
    revoke()
    expect(await fail()).toContain('forced enough')
    for (let time = 2; time <= 20; time += 1) {
      await line.clock.advance(31_000)
      revoke()
      expect(await fail()).toBe('answer')
    }
    await line.clock.advance(31_000)
    revoke()
    expect(await fail()).toContain('forced enough')
    expect(forced(line)).toBe(20)
    await line.clock.advance(24 * 60 * MINUTE_MS)
    expect(await fail()).toBe('answer')
  })
})

describe('a WeChat that lends nothing', () => {
  test.each([40125, 40013, 40164, 45009])(
    'for reason %i is an alarm without the secret',
    async (errcode) => {
      const { line, tokens } = await world()
      line.wechat.identity.faults.add({ times: 9, fault: { kind: 'errcode', errcode } })
      const error = await tokens.current(MINI_APP).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ name: 'IdentityError', code: 'identityUnavailable', errcode })
      const told = line.lines.join('')
      expect(told).toContain('identity.misconfigured')
      expect(`${String(error)} ${told}`).not.toContain(MINI_APP.secret)
      expect(line.callsOf(STABLE)).toHaveLength(1)
    },
  )

  test('a lost answer is asked for again, and gives the same token', async () => {
    const { line, tokens } = await world()
    line.wechat.identity.faults.add({ endpoint: 'stableToken', fault: { kind: 'lostAnswer' } })
    const token = await meanwhile(tokens.current(MINI_APP), [line.clock])
    expect(line.wechat.identity.tokens.ownerOf(token)).toBe(MINI_APP.appId)
    expect(line.callsOf(STABLE)).toHaveLength(2)
  })

  test('no log line and no error ever holds a token', async () => {
    const { line, tokens } = await world()
    const token = await tokens.current(MINI_APP)
    const broken = await tokens
      .call(MINI_APP, async () => ({ kind: 'refusal', errcode: 40001, errmsg: token }))
      .catch((caught: unknown) => caught)
    expect(broken).toMatchObject({ errcode: 40001 })
    expect(line.lines.join('')).toContain('identity.tokenRefused')
    expect(line.lines.join('')).not.toContain(token)
  })

  test('a process that died while asking is waited for, and then replaced', async () => {
    const { line, store, tokens } = await world()
    const name = { appId: MINI_APP.appId, kind: 'accessToken' } as const
    const nowMs = line.clock.nowMs()
    await store.transaction(async (tx) => {
      const row = await tx.lockWechatCredential(name)
      await tx.updateWechatCredential({ ...row, leaseUntilMs: nowMs + 2_000 })
    })
    const token = await meanwhile(tokens.current(MINI_APP), [line.clock])
    expect(line.clock.nowMs() - nowMs).toBeGreaterThanOrEqual(2_000)
    expect(line.wechat.identity.tokens.ownerOf(token)).toBe(MINI_APP.appId)
  })
})
