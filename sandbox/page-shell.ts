import { escapeHtml } from './http.ts'

const STYLE = [
  'body{margin:0 auto;max-width:24rem;padding:3rem 1.5rem;text-align:center;color:#1f2328;',
  'font:1rem/1.5 system-ui,"PingFang SC","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}',
  'h1{margin:0 0 .25rem;font-size:2rem;font-weight:600}p{margin:.25rem 0 1rem}',
  'svg{display:block;width:100%;max-width:16rem;margin:0 auto 1.5rem}form{margin:0 0 .75rem}',
  'button,#open{display:block;box-sizing:border-box;width:100%;min-height:3rem;padding:.7rem 1rem;',
  'border:1px solid #8c959f;border-radius:.5rem;background:#fff;color:inherit;font:inherit;',
  'text-decoration:none;cursor:pointer}',
].join('')

/**
 * A page of a counterparty's own, plain on purpose: it is none of the merchant's. One that waits for
 * the payer looks again every two seconds.
 */
export function pageShell(parts: {
  readonly title: string
  readonly body: string
  readonly refresh?: boolean
}): string {
  return [
    '<!doctype html><html><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    parts.refresh ? '<meta http-equiv="refresh" content="2">' : '',
    `<title>${escapeHtml(parts.title)}</title><style>${STYLE}</style>`,
    `</head><body>${parts.body}</body></html>`,
  ].join('')
}
