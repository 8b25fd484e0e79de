import { readFile } from 'node:fs/promises'
import { formatMoney } from '../../shared/money.ts'
import { escapeHtml } from '../http.ts'
import { CATALOGUE, type Locale, type Product, picturePath } from './catalogue.ts'
import type { WebhookNote } from './webhooks.ts'

const WORDS = {
  'zh-CN': {
    shop: '小茶铺',
    claim: '六款好茶，当季新采。',
    other: 'English',
    checkout: '去支付',
    pieces: '件',
    less: '减少',
    more: '增加',
    quantity: '数量',
    note: '价格以人民币计，含税。演示商店，不会真的发货。',
    orders: '收到的支付通知',
    none: '还没有收到通知。',
    columns: ['时间', '事件', '订单'],
  },
  'zh-TW': {
    shop: '小茶舖',
    claim: '六款好茶，當季新採。',
    other: 'English',
    checkout: '去付款',
    pieces: '件',
    less: '減少',
    more: '增加',
    quantity: '數量',
    note: '價格以人民幣計，含稅。示範商店，不會真的出貨。',
    orders: '收到的付款通知',
    none: '還沒有收到通知。',
    columns: ['時間', '事件', '訂單'],
  },
  en: {
    shop: 'Tea Shop',
    claim: 'Six good teas, picked this season.',
    other: '中文',
    checkout: 'Check out',
    pieces: 'in the basket',
    less: 'Less',
    more: 'More',
    quantity: 'Quantity',
    note: 'Prices in Chinese yuan, tax included. A demo shop: nothing is shipped.',
    orders: 'Webhooks received',
    none: 'No webhook has arrived yet.',
    columns: ['Time', 'Event', 'Order'],
  },
} as const

/** The catalogue with its basket, as one form: it can be bought from without any script. */
export function renderShop(page: {
  locale: Locale
  basketKey: string
  /** What stands in the fields, so that an order that failed need not be put together again. */
  quantities?: ReadonlyMap<string, number>
  alert: string | null
}): string {
  const words = WORDS[page.locale]
  const products = CATALOGUE.map((product) => {
    const quantity = page.quantities?.get(product.productId) ?? 0
    return renderProduct({ product, locale: page.locale, quantity })
  })
  const alert = page.alert ? `<p class="alert" role="alert">${escapeHtml(page.alert)}</p>` : ''
  return renderDocument({
    locale: page.locale,
    title: words.shop,
    body: `
<header class="masthead">
  <div><h1>${words.shop}</h1><p>${words.claim}</p></div>
  <a class="language" href="/shop?lang=${otherLocale(page.locale)}">${words.other}</a>
</header>
${alert}
<form class="shop" method="post" action="/shop/checkout?lang=${page.locale}">
  <input type="hidden" name="basketKey" value="${escapeHtml(page.basketKey)}">
  <ul class="products">${products.join('')}</ul>
  <p class="note">${words.note}</p>
  <div class="bar"><div class="bar-inner">
    <div class="sum" aria-live="polite"><strong data-total></strong>
      <span><span data-count>0</span> ${words.pieces}</span></div>
    <button class="checkout" type="submit">${words.checkout}</button>
  </div></div>
</form>`,
  })
}

function renderProduct(row: { product: Product; locale: Locale; quantity: number }): string {
  const { product, locale, quantity } = row
  const words = WORDS[locale]
  const name = escapeHtml(product.name[locale])
  const step = (by: number, label: string, sign: string) =>
    `<button type="button" data-step="${by}" aria-label="${label} ${name}">${sign}</button>`
  return `
<li class="product">
  <img src="${picturePath(product.productId)}" alt="" width="240" height="240">
  <div class="about"><h2>${name}</h2><p>${escapeHtml(product.note[locale])}</p></div>
  <div class="buy">
    <div class="price">${formatMoney(product.price)}
      <small>${escapeHtml(product.unit[locale])}</small></div>
    <div class="stepper">${step(-1, words.less, '−')}
      <input type="number" name="quantity.${product.productId}" value="${quantity}" min="0" max="99"
        inputmode="numeric" data-price="${product.price.value}"
        aria-label="${words.quantity} ${name}">
      ${step(1, words.more, '+')}</div>
  </div>
</li>`
}

/** What the toolkit told the merchant, newest first: the other side of the boundary. */
export function renderNotes(locale: Locale, notes: readonly WebhookNote[]): string {
  const words = WORDS[locale]
  const rows = notes.map(
    ({ receivedAt, type, orderRef }) =>
      `<tr><td>${receivedAt}</td><td>${escapeHtml(type)}</td>` +
      `<td>${escapeHtml(orderRef ?? '–')}</td></tr>`,
  )
  const head = words.columns.map((word) => `<th scope="col">${word}</th>`).join('')
  const list = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`
  return renderDocument({
    locale,
    title: words.orders,
    body: `
<header class="masthead">
  <div><h1>${words.orders}</h1></div>
  <a class="language" href="/shop?lang=${locale}">${words.shop}</a>
</header>
<div class="orders">${rows.length > 0 ? list : `<p>${words.none}</p>`}</div>`,
  })
}

function renderDocument(page: { locale: Locale; title: string; body: string }): string {
  return `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${page.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop/assets/shop.css">
<script type="module" src="/shop/assets/shop.js"></script>
</head>
<body>${page.body}
</body>
</html>
`
}

function otherLocale(locale: Locale): Locale {
  return locale === 'en' ? 'zh-CN' : 'en'
}

export interface ShopAssets {
  readonly css: string
  readonly js: string
}

/** The page's style sheet and script, bundled from this folder when the shop starts. */
export async function loadShopAssets(): Promise<ShopAssets> {
  const { build } = await import('esbuild')
  const folder = new URL('./page/', import.meta.url)
  const bundle = await build({
    entryPoints: [new URL('shop.ts', folder).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2020',
    charset: 'utf8',
  })
  return {
    css: await readFile(new URL('shop.css', folder), 'utf8'),
    js: bundle.outputFiles[0]?.text ?? '',
  }
}
