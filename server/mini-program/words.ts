import { IdentityError } from '../identity/errors.ts'
import type { WechatAnswer } from '../identity/wechat-api.ts'
import { meaningOfServerCall } from '../identity/wechat-errors.ts'
import type { Later, Refused } from './port.ts'

/**
 * What the numbers of order management mean. One that is not here decides nothing: the shipment waits,
 * and people read the number. WeChat's community (read 2026-12-01) shows 10060001 and 10060004, and
 * merchants' code 10060023; the others could not be checked against a page of WeChat's.
 */
const WORDS: Readonly<Record<number, readonly [kind: 'refused' | 'later', advice: string]>> = {
  [-1]: ['later', 'WeChat is busy'],
  10060001: ['later', 'WeChat does not know this order; it learns of payments after a while'],
  10060002: ['refused', 'the order is finished and takes no further shipment'],
  10060003: ['refused', 'the one correction was used already'],
  10060004: ['refused', 'the order cannot be shipped, such as one that was refunded'],
  10060005: ['refused', 'WeChat does not take this method'],
  10060006: ['refused', 'only express goods go in parts'],
  10060007: ['refused', 'goods in parts need a word on whether all are on their way'],
  10060008: ['refused', 'the goods have no description'],
  10060009: ['refused', 'the description of the goods is too long'],
  10060012: ['later', 'WeChat has an error of its own'],
  10060014: ['refused', 'WeChat does not take it'],
  10060024: ['refused', 'there are too many parcels'],
  10060025: ['refused', 'the code of the courier company is too long'],
  10060026: ['refused', 'the tracking number is too long'],
  10060031: ['refused', 'somebody else paid this order'],
  268485216: ['refused', 'the time of the upload is not as WeChat wants it'],
  268485224: ['refused', 'the mode of delivery is none'],
  268485226: ['refused', 'a tracking number is missing'],
  268485227: ['refused', 'a courier company is missing'],
  268485228: ['refused', 'goods that go as one have one parcel'],
}

const ORDER_UNKNOWN = 10060001
/** The very same was taken before. */
const NO_NEWS = 10060023

export function isOrderUnknown(answer: WechatAnswer): boolean {
  return answer.kind === 'refusal' && answer.errcode === ORDER_UNKNOWN
}

export function isNoNews(answer: WechatAnswer): boolean {
  return answer.kind === 'refusal' && answer.errcode === NO_NEWS
}

/** Why it was not done, for people. */
export function failureOf(answer: Exclude<WechatAnswer, { kind: 'answer' }>): Refused | Later {
  if (answer.kind === 'broken') {
    const { mayHaveArrived: mayBeDone } = answer
    return { kind: 'later', reason: 'WeChat gave no answer that can be used', mayBeDone }
  }
  const { errcode } = answer
  const [kind, advice] = WORDS[errcode] ?? ['later', meaningOfServerCall(errcode).advice]
  const reason = `${advice} (${errcode}${inTheirWords(answer.errmsg)})`
  return kind === 'refused' ? { kind, reason } : { kind, reason, mayBeDone: false }
}

const LONGEST_WORDS = 200

/** Without the request id at the end, which is another one each time. */
function inTheirWords(errmsg: string): string {
  const words = errmsg.replace(/,? ?rid: ?\S+$/, '').trim()
  return words === '' ? '' : `: ${words.slice(0, LONGEST_WORDS)}`
}

/** There is no access token to ask with. Throws on what is no trouble of WeChat's. */
export function tokenless(error: unknown): Later {
  if (!(error instanceof IdentityError)) throw error
  return { kind: 'later', reason: error.message, mayBeDone: false }
}
