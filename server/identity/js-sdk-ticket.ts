import { z } from 'zod'
import { type AccessTokens, refusalOf, type TokenDeps } from './access-token.ts'
import { createSharedCredential, type Lent } from './shared-credential.ts'
import type { WechatApp } from './wechat-client.ts'

/**
 * The `jsapi_ticket` of each of our Official Accounts, with which pages are signed; shared by all
 * processes. Source: developers.weixin.qq.com, "JS-SDK", appendix 1 (as of 2026).
 */
export interface JsSdkTickets {
  /** Throws IdentityError `identityUnavailable`. */
  current(app: WechatApp<'officialAccount'>): Promise<string>
}

const answerSchema = z.object({
  ticket: z.string().min(1).max(2_048),
  expires_in: z.number().int().min(1).max(86_400),
})

export function createJsSdkTickets(
  deps: TokenDeps & { readonly tokens: AccessTokens },
  apps: readonly WechatApp[],
): JsSdkTickets {
  const credentials = new Map(
    apps.filter(isOfficialAccount).map((app) => [
      app.appId,
      createSharedCredential(deps, {
        name: { appId: app.appId, kind: 'jsapiTicket' },
        secret: app.secret,
        ask: () => askForTicket(deps, app),
      }),
    ]),
  )
  return {
    async current({ appId }) {
      const credential = credentials.get(appId)
      if (!credential) throw new Error(`${appId} is none of our Official Accounts.`)
      return await credential.current()
    },
  }
}

function isOfficialAccount(app: WechatApp): app is WechatApp<'officialAccount'> {
  return app.kind === 'officialAccount'
}

async function askForTicket(
  { api, tokens, logger }: TokenDeps & { readonly tokens: AccessTokens },
  app: WechatApp,
): Promise<Lent> {
  const answer = await tokens.call(app, (accessToken) =>
    api({
      path: '/cgi-bin/ticket/getticket',
      query: { access_token: accessToken, type: 'jsapi' },
      repeats: 1,
    }),
  )
  const read = answer.kind === 'answer' ? answerSchema.safeParse(answer.body).data : undefined
  if (read) return { value: read.ticket, lifetimeMs: read.expires_in * 1_000 }
  throw refusalOf(answer, { what: `JS-SDK ticket of ${app.appId}`, logger })
}
