import { escapeHtml } from '../http.ts'

/** A page of a provider's own; one that waits for the payer looks again every two seconds. */
export function pageShell(parts: { title: string; body: string; refresh?: boolean }): string {
  return [
    '<!doctype html><html><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    parts.refresh ? '<meta http-equiv="refresh" content="2">' : '',
    `<title>${escapeHtml(parts.title)}</title>`,
    '<style>body{font-family:sans-serif;text-align:center}svg{max-width:18rem}</style>',
    `</head><body>${parts.body}</body></html>`,
  ].join('')
}
