import type { Locale } from '../../shared/messages/translate.ts'
import { translate } from '../../shared/messages/translate.ts'
import { formatMoney } from '../../shared/money.ts'
import type { PageData, PageOrder } from '../pages/checkout/page-data.ts'

const WORDS = {
  'zh-CN': {
    brand: '微信支付',
    other: 'English',
    otherLocale: 'en',
    number: '订单编号',
    noScript: '请开启 JavaScript，然后重新打开此页面。',
  },
  en: {
    brand: 'WeChat Pay',
    other: '中文',
    otherLocale: 'zh-CN',
    number: 'Order',
    noScript: 'Please switch JavaScript on and open this page again.',
  },
} as const satisfies Record<Locale, unknown>

/**
 * The page around the script: what is to be paid, written by the server, and room for the rest.
 * Nothing in it runs by itself, so the policy needs no exception.
 */
export function renderCheckoutPage(
  page: PageData,
  assets: { readonly script: string; readonly style: string },
): string {
  const words = WORDS[page.locale]
  const title = page.order?.description ?? translate(page.locale, 'problem.orderNotFound')
  return `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
</head>
<body>
<div class="page">
<header class="brand">
<span>${words.brand}</span>
<a href="?lang=${words.otherLocale}" hreflang="${words.otherLocale}">${words.other}</a>
</header>
<main class="card${page.order ? '' : ' card-alone'}">
${page.order ? renderOrder(page.order, words.number) : ''}
<section id="stage" class="stage" aria-live="polite" data-page="${escapeHtml(JSON.stringify(page))}">
<noscript>${words.noScript}</noscript>
</section>
</main>
</div>
</body>
</html>
`
}

function renderOrder(order: PageOrder, numberLabel: string): string {
  return `<section class="order">
<p class="what">${escapeHtml(order.description)}</p>
<p class="amount">${escapeHtml(formatMoney(order.amount))}</p>
<dl class="facts"><dt>${numberLabel}</dt><dd>${escapeHtml(order.orderRef)}</dd></dl>
</section>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
