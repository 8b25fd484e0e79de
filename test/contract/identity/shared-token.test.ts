import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { MINI_APP, startWechatLine } from '../../support/wechat-line.ts'

/** Two operating-system processes, one database, and a WeChat on loopback that counts. */
test('two processes with 25 callers each ask WeChat for one access token', async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const store = createPostgresStore(database)
  await store.migrate()
  const { wechat } = await startWechatLine()
  const asked = wechat.identity.countOf('stableToken')
  const script = fileURLToPath(new URL('token-child.ts', import.meta.url))
  const place = JSON.stringify({ database: database.connectionString, wechat: wechat.url })
  const children = [1, 2].map(() => {
    const child = fork(script, [place], { execArgv: [] })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  })
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = children.map(async (child) => (await once(child, 'message'))[0])
  for (const child of children) child.send('begin')
  const got = z.array(z.array(z.string())).parse(await Promise.all(answers))
  expect(got.flat()).toHaveLength(50)
  expect(new Set(got.flat()).size).toBe(1)
  expect(wechat.identity.tokens.ownerOf(got[0]?.[0] ?? '')).toBe(MINI_APP.appId)
  expect(wechat.identity.countOf('stableToken') - asked).toBe(1)
  const row = await store.wechatCredential({ appId: MINI_APP.appId, kind: 'accessToken' })
  expect(row?.leaseUntilMs).toBeNull()
  await store.close()
}, 60_000)
