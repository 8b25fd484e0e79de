import { orderRefSchema } from '../../shared/contract/common.ts'
import { LOCALES, type Locale, localeOfAccepted } from '../../shared/locale.ts'
import type { PageData } from '../pages/checkout/page-data.ts'
import type { CheckoutAccess } from './checkout-access.ts'
import type { HttpContext, RouteContext } from './context.ts'
import { createCookie } from './cookie.ts'
import { type SessionStage, sessionsOf } from './session.ts'

/** One visitor of the payer's pages: what they read, what they may see, and what they came with. */
export interface PageVisits {
  /** The language that was chosen, now or lately; else the browser's. */
  locale(ctx: HttpContext): Locale
  /** Their order, and the link by which they came; null where there is no such order for them. */
  look(ctx: RouteContext): Promise<Seen | null>
  /** Lets in whoever shows the token of the order; whoever does not sees the page of nobody. */
  enter(ctx: RouteContext, checkoutToken: string): Promise<void>
}

type Seen = Pick<PageData, 'scenes' | 'link'> & { readonly order: NonNullable<PageData['order']> }

/** What was chosen is kept for so long: providers send payers back without it. */
const DAY_MS = 24 * 60 * 60 * 1_000
/** Anything else would not be a token, and could write attributes into a cookie. */
const SANE_TOKEN = /^[A-Za-z0-9_-]{1,128}$/

export function createPageVisits(deps: {
  readonly access: CheckoutAccess
  readonly session: Pick<SessionStage, 'setCookie'>
  readonly publicUrl: string
}): PageVisits {
  const { access, session, publicUrl } = deps
  const secure = publicUrl.startsWith('https:')
  const localeCookie = createCookie({ name: 'wechat-pay-locale', path: '/', secure })
  /** The link by which a browser came, for another device of the same person. */
  const linkCookie = (orderRef: string) =>
    createCookie({ name: 'wechat-pay-link', path: `/pay/${orderRef}`, secure })

  return {
    locale(ctx) {
      const asked = localeNamed(ctx.query['lang'])
      if (asked) localeCookie.write(ctx, { value: asked, maxAgeMs: DAY_MS })
      const kept = asked ?? localeNamed(localeCookie.read(ctx))
      return kept ?? localeOfAccepted(ctx.acceptsLanguages())
    },

    async look(ctx) {
      const orderRef = orderRefOf(ctx)
      if (orderRef === null) return null
      const linkToken = linkCookie(orderRef).read(ctx)
      const seen = await access.read({ orderRef, sessions: sessionsOf(ctx), linkToken })
      if (!seen) return null
      const { order, scenes, knowsToken } = seen
      const link = `${publicUrl}/pay/${orderRef}?t=${encodeURIComponent(linkToken ?? '')}`
      return { order, scenes, link: knowsToken ? link : null }
    },

    async enter(ctx, checkoutToken) {
      const orderRef = orderRefOf(ctx)
      // What cannot be a name is not asked of the database, which may not even be able to carry it.
      if (orderRef === null) return
      if (!sessionsOf(ctx).some((known) => known.orderRef === orderRef)) {
        const opened = await access.open({ orderRef, checkoutToken })
        if (opened) session.setCookie(ctx, opened)
      }
      if (!SANE_TOKEN.test(checkoutToken)) return
      linkCookie(orderRef).write(ctx, { value: checkoutToken, maxAgeMs: DAY_MS })
    },
  }
}

function orderRefOf(ctx: RouteContext): string | null {
  const { success, data } = orderRefSchema.safeParse(ctx.params['orderRef'])
  return success ? data : null
}

function localeNamed(word: unknown): Locale | null {
  return LOCALES.find((locale) => locale === word) ?? null
}
