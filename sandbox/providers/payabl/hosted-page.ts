import { renderSVG } from 'uqr'
import { formatMoney } from '../../../shared/money.ts'
import {
  escapeHtml,
  htmlReply,
  type Reply,
  redirectReply,
  type SandboxRequest,
} from '../../http.ts'
import { pageShell } from '../../page-shell.ts'
import type { PaymentRow } from './ledger.ts'
import { fail } from './payments.ts'
import type { World } from './world.ts'

const TEXTS = {
  zh: { scan: '请使用微信扫描二维码', open: '打开微信支付', leave: '取消付款', done: '付款已结束' },
  en: {
    scan: 'Scan with WeChat',
    open: 'Open in WeChat',
    leave: 'Cancel payment',
    done: 'This payment is over',
  },
} as const
type Texts = (typeof TEXTS)[keyof typeof TEXTS]

/**
 * The page behind redirect_url: a QR code for a second device, a button on the phone, a way out. It
 * looks again every two seconds and leads the payer back once the payment is final.
 */
export function hostedPage(world: World, request: SandboxRequest): Reply {
  const row = rowOf(world, request)
  if (!row) return unknownPage()
  const texts = row.language === 'zh' ? TEXTS.zh : TEXTS.en
  return row.code === '2000' ? htmlReply(200, waitingPage(row, texts)) : lead(row, texts)
}

/** The payer leaves on the page itself. */
export function leavePage(world: World, request: SandboxRequest): Reply {
  const row = rowOf(world, request)
  if (!row) return unknownPage()
  fail(world, row, '-5003')
  const reply = lead(row, TEXTS.en)
  return typeof reply === 'object' && reply.status === 302 ? { ...reply, status: 303 } : reply
}

/** The whole address has to be right: a cut one, without `rs` and `cs`, leads nowhere. */
function rowOf(world: World, { path, query }: SandboxRequest): PaymentRow | undefined {
  const asked = `${world.publicUrl()}${path}?${query}`
  return world.ledger.payments().find(({ redirectUrl }) => redirectUrl === asked)
}

function unknownPage(): Reply {
  return htmlReply(404, pageShell({ title: 'payabl.', body: '<p>Unknown payment</p>' }))
}

/** Coming back proves nothing: both addresses are open to anybody. */
function lead(row: PaymentRow, texts: Texts): Reply {
  const target = row.code === '0' ? row.urls.success : row.urls.failed
  if (target !== '') return redirectReply(target)
  return htmlReply(200, pageShell({ title: row.orderId, body: `<p>${texts.done}</p>` }))
}

function waitingPage(row: PaymentRow, texts: Texts): string {
  const content = row.prepay?.content ?? ''
  const action =
    row.method === 'wechatpay'
      ? `<p>${texts.scan}</p><a id="code" href="${escapeHtml(content)}">${renderSVG(content, { border: 4 })}</a>`
      : `<p><a id="open" href="${escapeHtml(content)}">${texts.open}</a></p>`
  const sum = escapeHtml(formatMoney(row.amount))
  const leave = `<form method="post"><button id="leave">${texts.leave}</button></form>`
  const body = `<h1>${sum}</h1><p>${escapeHtml(row.orderId)}</p>${action}${leave}`
  return pageShell({ title: row.orderId, body, refresh: true })
}
