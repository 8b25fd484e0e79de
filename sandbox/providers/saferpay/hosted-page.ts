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
import { SandboxError } from '../../simulator.ts'
import { payPrepayment } from '../wallet.ts'
import { isOpen, type PaymentRow } from './ledger.ts'
import { end, pay, payable, start } from './payments.ts'
import type { World } from './world.ts'

const TEXTS = {
  zh: {
    scan: '请使用微信扫描二维码',
    open: '打开微信支付',
    pay: '支付',
    decline: '拒绝',
    abort: '取消',
    done: '付款已结束',
    other: '请选择支付方式',
  },
  en: {
    scan: 'Scan with WeChat',
    open: 'Open in WeChat',
    pay: 'Pay',
    decline: 'Decline',
    abort: 'Abort',
    done: 'This payment is over',
    other: 'Choose how to pay',
  },
} as const

export const SESSION_PATH = '/vt2/session'

/** The RedirectUrl: it serves one GET of the payer. A second one ends the payment as aborted. */
export function openPage(world: World, request: SandboxRequest): Reply {
  const { customer, terminal, token } = request.params
  const row = world.ledger.payments().find((known) => known.token === token)
  if (!row || row.customerId !== customer || row.terminalId !== terminal) return unknownPage()
  if (row.state === 'NEW') start(world, row, isPhone(request))
  else end(world, row, 'ABORTED')
  return redirectReply(`${SESSION_PATH}/${row.session}`)
}

/** The open page: it looks again every two seconds, and leads the payer back at the end. */
export function showPage(world: World, { params }: SandboxRequest): Reply {
  const row = ofSession(world, params['session'])
  if (!row) return unknownPage()
  if (isOpen(row)) return htmlReply(200, waitingPage(row))
  row.freshEvents += 1
  return redirectReply(row.returnUrl)
}

/** The buttons: what the test host lets its visitors choose. */
export function pressButton(world: World, { params }: SandboxRequest): Reply {
  const row = ofSession(world, params['session'])
  if (!row) return unknownPage()
  if (params['button'] === 'decline') end(world, row, 'DECLINED')
  if (params['button'] === 'abort') end(world, row, 'ABORTED')
  if (params['button'] === 'pay' && isOpen(row)) {
    const refusal = payNow(world, row)
    if (refusal) return htmlReply(refusal.status, page(escapeHtml(refusal.message)))
  }
  return redirectReply(`${SESSION_PATH}/${row.session}`)
}

function payNow(world: World, row: PaymentRow): SandboxError | null {
  try {
    const { prepayId } = payable(world, row)
    payPrepayment(world, { prepayId, onPaid: () => pay(world, row) })
    return null
  } catch (error) {
    if (error instanceof SandboxError) return error
    throw error
  }
}

function ofSession(world: World, session: string | undefined): PaymentRow | undefined {
  return world.ledger.payments().find((row) => row.session === session)
}

function isPhone({ headers }: SandboxRequest): boolean {
  return /mobile|android|iphone|micromessenger/i.test(headers['user-agent'] ?? '')
}

function waitingPage(row: PaymentRow): string {
  const texts = row.language.startsWith('zh') ? TEXTS.zh : TEXTS.en
  const buttons = (['pay', 'decline', 'abort'] as const)
    .filter((name) => name !== 'pay' || row.prepay !== null)
    .map((name) => {
      const action = `${SESSION_PATH}/${row.session}/${name}`
      return `<form method="post" action="${action}"><button id="${name}">${texts[name]}</button></form>`
    })
  const sum = `<h1>${escapeHtml(formatMoney(row.amount))}</h1>`
  const purpose = `<p>${escapeHtml(row.description)}</p>`
  return page(sum + purpose + codeOf(row, texts) + buttons.join(''), true)
}

function codeOf({ prepay }: PaymentRow, texts: (typeof TEXTS)[keyof typeof TEXTS]): string {
  if (prepay === null) return `<p>${texts.other}</p>`
  return prepay.mobile
    ? `<p><a id="open" href="${escapeHtml(prepay.link)}">${texts.open}</a></p>`
    : `<p>${texts.scan}</p><a id="code" href="${escapeHtml(prepay.link)}">${renderSVG(prepay.link, { border: 4 })}</a>`
}

function unknownPage(): Reply {
  return htmlReply(404, page('<p>Unknown payment</p>'))
}

function page(body: string, refresh = false): string {
  return pageShell({ title: 'Saferpay', body, refresh })
}
