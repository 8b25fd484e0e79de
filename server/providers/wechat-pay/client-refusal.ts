import { ProviderError } from '../errors.ts'
import { type HttpResponse, parseJson } from '../http.ts'
import type { Call, Delivered, Line } from './client.ts'
import { errorSchema, plainWord, refusalMeaning } from './wire.ts'

/** More than this, and this machine's clock is worth a word. */
const NOTABLE_SKEW_MS = 30_000

/** What an answer that is no success means for the money, with the digits that support asks for. */
export function refusal(line: Line, call: Call<unknown>, { response, repeated }: Delivered) {
  const { status, headers } = response
  const wait = headers['retry-after'] ?? ''
  const code = plainWord(errorSchema.safeParse(parseJson(response.body)).data?.code)
  const meaning = refusalMeaning(status, { code, requestId: headers['request-id'] ?? '' })
  const said = [`HTTP ${status}`, code, meaning.advice && `(${meaning.advice})`].filter(Boolean)
  const skew = status === 401 ? skewWords(headers['date'], line.clock.nowMs()) : ''
  const words = `${said.join(' ')}${skew}${requestIdOf(response)}`
  const error = new ProviderError({
    // A no to the repeat says nothing about the first try.
    outcome: repeated && call.method === 'POST' ? 'unknown' : meaning.outcome,
    accountId: line.accountId,
    message: `WeChat Pay answered ${nameOf(call)} with ${words}`,
    providerCode: code,
    retryAfterMs: /^\d{1,6}$/.test(wait) ? Number(wait) * 1_000 : null,
  })
  return { kind: repeated && meaning.kind === 'notEnough' ? undefined : meaning.kind, error }
}

function skewWords(date: string | undefined, nowMs: number): string {
  const skewMs = nowMs - Date.parse(date ?? '')
  if (Number.isNaN(skewMs) || Math.abs(skewMs) < NOTABLE_SKEW_MS) return ''
  return `; our clock is ${Math.round(skewMs / 1_000)} s off theirs`
}

/** What WeChat's support asks for. */
export function requestIdOf({ headers }: HttpResponse): string {
  return ` [Request-ID ${plainWord(headers['request-id']) ?? 'missing'}]`
}

export function nameOf({ method, path }: Call<unknown>): string {
  return `${method} ${path.split('?')[0] ?? path}`
}
