import { bodyText, type SandboxRequest } from '../http.ts'
import type { Locale } from './catalogue.ts'
import { ShopProblem } from './problems.ts'

const MAX_BODY_BYTES = 64 * 1024

/** The JSON of a request. Throws ShopProblem `unsupportedMediaType`, `bodyTooLarge`, `invalidJson`. */
export function readJson(request: SandboxRequest): unknown {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ShopProblem({
      status: 415,
      code: 'unsupportedMediaType',
      message: 'Send application/json.',
    })
  }
  refuseLarge(request)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body))
  } catch (cause) {
    throw new ShopProblem({
      status: 400,
      code: 'invalidJson',
      message: 'The body is not valid JSON. Send a JSON object as UTF-8.',
      cause,
    })
  }
}

export function readForm(request: SandboxRequest): URLSearchParams {
  refuseLarge(request)
  return new URLSearchParams(bodyText(request))
}

/** `?lang=` first, then the browser's languages; Chinese where neither speaks. */
export function localeOf(request: SandboxRequest): Locale {
  const asked = new URLSearchParams(request.query).get('lang')
  const wanted = asked ?? request.headers['accept-language'] ?? 'zh-CN'
  if (/^\s*en\b/i.test(wanted)) return 'en'
  return /^\s*zh[-_](tw|hk|mo|hant)\b/i.test(wanted) ? 'zh-TW' : 'zh-CN'
}

function refuseLarge({ body }: SandboxRequest): void {
  if (body.length <= MAX_BODY_BYTES) return
  throw new ShopProblem({
    status: 413,
    code: 'bodyTooLarge',
    message: 'The body is too large. Keep it under 64 KiB.',
  })
}
