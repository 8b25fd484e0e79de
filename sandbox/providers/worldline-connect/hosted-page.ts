import { renderSVG } from 'uqr'
import { formatMoney } from '../../../shared/money.ts'
import {
  escapeHtml,
  htmlReply,
  type Reply,
  type Route,
  redirectReply,
  type SandboxRequest,
} from '../../http.ts'
import { pageShell } from '../../page-shell.ts'
import { begin, type CheckoutRow } from './hosted-checkouts.ts'
import { reject } from './payments.ts'
import type { World } from './world.ts'

const TEXTS = {
  zh: { scan: '请使用微信扫描二维码', open: '打开微信支付', leave: '取消', done: '付款已结束' },
  en: {
    scan: 'Scan with WeChat',
    open: 'Open in WeChat',
    leave: 'Cancel',
    done: 'This payment is over',
  },
} as const

/** MyCheckout: the platform's own pages. They need no signature, only the visit's token. */
export function pageRoutes(world: World): readonly Route[] {
  return [
    { method: 'GET', path: '/checkout/{id}', handler: (request) => visit(world, request) },
    { method: 'POST', path: '/checkout/{id}', handler: (request) => leave(world, request) },
  ]
}

function visit(world: World, request: SandboxRequest): Reply {
  const row = checkoutOf(world, request)
  if (!row) return htmlReply(404, page('<p>Unknown session</p>'))
  begin(world, row, isPhone(request) ? 'phone' : 'desktop')
  const isOpen = row.payment?.status === 'REDIRECTED' && !row.payment.expired
  return isOpen && !row.cancelled ? htmlReply(200, waiting(row)) : lead(row)
}

function leave(world: World, request: SandboxRequest): Reply {
  const row = checkoutOf(world, request)
  if (!row) return htmlReply(404, page('<p>Unknown session</p>'))
  const { payment } = row
  if (payment === null || payment.status === 'REDIRECTED') {
    row.cancelled = true
    const closed = payment?.prepayId ? world.wechat.closePrepay(payment.prepayId) : false
    if (payment && closed) reject(world, payment)
  }
  return lead(row)
}

function checkoutOf(world: World, { params, query }: SandboxRequest): CheckoutRow | undefined {
  const row = world.checkouts.get(params['id'] ?? '')
  const token = new URLSearchParams(query).get('requestToken')
  return row?.requestToken === token ? row : undefined
}

/** Back to the merchant with the two words that prove where the payer comes from. */
function lead(row: CheckoutRow): Reply {
  if (row.returnUrl === null) return htmlReply(200, page(`<p>${texts(row).done}</p>`))
  const target = new URL(row.returnUrl)
  target.searchParams.set('RETURNMAC', row.returnMac)
  target.searchParams.set('hostedCheckoutId', row.id)
  return redirectReply(target.href)
}

function waiting(row: CheckoutRow): string {
  const { scan, open, leave: leaveText } = texts(row)
  const content = row.shown ?? ''
  const href = escapeHtml(content)
  const action = /^https?:/.test(content)
    ? `<p><a id="open" href="${href}">${open}</a></p>`
    : `<p>${scan}</p><a id="code" href="${href}">${renderSVG(content, { border: 4 })}</a>`
  const sum = escapeHtml(formatMoney(row.wish.amount))
  const form = `<form method="post"><button id="leave">${leaveText}</button></form>`
  return page(`<h1>${sum}</h1>${action}${form}`, true)
}

function texts({ locale }: CheckoutRow) {
  return locale.startsWith('zh') ? TEXTS.zh : TEXTS.en
}

function isPhone({ headers }: SandboxRequest): boolean {
  return /mobile|android|iphone/i.test(headers['user-agent'] ?? '')
}

function page(body: string, refresh = false): string {
  return pageShell({ title: 'Checkout', body, refresh })
}
