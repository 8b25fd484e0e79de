import type { BridgeResult, SurfaceReason } from '../client/types.ts'

/**
 * What WeChat is known to say, in either language, first match wins. `wx.requestPayment` says
 * `requestPayment:…` (before client 6.5.2 also `requestPayment:cancel`), the page bridge says
 * `get_brand_wcpay_request:…`; both add free text after `fail`. Sources: the documents of
 * wx.requestPayment and of JSAPI payment, and WeChat's troubleshooting handbook of April 2026.
 */
const KNOWN: readonly (readonly [RegExp, SurfaceReason | null, BridgeResult['surface']?])[] = [
  [/^\w+[:：]\s*ok\b/i, null, 'finished'],
  [/^\w+[:：]\s*(fail[\s_:]*)?cancel\b/i, null, 'dismissed'],
  [/url.*(registered|未注册)/i, 'urlNotRegistered'],
  [/devtools|(sim|em)ulator|模拟器/i, 'simulator'],
  [/permission|denied|not_allow|banned|disabled|封禁/i, 'noPermission'],
  [/not.(exist|support|a func)|不支持/i, 'unsupportedAction'],
  [/total_fee|prepay|scene|场景|appid/i, 'prepayInvalid', 'failed'],
]

/** Reads a text, an answer of either surface, or an error; what nobody knows is a failure. */
export function outcomeOf(answer: unknown): BridgeResult {
  const { errMsg, err_msg, err_desc, message }: Readonly<Record<string, unknown>> = Object(answer)
  const word = typeof answer === 'string' ? answer : errMsg || err_msg || message
  const detail = [word, err_desc].filter(Boolean).join(' ')
  for (const [pattern, reason, surface = 'unavailable'] of KNOWN) {
    if (pattern.test(detail)) return reason ? { surface, reason, detail } : { surface }
  }
  return { surface: 'failed', reason: 'unknown', detail }
}
