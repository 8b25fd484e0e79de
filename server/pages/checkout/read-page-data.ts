import type { PageData, PageOrder } from './page-data.ts'

/** Throws Error where the page was not written by this version of the server. */
export function readPageData(element: HTMLElement | null): PageData {
  const data: unknown = JSON.parse(element?.getAttribute('data-page') ?? 'null')
  if (!isPageData(data)) throw new Error('this page carries no checkout')
  return data
}

/** The server's own page: its parts are looked at, not each of their fields. */
function isPageData(data: unknown): data is PageData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'view' in data &&
    'locale' in data &&
    'order' in data &&
    'payerKnown' in data &&
    'scenes' in data
  )
}

/** As `GET /pay/{orderRef}/order` answers; anything else comes from a proxy or a newer server. */
export function isPageOrder(data: unknown): data is PageOrder {
  return typeof data === 'object' && data !== null && 'orderRef' in data && 'status' in data
}
