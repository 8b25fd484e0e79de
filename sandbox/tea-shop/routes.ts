import { createHash } from 'node:crypto'
import {
  createRouter,
  emptyReply,
  type Handler,
  htmlReply,
  jsonReply,
  NO_REPLY,
  type SandboxReply,
  type SandboxRequest,
} from '../http.ts'
import type { Random } from '../random.ts'
import { CATALOGUE, findProduct, productView } from './catalogue.ts'
import type { OrderDesk } from './orders.ts'
import { renderNotes, renderShop, type ShopAssets } from './page.ts'
import { loginSchema, type Payer, type PayerDesk } from './payers.ts'
import { drawProduct } from './picture.ts'
import { problemBody, ShopProblem } from './problems.ts'
import { localeOf, readForm, readJson } from './requests.ts'
import type { WebhookDesk } from './webhooks.ts'

export interface ShopParts {
  readonly desk: OrderDesk
  readonly payers: PayerDesk | null
  readonly webhooks: WebhookDesk | null
  readonly assets: ShopAssets
  readonly random: Random
}

/** Every address of the shop. What goes wrong is answered as JSON with a code, never thrown. */
export function createShopHandler(parts: ShopParts): Handler {
  const { desk, assets } = parts
  const get = (path: string, handler: Handler) => ({ method: 'GET', path, handler })
  const post = (path: string, handler: Handler) => ({ method: 'POST', path, handler })
  const route = createRouter(
    [
      get('/', () => seeOther('/shop')),
      get('/shop', (request) => shopPage(request, parts)),
      post('/shop/checkout', (request) => checkOut(request, parts)),
      get('/shop/products', () =>
        jsonReply(200, { currency: 'CNY', products: CATALOGUE.map(productView) }),
      ),
      post('/shop/login', (request) => logIn(request, parts)),
      get('/shop/my/orders', async (request) => {
        const payer = payerOf(request, parts)
        if (!payer) throw notLoggedIn()
        return jsonReply(200, { orders: await desk.ordersOf(payer) })
      }),
      post('/shop/orders', async (request) => {
        const idempotencyKey = request.headers['idempotency-key'] ?? null
        const payer = payerOf(request, parts)
        return jsonReply(201, await desk.place(readJson(request), { idempotencyKey, payer }))
      }),
      get('/shop/orders/{orderRef}', async ({ params }) =>
        jsonReply(200, await desk.read(params['orderRef'] ?? '')),
      ),
      get('/shop/webhooks', (request) => webhookPage(request, parts)),
      post('/shop/webhooks', (request) => takeWebhook(request, parts)),
      get('/shop/pictures/{file}', picture),
      get('/shop/assets/shop.css', () => textReply('text/css', assets.css)),
      get('/shop/assets/shop.js', () => textReply('text/javascript', assets.js)),
    ],
    () => {
      throw new ShopProblem({
        status: 404,
        code: 'notFound',
        message: 'There is nothing at this address.',
      })
    },
  )
  return async (request) => {
    const reply = request.method === 'OPTIONS' ? emptyReply(204) : await answer(route, request)
    if (reply === NO_REPLY) return reply
    return { ...reply, headers: { ...HEADERS, ...reply.headers } }
  }
}

async function logIn(request: SandboxRequest, { payers }: ShopParts): Promise<SandboxReply> {
  const login = loginSchema.safeParse(readJson(request))
  if (!login.success || !payers) throw notLoggedIn()
  return jsonReply(200, { sessionToken: await payers.logIn(login.data.loginCode) })
}

/** Null for a browser, which has no login here. A token that is over is told, not overlooked. */
function payerOf({ headers }: SandboxRequest, { payers }: ShopParts): Payer | null {
  const token = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1]
  if (token === undefined) return null
  const payer = payers?.payerOf(token)
  if (!payer) throw notLoggedIn()
  return payer
}

function notLoggedIn(): ShopProblem {
  const message = 'Log in with POST /shop/login {"loginCode": …} and send its token as Bearer.'
  return new ShopProblem({ status: 401, code: 'notLoggedIn', message })
}

