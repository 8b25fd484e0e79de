import { z } from 'zod'
import {
  miniProgramLoginRequestSchema,
  officialAccountLoginQuerySchema,
  type SessionView,
} from '../../../shared/contract/login.ts'
import type { createMiniProgramLogin } from '../../identity/mini-program-login.ts'
import { CALLBACK_PATH, type OfficialAccountLogin } from '../../identity/official-account-login.ts'
import { createRouter, type HttpContext, type HttpRouter } from '../context.ts'
import { createCookie } from '../cookie.ts'
import type { SessionStage } from '../session.ts'
import { parseBody, parseQuery } from '../validate.ts'

/** WeChat adds parameters of its own when a page is shared, so others may be there. */
const callbackQuerySchema = z.object({
  code: z.string().min(1).max(512).optional(),
  state: z.string().regex(/^[A-Za-z0-9]{1,128}$/),
})

const BROWSER_SECRET = /^[A-Za-z0-9_-]{16,128}$/

/** How payers log in: by code from a Mini Program, by round trip from a page inside WeChat. */
export function loginRoutes(deps: {
  miniProgramLogin: ReturnType<typeof createMiniProgramLogin>
  officialAccountLogin: OfficialAccountLogin
  session: SessionStage
  publicUrl: string
}): HttpRouter {
  const { miniProgramLogin, officialAccountLogin, session, publicUrl } = deps
  const browserCookie = createCookie({
    name: 'wechat-pay-login',
    path: '/v1/login/',
    secure: publicUrl.startsWith('https:'),
  })
  const browserSecretOf = (ctx: HttpContext): string | undefined => {
    const secret = browserCookie.read(ctx)
    return secret !== undefined && BROWSER_SECRET.test(secret) ? secret : undefined
  }

  return createRouter()
    .post('/v1/login/miniProgram', async (ctx) => {
      const login = parseBody(ctx, miniProgramLoginRequestSchema)
      const { token, expiresAtMs } = await miniProgramLogin(login)
      const expiresAt = new Date(expiresAtMs).toISOString()
      ctx.body = { sessionToken: token, expiresAt } satisfies SessionView
    })
    .get('/v1/login/officialAccount', async (ctx) => {
      const { appId, returnTo } = parseQuery(ctx, officialAccountLoginQuerySchema)
      const wish = { appId, returnTo, browserSecret: browserSecretOf(ctx) }
      const started = await officialAccountLogin.start(wish)
      const { browserSecret: value, browserSecretMaxAgeMs: maxAgeMs } = started
      browserCookie.write(ctx, { value, maxAgeMs })
      leadTo(ctx, started.authorizeUrl)
    })
    .get(CALLBACK_PATH, async (ctx) => {
      const { code, state } = parseQuery(ctx, callbackQuerySchema)
      const finished = await officialAccountLogin.finish({
        code,
        state,
        browserSecret: browserSecretOf(ctx),
      })
      session.setCookie(ctx, finished.session)
      leadTo(ctx, finished.returnTo)
    })
}

/** By navigation, so that the spent `code` and `state` leave the address that WeChat checks. */
function leadTo(ctx: HttpContext, address: string): void {
  ctx.status = 302
  ctx.set('Location', address)
}
