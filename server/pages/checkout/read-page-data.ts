import type { PageData, PageOrder } from './page-data.ts'

/** Throws Error where the page was not written by this version of the server. */
export function readPageData(element: HTMLElement | null): PageData {
  const data: unknown = JSON.parse(element?.getAttribute('data-page') ?? 'null')
  if (!isPageData(data)) throw new Error('this page carries no checkout')
  return data
}

/** The server's own page, of the same build as this script: one look tells it from any other. */
function isPageData(data: unknown): data is PageData {
  return typeof data === 'object' && data !== null && 'payerKnown' in data
}

/** As `GET /pay/{orderRef}/order` answers; anything else comes from a proxy or a newer server. */
export function isPageOrder(data: unknown): data is PageOrder {
  return typeof data === 'object' && data !== null && 'orderRef' in data && 'status' in data
}
