import { describe, expect, test } from 'vitest'
import { checkoutErrorFrom } from '../../../../shared/client/errors.ts'
import { createSession } from '../../../../shared/client/session.ts'
import { problem } from '../../../support/checkout-server.ts'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

function createLogin() {
  const login = {
    count: 0,
    run: async () => {
      login.count += 1
      return `token-${login.count}`
    },
  }
  return login
}

describe('a session by token', () => {
  test('logs in when first needed, once for all who ask', async () => {
    const login = createLogin()
    const session = createSession({ login: login.run })
    expect(login.count).toBe(0)
    expect(await Promise.all([session.token(), session.token()])).toEqual(['token-1', 'token-1'])
    expect(await session.token()).toBe('token-1')
    expect(login.count).toBe(1)
  })

  test('is renewed once, however many were refused', async () => {
    const login = createLogin()
    const session = createSession({ login: login.run })
    const refused = await session.token()
    const fresh = await Promise.all([session.renew(refused), session.renew(refused)])
    expect(fresh).toEqual(['token-2', 'token-2'])
    expect(await session.renew(refused)).toBe('token-2')
    expect(login.count).toBe(2)
  })

  test('a refusal of an older token joins the login that is under way', async () => {
    const login = createLogin()
    const session = createSession({ login: login.run })
    const token = await session.token()
    const fresh = [session.renew(token), session.renew('token-of-yesterday')]
    expect(await Promise.all(fresh)).toEqual(['token-2', 'token-2'])
  })

  test('survives the program in its storage', async () => {
    const { storage } = createCheckoutWorld()
    const login = createLogin()
    await createSession({ login: login.run, storage }).token()
    const next = createSession({ login: login.run, storage })
    expect(await next.token()).toBe('token-1')
    await next.renew('token-1')
    expect(storage.get('wechat-pay-session')).toBe('token-2')
  })

  test('a login that failed is tried again by the next who asks', async () => {
    let works = false
    const login = async () => {
      if (!works) throw new Error('no network')
      return 'token'
    }
    const session = createSession({ login })
    await expect(session.token()).rejects.toThrow('no network')
    works = true
    expect(await session.token()).toBe('token')
  })

  test('a storage that throws costs only the memory', async () => {
    const refuse = () => {
      throw new Error('forbidden')
    }
    const login = createLogin()
    const storage = { get: refuse, set: refuse, remove: refuse }
    const session = createSession({ login: login.run, storage })
    expect(await session.token()).toBe('token-1')
    expect(await session.token()).toBe('token-1')
  })
})

describe('a checkout whose session is over', () => {
  test('logs in again once and repeats the request with the same key', async () => {
    const world = createCheckoutWorld()
    world.server.validToken = 'token-2'
    const login = createLogin()
    void world.page({ session: createSession({ login: login.run }) }).pay()
    await world.clock.advance(0)
    expect(world.server.posts.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
    expect(new Set(world.server.keys).size).toBe(1)
    expect(world.opened).toHaveLength(1)
  })

  test('does so in the middle of confirming', async () => {
    const world = createCheckoutWorld()
    const login = createLogin()
    world.server.validToken = 'token-1'
    const run = follow(world.page({ session: createSession({ login: login.run }) }).pay())
    await world.clock.advance(0)
    world.server.validToken = 'token-2'
    world.server.decide('paid')
    await world.answer({ surface: 'finished' })
    expect(run.value?.verdict).toBe('paid')
    expect(login.count).toBe(2)
  })

  test('a session missing altogether is opened too', async () => {
    const world = createCheckoutWorld()
    world.server.validToken = 'token'
    void world.page({ session: { token: async () => null, renew: async () => 'token' } }).pay()
    await world.clock.advance(0)
    expect(world.server.posts[0]?.headers).not.toHaveProperty('authorization')
    expect(world.opened).toHaveLength(1)
  })

  test('refused twice, it gives up with the code, and keeps the state', async () => {
    const world = createCheckoutWorld()
    world.server.validToken = 'never'
    const login = createLogin()
    const page = world.page({ session: createSession({ login: login.run }) })
    await expect(page.pay()).rejects.toMatchObject({ code: 'sessionExpired', retryable: true })
    expect(world.server.posts).toHaveLength(2)
    expect(world.storage.entries.size).toBe(1)
  })

  test('another 401 is not a reason to log in again', async () => {
    const world = createCheckoutWorld()
    const login = createLogin()
    world.server.fates.push(problem('unauthenticated'))
    const page = world.page({ session: createSession({ login: login.run }) })
    await expect(page.pay()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(login.count).toBe(1)
  })

  test('a login without network counts as offline and is repeated', async () => {
    const world = createCheckoutWorld()
    let tries = 0
    const login = async () => {
      tries += 1
      if (tries < 3) throw new Error('request:fail')
      return 'token'
    }
    void world.page({ session: createSession({ login }) }).pay()
    await world.clock.advance(3_000)
    expect(tries).toBe(3)
    expect(world.opened).toHaveLength(1)
  })

  test('a login that the server refuses rejects with its code', async () => {
    const world = createCheckoutWorld()
    const login = async () => {
      throw checkoutErrorFrom(problem('payerBlocked'))
    }
    const run = follow(world.page({ session: createSession({ login }) }).pay())
    await world.clock.advance(0)
    expect(run.error).toMatchObject({ code: 'payerBlocked', retryable: false })
    expect(world.server.requests).toHaveLength(0)
  })

  test('a login that never answers is given up in time', async () => {
    const world = createCheckoutWorld()
    const login = () => new Promise<string>(() => undefined)
    const run = follow(world.page({ session: createSession({ login }) }).pay())
    await world.clock.advance(60_000)
    expect(run.error).toMatchObject({ code: 'offline' })
  })
})
