import { formatMoney } from '../../../shared/money.ts'
import { escapeHtml, htmlReply, type Route, redirectReply, type SandboxReply } from '../../http.ts'
import { pageShell } from '../../page-shell.ts'
import type { Registry, WechatMerchant } from '../apps.ts'
import type { PrepayBook } from './book.ts'
import { type Cashier, CashierGone, type Sheet } from './cashier.ts'

export interface H5Parts {
  readonly book: PrepayBook
  readonly registry: Registry
  readonly cashier: Cashier
}

const PAGE_ACTIONS = ['pay', 'cancel', 'fail'] as const
const LABELS = { pay: '支付 Pay', cancel: '取消 Cancel', fail: '密码错误 Wrong password' } as const

/**
 * Where an H5 link leads a phone's own browser: the checks of WeChat's middle page with its texts,
 * and the sheet as a plain page, because no app can be started here.
 */
export function h5Routes(parts: H5Parts): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/cgi-bin/mmpayweb-bin/checkmweb',
      handler: ({ path, query, headers }) => {
        const asked = new URLSearchParams(query)
        const backTo = asked.get('redirect_url')
        const merchant = merchantOf(asked, parts)
        const problem = checkVisit(headers, backTo, merchant)
        if (problem !== null) return refusalPage(problem)
        const opened = parts.cashier.openH5({ url: `http://localhost${path}?${query}` })
        return opened.ok
          ? sheetPage(opened, backTo)
          : refusalPage(opened.dialog ?? '系统繁忙，请稍后再试')
      },
    },
    ...PAGE_ACTIONS.map(
      (action): Route => ({
        method: 'POST',
        path: `/h5/{cashierId}/${action}`,
        handler: ({ params, query }) => {
          try {
            const ended = parts.cashier.act(params['cashierId'] ?? '', action)
            return afterSheet(ended, new URLSearchParams(query).get('redirect_url'))
          } catch (error) {
            if (error instanceof CashierGone) return refusalPage('支付请求已失效，请重新发起支付')
            throw error
          }
        },
      }),
    ),
  ]
}

function merchantOf(asked: URLSearchParams, { book, registry }: H5Parts) {
  const mchId = book.prepay(asked.get('prepay_id') ?? '')?.order.mchId
  return mchId === undefined ? undefined : registry.merchant(mchId)
}

/** WeChat's own words for each, in the order in which it looks. */
function checkVisit(
  headers: Readonly<Record<string, string>>,
  backTo: string | null,
  merchant: WechatMerchant | undefined,
): string | null {
  if (/MicroMessenger/i.test(headers['user-agent'] ?? '')) return '请在微信外打开订单，进行支付'
  const referer = headers['referer'] ?? ''
  if (referer === '') return '商家参数格式有误，请联系商家解决'
  const domains = merchant?.h5Domains
  const visited = [referer, ...(backTo === null ? [] : [backTo])]
  const registered = visited.every((address) => isWebAddress(address, domains))
  return registered ? null : '商家存在未配置的参数，请联系商家解决'
}

function isWebAddress(address: string, domains: readonly string[] | undefined): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  return domains === undefined || domains.includes(url.hostname) || domains.includes(url.host)
}

/** Coming back says nothing about the money: WeChat leads back whatever the payer did. */
function afterSheet(
  ended: { readonly outcome: 'paid' | 'notPaid'; readonly dialog?: string },
  backTo: string | null,
): SandboxReply {
  if (backTo !== null && isWebAddress(backTo, undefined)) {
    return { ...redirectReply(backTo), status: 303 }
  }
  // Nobody said where to: the browser still has the merchant's page behind this one and the sheet.
  const text = ended.dialog ?? (ended.outcome === 'paid' ? '支付成功' : '已取消支付')
  const back = '<button onclick="history.go(-2)">返回商家 Back to the merchant</button>'
  return page(`<p role="status">${escapeHtml(text)}</p>${back}`)
}

function sheetPage(sheet: Sheet, backTo: string | null): SandboxReply {
  const query = backTo === null ? '' : `?redirect_url=${encodeURIComponent(backTo)}`
  const buttons = PAGE_ACTIONS.map((action) => {
    const target = escapeHtml(`/h5/${sheet.cashierId}/${action}${query}`)
    return `<form method="post" action="${target}"><button>${LABELS[action]}</button></form>`
  })
  const wallet =
    sheet.walletAmount.currency === sheet.amount.currency
      ? ''
      : `<p>${escapeHtml(formatMoney(sheet.walletAmount))}</p>`
  return page(`<p>${escapeHtml(sheet.merchant)}</p>
<h1>${escapeHtml(formatMoney(sheet.amount))}</h1>
<p>${escapeHtml(sheet.description)}</p>
${wallet}${buttons.join('\n')}`)
}

function refusalPage(text: string): SandboxReply {
  return page(`<p role="alert">${escapeHtml(text)}</p>`)
}

function page(body: string): SandboxReply {
  return htmlReply(200, pageShell({ title: '微信支付 WeChat Pay (sandbox)', body }))
}
