/** A process that asks for the access token many times at once, and tells its parent what it got. */
import { z } from 'zod'
import { createAccessTokens } from '../../../server/identity/access-token.ts'
import { createWechatApi } from '../../../server/identity/wechat-api.ts'
import { systemClock } from '../../../server/platform/clock.ts'
import { silentLogger } from '../../../server/platform/logger.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { MINI_APP } from '../../support/wechat-line.ts'

const { database, wechat } = z
  .object({ database: z.string(), wechat: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''))

const CALLERS = 25
const clock = systemClock
const store = createPostgresStore({ connectionString: database })
const http = createHttpClient({ clock })
const api = createWechatApi({ http, clock, baseUrl: wechat })
const deps = { store, clock, api, random: Math.random, logger: silentLogger }
const tokens = createAccessTokens(deps, [MINI_APP])

await store.ping()
process.send?.('ready')
await new Promise((begin) => process.once('message', begin))
const asking = Promise.all(Array.from({ length: CALLERS }, () => tokens.current(MINI_APP)))
// Behind the callers in the line for the row: by then they have looked whether somebody asks already.
const name = { appId: MINI_APP.appId, kind: 'accessToken' } as const
for (let look = 0; look < 5; look += 1) {
  await store.transaction((tx) => tx.lockWechatCredential(name))
}
process.send?.('asking')
const got = await asking
process.send?.(got)
await http.close()
await store.close()
process.disconnect()
