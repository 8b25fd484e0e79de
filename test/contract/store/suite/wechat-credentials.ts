import { describe, expect, test } from 'vitest'
import type { CredentialName, WechatCredential } from '../../../../server/store/store.ts'
import { inWorld, type OpenWorld, upTo } from './world.ts'

const TOKEN: CredentialName = { appId: 'wx-mini', kind: 'accessToken' }
const EMPTY: WechatCredential = {
  ...TOKEN,
  sealed: null,
  refreshAtMs: null,
  expiresAtMs: null,
  leaseUntilMs: null,
  forcedAtMs: [],
}
const LENT: WechatCredential = {
  ...TOKEN,
  sealed: 's'.repeat(2_000),
  refreshAtMs: 6_000,
  expiresAtMs: Number.MAX_SAFE_INTEGER,
  leaseUntilMs: 5_000,
  forcedAtMs: [1_000, 2_000],
}

export function wechatCredentials(open: OpenWorld): void {
  describe('what WeChat lends an app', () => {
    test(
      'has an empty row once somebody locks it, and none before',
      inWorld(open, async ({ store }) => {
        expect(await store.wechatCredential(TOKEN)).toBeUndefined()
        expect(await store.transaction((tx) => tx.lockWechatCredential(TOKEN))).toEqual(EMPTY)
        expect(await store.wechatCredential(TOKEN)).toEqual(EMPTY)
      }),
    )

    test(
      'comes back as it was stored, apart from that of other apps and kinds',
      inWorld(open, async ({ store }) => {
        await store.transaction(async (tx) => {
          await tx.lockWechatCredential(TOKEN)
          await tx.updateWechatCredential(LENT)
        })
        expect(await store.wechatCredential(TOKEN)).toEqual(LENT)
        expect(await store.wechatCredential({ ...TOKEN, kind: 'jsapiTicket' })).toBeUndefined()
        expect(await store.wechatCredential({ ...TOKEN, appId: 'wx-other' })).toBeUndefined()
      }),
    )

    test(
      'is asked for by one of 20 that look at once',
      inWorld(open, async ({ store }) => {
        const takers = await Promise.all(
          upTo(20).map(() =>
            store.transaction(async (tx) => {
              const row = await tx.lockWechatCredential(TOKEN)
              if (row.leaseUntilMs !== null) return false
              await tx.updateWechatCredential({ ...row, leaseUntilMs: 9_000 })
              return true
            }),
          ),
        )
        expect(takers.filter(Boolean)).toHaveLength(1)
      }),
    )

    test(
      'cannot be updated before it has a row',
      inWorld(open, async ({ store }) => {
        const update = store.transaction((tx) => tx.updateWechatCredential(LENT))
        await expect(update).rejects.toThrow('not stored')
      }),
    )
  })
}
