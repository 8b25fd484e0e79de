import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { bodyText, jsonReply, serve } from '../../../sandbox/http.ts'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { MINI_APP, startWechatLine } from '../../support/wechat-line.ts'

/**
 * Two operating-system processes and one database. WeChat's answer is held back until the callers of
 * both processes have looked for the token and found none: without the lease, both would ask.
 */
test('two processes with 25 callers each ask WeChat for one access token', async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const store = createPostgresStore(database)
  await store.migrate()
  const { wechat } = await startWechatLine()
  const everybodyAsks = Promise.withResolvers<void>()
  const relay = await serve({
    handler: async (request) => {
      await everybodyAsks.promise
      const url = `${wechat.url}${request.path}?${request.query}`
      const answer = await fetch(url, { method: request.method, body: bodyText(request) })
      return jsonReply(200, await answer.json())
    },
  })
  onTestFinished(() => relay.close())
  const script = fileURLToPath(new URL('token-child.ts', import.meta.url))
  const place = JSON.stringify({ database: database.connectionString, wechat: relay.url })
  const children = [1, 2].map(() => {
    const child = fork(script, [place], { execArgv: [] })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  })
  const hear = () => Promise.all(children.map(async (child) => (await once(child, 'message'))[0]))
  expect(await hear()).toEqual(['ready', 'ready'])
  const asking = hear()
  for (const child of children) child.send('begin')
  expect(await asking).toEqual(['asking', 'asking'])
  const answers = hear()
  everybodyAsks.resolve()
  const got = z.array(z.array(z.string())).parse(await answers)
  expect(got.flat()).toHaveLength(50)
  expect(new Set(got.flat()).size).toBe(1)
  expect(wechat.identity.tokens.ownerOf(got[0]?.[0] ?? '')).toBe(MINI_APP.appId)
  expect(wechat.identity.countOf('stableToken')).toBe(1)
  const row = await store.wechatCredential({ appId: MINI_APP.appId, kind: 'accessToken' })
  expect(row?.leaseUntilMs).toBeNull()
  await store.close()
}, 60_000)
