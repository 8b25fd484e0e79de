import { describe, expect, test } from 'vitest'
import { createApiKeyStage, merchantOf } from '../../../../server/http/api-key.ts'
import { createRouter } from '../../../../server/http/context.ts'
import { sha256Hex } from '../../../../server/platform/hash.ts'
import { makeTools, problemOf, startApp } from './harness.ts'

const KEYS = ['key-of-the-tea-shop-000001', 'key-of-the-book-shop-00002']

async function start() {
  const stage = createApiKeyStage(
    KEYS.map((key, index) => ({ keyId: `shop-${index}`, keyHash: sha256Hex(key) })),
  )
  const router = createRouter()
    .get('/guarded', stage, (ctx) => {
      ctx.body = merchantOf(ctx)
    })
    .get('/unguarded', (ctx) => {
      ctx.body = merchantOf(ctx)
    })
  return (await startApp(makeTools(), { parsed: [router] })).address
}

describe('the API key of a merchant', () => {
  test('tells which of the merchants calls', async () => {
    const address = await start()
    for (const [index, key] of KEYS.entries()) {
      const headers = { authorization: `Bearer ${key}` }
      const response = await fetch(`${address}/guarded`, { headers })
      expect(await response.json()).toMatchObject({ keyId: `shop-${index}` })
    }
  })

  test.each([
    ['no header', {}],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another key', { authorization: 'Bearer key-of-the-tea-shop-000002' }],
    ['half a key', { authorization: 'Bearer key-of-the-tea-shop' }],
    ['the hash of a key', { authorization: `Bearer ${sha256Hex('key-of-the-tea-shop-000001')}` }],
    ['another scheme', { authorization: 'Basic key-of-the-tea-shop-000001' }],
    ['a key in another header', { 'x-api-key': 'key-of-the-tea-shop-000001' }],
  ])('%s is unauthenticated', async (_, headers) => {
    const response = await fetch(`${await start()}/guarded`, { headers })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('a route that forgot to ask for it serves nobody', async () => {
    const headers = { authorization: `Bearer ${KEYS[0]}` }
    const response = await fetch(`${await start()}/unguarded`, { headers })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('without any configured key nobody gets in', async () => {
    const router = createRouter().get('/guarded', createApiKeyStage([]), (ctx) => {
      ctx.body = {}
    })
    const { address } = await startApp(makeTools(), { parsed: [router] })
    expect((await fetch(`${address}/guarded`)).status).toBe(401)
  })
})
