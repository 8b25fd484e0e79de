import type { HttpClient, HttpRequest, HttpResponse } from '../../../server/providers/http.ts'

/** Somebody between the adapter and its provider: hands the request on, or does not, or lies. */
export type Meddler = (request: HttpRequest, send: HttpClient) => Promise<HttpResponse>

/** The way to the provider, as the tests see and disturb it. */
export interface Line {
  readonly http: HttpClient
  /** Everything that the adapter has sent so far, oldest first. */
  readonly requests: readonly HttpRequest[]
  /** From now on every exchange goes through this hand; null takes it away. */
  readonly meddle: (hand: Meddler | null) => void
}

export function createLine(http: HttpClient): Line {
  const requests: HttpRequest[] = []
  let hand: Meddler | null = null
  return {
    requests,
    http: (request) => {
      requests.push(request)
      return hand ? hand(request, http) : http(request)
    },
    meddle(next) {
      hand = next
    },
  }
}

const HTML = '<html><body><h1>We will be back soon</h1></body></html>'
const TYPE = { 'content-type': 'text/html' }

/** The provider does what it was asked, and its answer is replaced on the way back. */
function replacedBy(answer: Omit<HttpResponse, 'headers'>): Meddler {
  return async (request, send) => {
    await send(request)
    return { headers: TYPE, ...answer }
  }
}

export const answeredInHtml = replacedBy({ status: 200, body: Buffer.from(HTML) })
export const answeredWithNothing = replacedBy({ status: 200, body: new Uint8Array() })
export const badGateway = replacedBy({ status: 502, body: Buffer.from(HTML) })

/** Only its first characters arrive; a form that is cut later may still be one. */
export const cutOff: Meddler = async (request, send) => {
  const answer = await send(request)
  return { ...answer, body: answer.body.slice(0, 10) }
}

/** Nothing reaches the provider: somebody before it turns the request away. */
export const RETRY_AFTER_MS = 7_000
export const tooMany: Meddler = () =>
  Promise.resolve({ status: 429, headers: { 'retry-after': '7' }, body: new Uint8Array() })

/** Nobody listens at that port: a real refusal of a real connection. */
export function unreachable(port: number): Meddler {
  return (request, send) => {
    const url = new URL(request.url)
    url.port = String(port)
    return send({ ...request, url: url.href })
  }
}

/** The provider says more than it has to, in answers that are forms. */
export function adding(fields: string): Meddler {
  return async (request, send) => {
    const answer = await send(request)
    return { ...answer, body: Buffer.concat([answer.body, Buffer.from(`&${fields}`)]) }
  }
}

/** The provider says other words than it does. */
export function saying(pattern: RegExp, words: string): Meddler {
  return async (request, send) => {
    const answer = await send(request)
    const text = Buffer.from(answer.body).toString('latin1').replaceAll(pattern, words)
    return { ...answer, body: Buffer.from(text, 'latin1') }
  }
}

/**
 * The provider turns every request down, and repeats what it was sent wherever an answer of any
 * provider has room for a sentence. Sentences are cut off somewhere, so each begins with the next word.
 */
export function repeatingAsJson(): Meddler {
  const wordsOf = wordsInTurn()
  return (request) => {
    const said = wordsOf(request)
    const error = { code: 'PARAM_ERROR', type: 'invalid_request_error', message: said }
    const body = {
      ...error,
      errors: [{ ...error, id: said, propertyName: said }],
      error,
      Behavior: 'ABORT',
      ErrorName: 'VALIDATION_FAILED',
      ErrorMessage: said,
      ErrorDetail: [said],
      httpReason: said,
      detail: said,
    }
    const headers = { 'content-type': 'application/json', 'request-id': said }
    return Promise.resolve({ status: 400, headers, body: Buffer.from(JSON.stringify(body)) })
  }
}

/** The same in a form; providers differ in how they write its names. */
export function repeatingAsForm(names: 'capitals' | 'small'): Meddler {
  const wordsOf = wordsInTurn()
  return (request) => {
    const said = wordsOf(request)
    const failed = { STATUS: 'FAILED', REQUESTSTATUS: 'FAILED', TXID: '0', REFUNDID: '0' }
    const capitals = { ...failed, FAILREASON: 'INPUT_DATA', ERRMSG: said }
    const small = { status: '-6000', errormessage: said }
    const body = new URLSearchParams(names === 'capitals' ? capitals : small).toString()
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(body) })
  }
}

function wordsInTurn(): (request: HttpRequest) => string {
  let turn = 0
  return ({ url, headers, body }) => {
    const sent = Buffer.from(body ?? []).toString('latin1')
    const words = [...Object.values(headers), ...new URLSearchParams(sent).values(), sent, url]
    const at = turn % words.length
    turn += 1
    return [...words.slice(at), ...words.slice(0, at)].join(' ')
  }
}
