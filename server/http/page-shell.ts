import { LOCALES, type Locale } from '../../shared/locale.ts'
import { translate } from '../../shared/messages/translate.ts'
import type { PageData, PageOrder } from '../pages/checkout/page-data.ts'
import type { PageAddresses } from './page-assets.ts'

interface ShellWords {
  readonly brand: string
  /** The language's own name, short. */
  readonly name: string
  readonly number: string
  readonly noScript: string
}

const WORDS: Readonly<Record<Locale, ShellWords>> = {
  'zh-CN': {
    brand: '微信支付',
    name: '简体',
    number: '订单编号',
    noScript: '请开启 JavaScript，然后重新打开此页面。',
  },
  'zh-TW': {
    brand: '微信支付',
    name: '繁體',
    number: '訂單編號',
    noScript: '請開啟 JavaScript，然後重新開啟這個頁面。',
  },
  en: {
    brand: 'WeChat Pay',
    name: 'English',
    number: 'Order',
    noScript: 'Please switch JavaScript on and open this page again.',
  },
}

/**
 * The page around the script: what is to be paid, written by the server, and room for the rest.
 * Nothing in it runs by itself, so the policy needs no exception.
 */
export function renderCheckoutPage(
  page: PageData,
  assets: PageAddresses,
  options: { readonly inWeChat: boolean },
): string {
  const words = WORDS[page.locale]
  const title = page.order?.description ?? translate(page.locale, 'problem.orderNotFound')
  const soon = options.inWeChat ? [...assets.shared, assets.parts.wechat] : assets.shared
  const early = soon.map((address) => `<link rel="modulepreload" href="${address}">`)
  return `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
${early.join('\n')}
<script type="module" src="${assets.scripts[page.locale]}"></script>
</head>
<body>
<div class="page">
<header class="brand">
<span>${words.brand}</span>
<nav class="languages">${otherLanguages(page.locale)}</nav>
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

function otherLanguages(locale: Locale): string {
  const others = LOCALES.filter((other) => other !== locale)
  const link = (other: Locale) =>
    `<a href="?lang=${other}" hreflang="${other}" lang="${other}">${WORDS[other].name}</a>`
  return others.map(link).join('')
}

function renderOrder(order: PageOrder, numberLabel: string): string {
  return `<section class="order">
<p class="what">${escapeHtml(order.description)}</p>
<p class="amount">${escapeHtml(order.amount)}</p>
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
