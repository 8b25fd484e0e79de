import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../sandbox/clock.ts'
import { createRandom } from '../../sandbox/random.ts'
import type { WechatApp as SandboxApp } from '../../sandbox/wechat/apps.ts'
import { createWechat } from '../../sandbox/wechat/index.ts'
import { createAccessTokens } from '../../server/identity/access-token.ts'
import { createJsSdkTickets } from '../../server/identity/js-sdk-ticket.ts'
import { createWechatApi } from '../../server/identity/wechat-api.ts'
import type { WechatApp } from '../../server/identity/wechat-client.ts'
import { createLogger } from '../../server/platform/logger.ts'
import type { HttpClient } from '../../server/providers/http.ts'
import { createHttpClient } from '../../server/providers/http-undici.ts'
import type { Store } from '../../server/store/store.ts'

export const MINI_APP = {
  appId: 'wx-mini',
  kind: 'miniProgram',
  secret: 'mini-secret-0123456789',
} as const satisfies WechatApp
export const OFFICIAL_APP = {
  appId: 'wx-official',
  kind: 'officialAccount',
  secret: 'official-secret-0123456789',
} as const satisfies WechatApp
export const SECOND_OFFICIAL = {
  appId: 'wx-official-2',
  kind: 'officialAccount',
  secret: 'official-secret-abcdefghij',
} as const satisfies WechatApp
export const OUR_APPS: readonly WechatApp[] = [MINI_APP, OFFICIAL_APP, SECOND_OFFICIAL]

/** A simulated WeChat that knows our apps, with its clock and every request that reached it. */
export async function startWechatLine(
  clock: VirtualClock = new VirtualClock(Date.parse('2026-06-24T02:00:00Z')),
) {
  const registered: SandboxApp[] = OUR_APPS.map((app) => ({
    ...app,
    name: 'Tea',
    oauthDomains: [],
  }))
  const wechat = await createWechat({ clock, random: createRandom('line'), apps: registered })
  onTestFinished(() => wechat.close())
  const lines: string[] = []
  const requests: { path: string; body: string }[] = []
  const logger = createLogger({
    clock,
    level: 'debug',
    sink: { write: (line) => lines.push(line) },
  })

  /** Our side of the line as one process has it: its own connections and flights, this store. */
  const process = (store: Store) => {
    // Deadlines of the line itself run on a clock that stands still.
    const own = createHttpClient({ clock })
    onTestFinished(() => own.close())
    const http: HttpClient = (request) => {
      const { pathname } = new URL(request.url)
      requests.push({ path: pathname, body: Buffer.from(request.body ?? []).toString() })
      return own(request)
    }
    const api = createWechatApi({ http, clock, baseUrl: wechat.url })
    const deps = { store, clock, random: () => 0.5, api, logger }
    const tokens = createAccessTokens(deps, OUR_APPS)
    const tickets = createJsSdkTickets({ ...deps, tokens }, OUR_APPS)
    return { api, tokens, tickets }
  }
  const callsOf = (path: string) => requests.filter((request) => request.path === path)
  return { wechat, clock, logger, lines, requests, callsOf, process }
}

export type WechatLine = Awaited<ReturnType<typeof startWechatLine>>
