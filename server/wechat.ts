import type { Clock } from '../shared/clock.ts'
import type { ToolkitConfig } from './config.ts'
import { type AccessTokens, createAccessTokens } from './identity/access-token.ts'
import { createJsSdkTickets, type JsSdkTickets } from './identity/js-sdk-ticket.ts'
import { createWechatApi, type WechatApi } from './identity/wechat-api.ts'
import type { Logger } from './platform/logger.ts'
import type { HttpClient } from './providers/http.ts'
import type { Store } from './store/store.ts'

/** The way to api.weixin.qq.com, and what WeChat lends the apps of the configuration. */
export interface Wechat {
  readonly api: WechatApi
  readonly tokens: AccessTokens
  readonly tickets: JsSdkTickets
}

export function createWechat(
  { apps, wechat }: Pick<ToolkitConfig, 'apps' | 'wechat'>,
  deps: { store: Store; http: HttpClient; clock: Clock; random: () => number; logger: Logger },
): Wechat {
  const api = createWechatApi({ ...deps, baseUrl: wechat.apiUrl })
  const tokens = createAccessTokens({ ...deps, api }, apps)
  const tickets = createJsSdkTickets({ ...deps, api, tokens }, apps)
  return { api, tokens, tickets }
}
