import { TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { sandboxAccounts } from '../../../scripts/sandbox-accounts.ts'
import { SANDBOX_API_KEY } from '../../../scripts/sandbox-config.ts'
import type { Stack } from '../../../scripts/stack.ts'
import { systemClock } from '../../../server/platform/clock.ts'
import type { HttpClient } from '../../../server/providers/http.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import { type Scanner, secretsIn } from './secrets.ts'

/** Learns the secrets of a run as they pass by, and keeps what our server answers to anybody. */
export interface Overhearing {
  /** The server's own way out; what WeChat tells it is to be kept secret. */
  readonly http: HttpClient
  /** Everything that is fetched from this server from now on. */
  listenTo(place: Pick<Stack, 'sandbox'> & { readonly url: string }): void
  close(): Promise<void>
}

/** What a request or an answer is known to hold, by the names that it stands under. */
const KINDS: Readonly<Record<string, string>> = {
  loginCode: 'code',
  js_code: 'code',
  code: 'code',
  paymentCode: 'payment code',
  auth_code: 'payment code',
  checkoutToken: 'checkout token',
  t: 'checkout token',
  sessionToken: 'session token',
  session_key: 'session key',
  access_token: 'access token',
  ticket: 'JS-SDK ticket',
  openid: 'openid',
  accountNumber: 'bank account',
  holderName: 'bank account',
}

export function overhear({
  scanner,
  answers,
}: {
  scanner: Scanner
  answers: string[]
}): Overhearing {
  const client = createHttpClient({ clock: systemClock })
  const real = globalThis.fetch
  const origins = new Set<string>()

  const learn = (value: unknown): void => {
    for (const [name, text] of namedTexts(value)) {
      const kind = KINDS[name]
      if (kind !== undefined) scanner.add(kind, text)
    }
  }
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (!origins.has(url.origin)) return real(input, init)
    learn(Object.fromEntries(url.searchParams))
    learn(jsonOf(typeof init?.body === 'string' ? init.body : ''))
    const response = await real(input, init)
    const text = await response.clone().text()
    // Genuine notifications name a problem `code`, and so do our refusals; theirs are no secrets.
    if (response.ok) learn(jsonOf(text))
    for (const line of response.headers.getSetCookie()) {
      const [, value = ''] = /^wechat-pay-(?:session|login)=([^;]*)/.exec(line) ?? []
      for (const token of value.split('.')) scanner.add('session token', token)
    }
    const head = [...response.headers].filter(([name]) => name !== 'set-cookie')
    answers.push(`${response.status} ${JSON.stringify(head)} ${text}`)
    return response
  }
  return {
    http: async (request) => {
      const answer = await client(request)
      if (/\/sns\/|\/cgi-bin\//.test(request.url)) {
        learn(Object.fromEntries(new URL(request.url).searchParams))
        learn(jsonOf(Buffer.from(answer.body).toString('utf8')))
      }
      return answer
    },
    listenTo({ sandbox, url }) {
      origins.add(new URL(url).origin)
      scanner.add('API key', SANDBOX_API_KEY)
      for (const { secret } of TEA_SHOP_APPS) scanner.add('app secret', secret)
      const configs = sandboxAccounts(sandbox).map(({ config }) => config)
      for (const secret of secretsIn(configs)) scanner.add('account secret', secret)
    },
    async close() {
      globalThis.fetch = real
      await client.close()
    },
  }
}

/** What hurts by its depth names nothing to keep. */
const MOST_LEVELS = 12

function namedTexts(value: unknown, levels = MOST_LEVELS): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || levels === 0) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? [[name, inner] as const] : namedTexts(inner, levels - 1),
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
