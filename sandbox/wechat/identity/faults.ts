/** The calls of api.weixin.qq.com; the authorize page is not one of them. */
export type Endpoint =
  | 'jscode2session'
  | 'oauth2AccessToken'
  | 'stableToken'
  | 'getTicket'
  | 'uploadShippingInfo'
  | 'getOrder'
  | 'updateOrderDetailPath'
  | 'getOrderDetailPath'

/**
 * What goes wrong at WeChat: `errcode` in an HTTP 200 answer (-1 busy, 45011 too often, 40226
 * blocked …), an HTTP `status`, `timeout` (nothing is done and nothing answered until the caller has given
 * up), or `lostAnswer` (the request is carried out, its answer never arrives).
 */
export type Fault =
  | { readonly kind: 'errcode'; readonly errcode: number; readonly errmsg?: string }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'lostAnswer' }

export interface FaultRule {
  /** One endpoint; all of them, unless stated. */
  readonly endpoint?: Endpoint
  /** For how many requests; once, unless stated. */
  readonly times?: number
  readonly fault: Fault
}

/** Faults in the order in which they were asked for, each used up by the requests it meets. */
export interface Faults {
  add(rule: FaultRule): void
  take(endpoint: Endpoint): Fault | undefined
  /** Requests that came to this endpoint so far, failing or not. */
  countOf(endpoint: Endpoint): number
  clear(): void
}

export function createFaults(): Faults {
  let rules: { readonly endpoint: Endpoint | undefined; readonly fault: Fault; left: number }[] = []
  const counts = new Map<Endpoint, number>()
  return {
    add({ endpoint, times = 1, fault }) {
      if (!Number.isSafeInteger(times) || times < 1) {
        throw new RangeError(`a fault happens once or more often, not ${times} times`)
      }
      rules.push({ endpoint, fault, left: times })
    },
    countOf: (endpoint) => counts.get(endpoint) ?? 0,
    take(endpoint) {
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
      const rule = rules.find((one) => one.endpoint === undefined || one.endpoint === endpoint)
      if (rule === undefined) return undefined
      rule.left -= 1
      rules = rules.filter(({ left }) => left > 0)
      return rule.fault
    },
    clear() {
      rules = []
      counts.clear()
    },
  }
}
