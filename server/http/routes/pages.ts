import { orderRefSchema } from '../../../shared/contract/common.ts'
import type { Locale } from '../../../shared/messages/translate.ts'
import type { PageData } from '../../pages/checkout/page-data.ts'
import { payerOf } from '../../usecases/access.ts'
import type { CheckoutAccess } from '../checkout-access.ts'
import { createRouter, type HttpContext, type HttpRouter, type RouteContext } from '../context.ts'
import { createCookie } from '../cookie.ts'
import { ASSETS_PATH, type PageAssets } from '../page-assets.ts'
import { renderCheckoutPage } from '../page-shell.ts'
import { Problem } from '../problem.ts'
import { type SessionStage, sessionsOf } from '../session.ts'

export interface PageRouteDeps {
  readonly assets: PageAssets
  readonly access: CheckoutAccess
  readonly session: Pick<SessionStage, 'optional' | 'setCookie'>
  readonly publicUrl: string
  /** Where payers go for a new order, and when they are done. */
  readonly shopUrl?: string | undefined
}

/** A language that was chosen is kept for a day: providers send payers back without it. */
const LOCALE_MAX_AGE_MS = 24 * 60 * 60 * 1_000
const YEAR_S = 365 * 24 * 60 * 60

/**
 * The pages of the payer: `/pay/{orderRef}`, where orders are paid (the one directory to register at
 * WeChat), and `/result/{orderRef}`, where providers send payers back to. A link from the merchant
 * carries the checkout token as `?t=`; it becomes a cookie at once and leaves the address.
 */
export function createPageRoutes(deps: PageRouteDeps): HttpRouter {
  const { assets, access, session, publicUrl } = deps
  const router = createRouter()
  const localeCookie = createCookie({
    name: 'wechat-pay-locale',
    path: '/',
    secure: publicUrl.startsWith('https:'),
  })

  const chooseLocale = (ctx: HttpContext): Locale => {
    const asked = localeOf(ctx.query['lang'])
    if (asked) localeCookie.write(ctx, { value: asked, maxAgeMs: LOCALE_MAX_AGE_MS })
    const fromBrowser = ctx.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh-CN'
    return asked ?? localeOf(localeCookie.read(ctx)) ?? fromBrowser
  }

  const showPage = async (ctx: RouteContext, view: PageData['view']): Promise<void> => {
    const locale = chooseLocale(ctx)
    const orderRef = orderRefSchema.safeParse(ctx.params['orderRef'])
    const sessions = sessionsOf(ctx)
    const order = orderRef.success ? await access.read({ orderRef: orderRef.data, sessions }) : null
    const payerKnown = payerOf(sessions) !== null
    const page = { view, locale, order, payerKnown, shopUrl: deps.shopUrl ?? null }
    ctx.status = order ? 200 : 404
    ctx.type = 'html'
    ctx.body = renderCheckoutPage(page, assets.addresses.checkout)
  }

  /** Also where the token opens nothing: then the clean page says that there is no such order. */
  const useToken = async (ctx: RouteContext, checkoutToken: string): Promise<void> => {
    const orderRef = ctx.params['orderRef'] ?? ''
    chooseLocale(ctx)
    // What cannot be a name is not asked of the database, which may not even be able to carry it.
    const isName = orderRefSchema.safeParse(orderRef).success
    if (isName && !sessionsOf(ctx).some((known) => known.orderRef === orderRef)) {
      const opened = await access.open({ orderRef, checkoutToken })
      if (opened) session.setCookie(ctx, opened)
    }
    ctx.status = 303
    ctx.set('Location', `/pay/${encodeURIComponent(orderRef)}`)
  }

  return router
    .get('/pay/:orderRef', session.optional, async (ctx) => {
      const { t } = ctx.query
      await (typeof t === 'string' ? useToken(ctx, t) : showPage(ctx, 'pay'))
    })
    .get('/result/:orderRef', session.optional, (ctx) => showPage(ctx, 'result'))
    .get(`${ASSETS_PATH}/:file`, (ctx) => {
      const file = assets.file(ctx.params['file'] ?? '')
      if (!file) throw new Problem('notFound')
      ctx.type = file.type
      ctx.set('Cache-Control', `public, max-age=${YEAR_S}, immutable`)
      ctx.body = file.body
    })
}

function localeOf(word: unknown): Locale | null {
  if (word === 'en' || word === 'zh-CN') return word
  return null
}
