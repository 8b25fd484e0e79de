import { renderSVG } from 'uqr'
import { formatMoney } from '../../../shared/money.ts'
import { escapeHtml, htmlReply, type Reply, redirectReply } from '../../http.ts'
import { pageShell } from '../../page-shell.ts'
import type { TransactionRow } from './ledger.ts'
import { returnChecksum } from './signing.ts'
import type { World } from './world.ts'

const TEXTS = {
  'zh-CN': { scan: '请使用微信扫描二维码', open: '打开微信支付', done: '付款已结束' },
  'zh-TW': { scan: '請使用微信掃描二維碼', open: '打開微信支付', done: '付款已結束' },
  'en-US': { scan: 'Scan with WeChat', open: 'Open in WeChat', done: 'This payment is over' },
} as const
type Texts = (typeof TEXTS)[keyof typeof TEXTS]

/**
 * PPRO's own page behind REDIRECTURL: a QR code for a second device, a button on the phone. It looks
 * again every two seconds and leads the payer back once the payment is final.
 */
export function hostedPage(world: World, txid: string): Reply {
  const row = world.ledger.transactions().find((known) => known.txid === txid)
  if (!row) return htmlReply(404, pageShell({ title: 'PPRO', body: '<p>Unknown payment</p>' }))
  const texts = textsFor(row.locale)
  if (row.status === 'PENDING') return htmlReply(200, waitingPage(row, texts))
  const target = returnUrl(world, row)
  if (target !== null) {
    row.freshEvents += 1
    return redirectReply(target)
  }
  return htmlReply(200, pageShell({ title: row.paymentPurpose, body: `<p>${texts.done}</p>` }))
}

/** Where the payer returns to, with `txid` and `cs`; null where the merchant named no address. */
function returnUrl(world: World, row: TransactionRow): string | null {
  if (row.merchantRedirectUrl === null) return null
  const sharedSecret = world.contracts.get(row.contractId)?.sharedSecret ?? ''
  const target = new URL(row.merchantRedirectUrl)
  target.searchParams.set('txid', row.txid)
  target.searchParams.set('cs', returnChecksum(row.txid, row.redirectSecret, sharedSecret))
  return target.href
}

function textsFor(locale: string): Texts {
  return locale === 'zh-CN' || locale === 'zh-TW' ? TEXTS[locale] : TEXTS['en-US']
}

function waitingPage(row: TransactionRow, texts: Texts): string {
  const content = row.prepay?.qrCodeUrl ?? ''
  const action =
    row.tag === 'wechatpay'
      ? `<p>${texts.scan}</p><a id="code" href="${escapeHtml(content)}">${renderSVG(content, { border: 4 })}</a>`
      : `<p><a id="open" href="${escapeHtml(content)}">${texts.open}</a></p>`
  const sum = escapeHtml(formatMoney(row.amount))
  const purpose = escapeHtml(row.paymentPurpose)
  return pageShell({
    title: row.paymentPurpose,
    body: `<h1>${sum}</h1><p>${purpose}</p>${action}`,
    refresh: true,
  })
}
