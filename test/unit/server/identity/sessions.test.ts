import { describe, expect, test } from 'vitest'
import { createSessions } from '../../../../server/identity/sessions.ts'
import { sha256Hex } from '../../../../server/platform/hash.ts'
import { makeTools, openStore } from '../http/harness.ts'

async function start() {
  const { clock, ids } = makeTools()
  const store = await openStore()
  const lifetimes = { payerMs: 1_000, checkoutMs: 2_000 }
  return { store, clock, sessions: createSessions({ store, ids, clock, lifetimes }) }
}

describe('sessions', () => {
  test('live as long as their kind of holder', async () => {
    const { clock, sessions } = await start()
    const payer = { appId: 'wx-mini', openid: 'o-liwei' }
    const ofPayer = await sessions.open({ payer, orderRef: null })
    const ofHolder = await sessions.open({ payer: null, orderRef: 'A-1' })
    expect(ofPayer.expiresAtMs - clock.nowMs()).toBe(1_000)
    expect(ofHolder.expiresAtMs - clock.nowMs()).toBe(2_000)
  })

  test('are found by their token and by nothing else', async () => {
    const { sessions, store } = await start()
    const { token } = await sessions.open({ payer: null, orderRef: 'A-1' })
    expect(await sessions.find(token)).toMatchObject({ orderRef: 'A-1' })
    expect(await sessions.find(sha256Hex(token))).toBeUndefined()
    expect(await sessions.find('')).toBeUndefined()
    expect(await store.session(sha256Hex(token))).toMatchObject({ tokenHash: sha256Hex(token) })
  })

  test('have tokens that cannot be guessed from each other', async () => {
    const { sessions } = await start()
    const holder = { payer: null, orderRef: 'A-1' }
    const opened = await Promise.all(Array.from({ length: 20 }, () => sessions.open(holder)))
    expect(new Set(opened.map(({ token }) => token)).size).toBe(20)
    for (const { token } of opened) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  })
})