async function answer(route: Handler, request: SandboxRequest) {
  try {
    return await route(request)
  } catch (error) {
    if (error instanceof ShopProblem) return jsonReply(error.status, problemBody(error))
    return jsonReply(500, { code: 'internal', message: 'The shop stumbled. Try again.' })
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  // A Mini Program is no web page and knows no origin; run in a browser, it comes from another one.
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'",
} as const

function shopPage(request: SandboxRequest, { random }: ShopParts): SandboxReply {
  const locale = localeOf(request)
  return htmlReply(200, renderShop({ locale, basketKey: random.word(24), alert: null }))
}

/** The form of the shop page. A second tap sends the same basket and lands on the same order. */
async function checkOut(request: SandboxRequest, parts: ShopParts): Promise<SandboxReply> {
  const { desk, random } = parts
  const locale = localeOf(request)
  const form = readForm(request)
  const basketKey = form.get('basketKey') ?? random.word(24)
  const items = basketOf(form)
  const key = createHash('sha256')
    .update(JSON.stringify([basketKey, items]))
    .digest('hex')
  try {
    const { checkoutUrl } = await desk.place(
      { items, locale },
      { idempotencyKey: key, payer: null },
    )
    const target = new URL(checkoutUrl)
    target.searchParams.set('lang', locale)
    return seeOther(target.href)
  } catch (error) {
    if (!(error instanceof ShopProblem)) throw error
    const alert = ALERTS[error.code === 'invalidBasket' ? 'empty' : 'unavailable'][locale]
    const quantities = new Map(items.map(({ productId, quantity }) => [productId, quantity]))
    return htmlReply(error.status, renderShop({ locale, basketKey, quantities, alert }))
  }
}

const ALERTS = {
  empty: {
    'zh-CN': '请先选择商品。',
    'zh-TW': '請先選擇商品。',
    en: 'Choose at least one tea first.',
  },
  unavailable: {
    'zh-CN': '暂时无法下单，没有扣款，请稍后再试。',
    'zh-TW': '暫時無法下單，尚未扣款，請稍後再試。',
    en: 'The order could not be placed. Nothing was charged; please try again shortly.',
  },
} as const

/** `quantity.longjing=2` as a line; an untouched field is no line. */
function basketOf(form: URLSearchParams): { productId: string; quantity: number }[] {
  return [...form]
    .filter(([field]) => field.startsWith('quantity.'))
    .map(([field, value]) => ({
      productId: field.slice('quantity.'.length),
      quantity: Number(value),
    }))
    .filter(({ quantity }) => quantity !== 0)
}

function webhookPage(request: SandboxRequest, { webhooks }: ShopParts): SandboxReply {
  return htmlReply(200, renderNotes(localeOf(request), webhooks?.notes() ?? []))
}

function takeWebhook({ headers, body }: SandboxRequest, { webhooks }: ShopParts): SandboxReply {
  if (!webhooks) {
    throw new ShopProblem({
      status: 404,
      code: 'notFound',
      message: 'This shop was opened without a webhook secret, so it takes no webhooks.',
    })
  }
  webhooks.receive({ headers, body })
  return emptyReply(204)
}

function picture({ params }: SandboxRequest): SandboxReply {
  const file = params['file'] ?? ''
  const product = file.endsWith('.svg') ? findProduct(file.slice(0, -'.svg'.length)) : undefined
  if (!product) {
    throw new ShopProblem({
      status: 404,
      code: 'notFound',
      message: 'The shop has no such picture.',
    })
  }
  const drawing = textReply('image/svg+xml', drawProduct(product))
  return { ...drawing, headers: { ...drawing.headers, 'cache-control': 'public, max-age=3600' } }
}

function textReply(type: string, body: string): SandboxReply {
  return { status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body }
}

function seeOther(location: string): SandboxReply {
  return { status: 303, headers: { location }, body: '' }
}
