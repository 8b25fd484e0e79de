import type { PageData } from '../../pages/checkout/page-data.ts'
import { payerOf } from '../../usecases/access.ts'
import type { CheckoutAccess } from '../checkout-access.ts'
import { createRouter, type HttpRouter, type RouteContext } from '../context.ts'
import { ASSETS_PATH, type PageAssets } from '../page-assets.ts'
import { renderCheckoutPage } from '../page-shell.ts'
import { createPageVisits } from '../page-visit.ts'
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

const YEAR_S = 365 * 24 * 60 * 60

/**
 * The pages of the payer: `/pay/{orderRef}`, where orders are paid (the one directory to register at
 * WeChat), and `/result/{orderRef}`, where providers send payers back to. A link from the merchant
 * carries the checkout token as `?t=`; it becomes a cookie at once and leaves the address. A page that
 * waits for an order to be paid elsewhere asks `/pay/{orderRef}/order`.
 */
export function createPageRoutes(deps: PageRouteDeps): HttpRouter {
  const { assets, session } = deps
  const router = createRouter()
  const visits = createPageVisits(deps)

  const showPage = async (ctx: RouteContext, view: PageData['view']): Promise<void> => {
    const locale = visits.locale(ctx)
    const { order = null, scenes = [], link = null } = (await visits.look(ctx)) ?? {}
    const payerKnown = payerOf(sessionsOf(ctx)) !== null
    const shopUrl = deps.shopUrl ?? null
    const { checkout } = assets.addresses
    const page = { view, locale, order, payerKnown, shopUrl, scenes, link, parts: checkout.parts }
    const inWeChat = /MicroMessenger/i.test(ctx.get('user-agent'))
    if (inWeChat) allowJsSdk(ctx)
    ctx.status = order ? 200 : 404
    ctx.type = 'html'
    ctx.body = renderCheckoutPage(page, checkout, { inWeChat })
  }

  /** Also where the token opens nothing: then the clean page says that there is no such order. */
  const useToken = async (ctx: RouteContext, checkoutToken: string): Promise<void> => {
    visits.locale(ctx)
    await visits.enter(ctx, checkoutToken)
    ctx.status = 303
    // By navigation: iOS checks a payment against the address that the page was loaded from.
    ctx.set('Location', `/pay/${encodeURIComponent(ctx.params['orderRef'] ?? '')}`)
  }

  return router
    .get('/pay/:orderRef', session.optional, async (ctx) => {
      const { t } = ctx.query
      await (typeof t === 'string' ? useToken(ctx, t) : showPage(ctx, 'pay'))
    })
    .get('/pay/:orderRef/order', session.optional, async (ctx) => {
      const seen = await visits.look(ctx)
      if (!seen) throw new Problem('orderNotFound')
      ctx.body = seen.order
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

/**
 * WeChat's JS-SDK may run where WeChat itself shows the page: a web-view needs it to reach the Mini
 * Program around it, and whether this is one, only WeChat's script can tell. Nowhere else.
 */
function allowJsSdk(ctx: RouteContext): void {
  const policy = ctx.response.get('content-security-policy')
  ctx.set('Content-Security-Policy', `${policy}; script-src 'self' ${JS_SDK_ORIGIN}`)
}

const JS_SDK_ORIGIN = 'https://res.wx.qq.com'
