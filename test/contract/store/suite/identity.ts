import { describe, expect, test } from 'vitest'
import type { LoginState, Session } from '../../../../server/store/store.ts'
import { inWorld, type OpenWorld, upTo } from './world.ts'

const session: Session = {
  tokenHash: 'b'.repeat(64),
  payer: { appId: 'wx-mini', openid: 'o-liwei' },
  orderRef: null,
  createdAtMs: 1_000,
  expiresAtMs: 2_000,
}

const loginState: LoginState = {
  stateHash: 'c'.repeat(64),
  browserHash: 'd'.repeat(64),
  appId: 'wx-oa',
  returnTo: '/pay/tea-1001?t=1',
  payer: null,
  expiresAtMs: 9_000,
}

export function identity(open: OpenWorld): void {
  describe('sessions and logins', () => {
    test.each([
      ['a payer', session],
      ['the holder of a checkout token', { ...session, payer: null, orderRef: 'tea-1001' }],
    ])('the session of %s is found by its hash alone', (_, stored) =>
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertSession(stored))
        expect(await store.session(stored.tokenHash)).toEqual(stored)
        expect(await store.session('0'.repeat(64))).toBeUndefined()
      })(),
    )

    test(
      'one token is one session',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertSession(session))
        const other = { ...session, payer: { appId: 'wx-mini', openid: 'o-thief' } }
        await expect(store.transaction((tx) => tx.insertSession(other))).rejects.toThrow()
        expect(await store.session(session.tokenHash)).toEqual(session)
      }),
    )

    test(
      'a login is used by the first callback only, however many come at once',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertLoginState(loginState))
        const outcomes = await Promise.all(
          upTo(10).map((number) =>
            store.transaction(async (tx) => {
              const state = await tx.lockLoginState(loginState.stateHash)
              if (!state || state.payer) return 'late'
              const payer = { appId: 'wx-oa', openid: `o-${number}` }
              await tx.updateLoginState({ ...state, payer })
              return 'first'
            }),
          ),
        )
        expect(outcomes.filter((outcome) => outcome === 'first')).toHaveLength(1)
      }),
    )

    test(
      'a login comes back as it was stored, before and after its payer is known',
      inWorld(open, async ({ store }) => {
        const read = () => store.transaction((tx) => tx.lockLoginState(loginState.stateHash))
        await store.transaction((tx) => tx.insertLoginState(loginState))
        expect(await read()).toEqual(loginState)
        const known = { ...loginState, payer: { appId: 'wx-oa', openid: 'o-wang' } }
        await store.transaction((tx) => tx.updateLoginState(known))
        expect(await read()).toEqual(known)
      }),
    )

    test(
      'an update of a login that is not there fails',
      inWorld(open, async ({ store }) => {
        const update = store.transaction((tx) => tx.updateLoginState(loginState))
        await expect(update).rejects.toThrow('not stored')
      }),
    )
  })
}
