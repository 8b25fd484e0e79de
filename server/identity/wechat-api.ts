import { z } from 'zod'
import { type Clock, sleep } from '../../shared/clock.ts'
import { isRecord } from '../platform/record.ts'
import { type HttpClient, HttpFailure, type HttpResponse, parseJson } from '../providers/http.ts'
import { BUSY } from './wechat-errors.ts'

/**
 * One call of api.weixin.qq.com. Its errors come as HTTP 200 with `errcode`, and its content type may
 * say text: only the body counts. Source: developers.weixin.qq.com, global return codes (as of 2026).
 */
export interface WechatCall {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Sent as a POST where given; a GET otherwise. */
  readonly body?: object
  /** Repeats of a busy WeChat or a broken line; two where missing. */
  readonly repeats?: number
}

export type WechatAnswer =
  | { readonly kind: 'answer'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refusal'; readonly errcode: number; readonly errmsg: string }
  /** No answer that can be used; the call may have been carried out where it may have arrived. */
  | { readonly kind: 'broken'; readonly mayHaveArrived: boolean; readonly cause: unknown }

/** Never throws for anything that WeChat or the line does. */
export type WechatApi = (call: WechatCall) => Promise<WechatAnswer>

export const WECHAT_API_URL = 'https://api.weixin.qq.com'

const TIMEOUT_MS = 5_000
/** Pauses before the second and third try. */
const RETRY_DELAYS_MS = [200, 600]

const refusalSchema = z.object({ errcode: z.number().int(), errmsg: z.string().catch('') })

export function createWechatApi(deps: {
  http: HttpClient
  clock: Clock
  /** Where WeChat's API is reached; the real one unless given. */
  baseUrl?: string
}): WechatApi {
  const { http, clock, baseUrl = WECHAT_API_URL } = deps
  return async (call) => {
    for (const delayMs of RETRY_DELAYS_MS.slice(0, call.repeats)) {
      // oxlint-disable-next-line no-await-in-loop -- tries follow each other
      const { answer, again } = await attempt(http, baseUrl, call)
      if (!again) return answer
      // oxlint-disable-next-line no-await-in-loop -- the pause between two tries
      await sleep(clock, delayMs)
    }
    return (await attempt(http, baseUrl, call)).answer
  }
}

interface Attempted {
  readonly answer: WechatAnswer
  readonly again: boolean
}

async function attempt(http: HttpClient, baseUrl: string, call: WechatCall): Promise<Attempted> {
  const url = `${baseUrl}${call.path}?${new URLSearchParams(call.query).toString()}`
  const { body } = call
  try {
    const response = await http({
      url,
      method: body ? 'POST' : 'GET',
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? new TextEncoder().encode(JSON.stringify(body)) : null,
      timeoutMs: TIMEOUT_MS,
    })
    return read(response)
  } catch (cause) {
    if (!(cause instanceof HttpFailure)) throw cause
    const { mayHaveArrived } = cause
    return { answer: { kind: 'broken', mayHaveArrived, cause }, again: true }
  }
}

function read({ status, body: bytes }: HttpResponse): Attempted {
  const body = parseJson(bytes)
  const refusal = refusalSchema.safeParse(body)
  if (refusal.success && refusal.data.errcode !== 0) {
    const { errcode, errmsg } = refusal.data
    return { answer: { kind: 'refusal', errcode, errmsg }, again: errcode === BUSY }
  }
  if (status < 500 && isRecord(body)) return { answer: { kind: 'answer', body }, again: false }
  const cause = new Error(`an answer of status ${status} that cannot be used`)
  return { answer: { kind: 'broken', mayHaveArrived: true, cause }, again: status >= 500 }
}
