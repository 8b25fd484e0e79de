/** The browser in the shapes that the checkout client asks for. */
import type { Api, ClientStorage, Clock, Session, Visibility } from '../../../shared/browser.ts'
import type { PageOrder } from './page-data.ts'
import { isPageOrder } from './read-page-data.ts'

export const clock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, task) {
    const timer = window.setTimeout(task, delayMs)
    return () => window.clearTimeout(timer)
  },
}

/** Shared by all tabs, so that two of them work on one attempt. */
export const storage: ClientStorage = {
  get: (key) => window.localStorage.getItem(key),
  set: (key, value) => window.localStorage.setItem(key, value),
  remove: (key) => window.localStorage.removeItem(key),
}

export const visibility: Visibility = {
  visible: () => document.visibilityState === 'visible',
  onChange(listener) {
    document.addEventListener('visibilitychange', listener)
    return () => document.removeEventListener('visibilitychange', listener)
  },
}

/** The cookie says who this is; a page cannot make a new one by itself. */
export const session: Session = {
  token: async () => null,
  renew: async () => null,
}

export const api: Api = {
  async request({ method, path, headers, body, timeoutMs }) {
    const abort = new AbortController()
    const timer = window.setTimeout(() => abort.abort(), timeoutMs)
    try {
      const response = await fetch(path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: abort.signal,
      })
      return {
        status: response.status,
        body: await jsonOf(response),
        headers: { 'retry-after': response.headers.get('retry-after') },
      }
    } finally {
      window.clearTimeout(timer)
    }
  },
}

const READ_ORDER_MS = 20_000

/** The order as the server knows it now; null where it says nothing that this page understands. */
export async function readOrder(orderRef: string): Promise<PageOrder | null> {
  const path = `/pay/${orderRef}/order`
  const request = { method: 'GET', path, headers: {}, timeoutMs: READ_ORDER_MS } as const
  const { body } = await api.request(request)
  return isPageOrder(body) ? body : null
}

/** Not `randomUUID`: that one is missing where a page is served over plain http in a local network. */
export function newKey(): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
