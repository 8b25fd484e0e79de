import { z } from 'zod'
import type { Registry, WechatMerchant } from '../apps.ts'
import type { People } from '../people.ts'
import { deadReason, mayPay, type PrepayBook, type PrepayRow } from './book.ts'
import { paySignFits } from './pay-sign.ts'
import {
  badSignature,
  dismissed,
  lostPrepay,
  type Refusal,
  type Surface,
  unregisteredUrl,
  wrongParameter,
  wrongPayer,
  wrongScene,
} from './refusals.ts'

export interface CashierCall {
  readonly surface: Surface
  /** The Mini Program that runs; a page names its app within `params`. */
  readonly appId: string
  readonly person: string
  /** As the page passed them: WeChat, not the caller, decides what is wrong with them. */
  readonly params: Readonly<Record<string, unknown>>
  /** The page's address, where the payment directory is to be checked. */
  readonly pageUrl?: string
}

export interface CheckParts {
  readonly book: PrepayBook
  readonly registry: Registry
  readonly people: People
  readonly nowMs: number
}

type Checked = { readonly row: Readonly<PrepayRow> } | { readonly refusal: Refusal }

const signTypeSchema = z.enum(['MD5', 'HMAC-SHA256', 'RSA'])

/** Everything that WeChat checks before it shows the sheet, in its order. */
export function checkCall(call: CashierCall, parts: CheckParts): Checked {
  const { surface } = call
  const strings = readStrings(call)
  if ('refusal' in strings) return strings
  const { appId, package: packageText, timeStamp, nonceStr, paySign } = strings
  const row = findPrepay(packageText, parts.book)
  if (row === undefined) return { refusal: lostPrepay(surface) }
  const refusal = checkOrderFits(row, { call, appId, parts })
  if (refusal !== null) return { refusal }
  const signType = signTypeSchema.safeParse(strings.signType)
  const { signing } = row.order
  // The merchant's order fixes the algorithm: RSA for APIv3, MD5 or HMAC-SHA256 for v2.
  if (!signType.success || signType.data !== signing.signType) {
    return { refusal: badSignature(surface) }
  }
  const signed = { appId, timeStamp, nonceStr, package: packageText, signType: signType.data }
  if (!paySignFits(signed, paySign, signing.key)) return { refusal: badSignature(surface) }
  return { row }
}

const FIELDS = ['timeStamp', 'nonceStr', 'package', 'paySign'] as const

interface Strings extends Record<(typeof FIELDS)[number], string> {
  readonly appId: string
  readonly signType: string
}

/**
 * The six strings, spelled exactly so. `timeStamp` is in seconds; its age is not checked, because
 * the prepayment's own life bounds it and a page may pay again with the same parameters.
 */
function readStrings({ surface, appId, params }: CashierCall): Strings | { refusal: Refusal } {
  const read = { timeStamp: '', nonceStr: '', package: '', paySign: '' }
  const page = surface === 'officialAccount' ? (['appId', ...FIELDS] as const) : FIELDS
  const strings = { ...read, appId, signType: 'MD5' }
  for (const name of page) {
    const value = params[name]
    if (typeof value !== 'string' || value === '') {
      return { refusal: wrongParameter(surface, name, value) }
    }
    strings[name] = value
  }
  // WeChat's default; an order of APIv3 then fails its signature, which is what happens outside too.
  const { signType } = params
  if (signType !== undefined && typeof signType !== 'string') {
    return { refusal: wrongParameter(surface, 'signType', signType) }
  }
  if (!/^\d{1,10}$/.test(strings.timeStamp)) {
    return { refusal: wrongParameter(surface, 'timeStamp', params['timeStamp']) }
  }
  if (strings.nonceStr.length > 32) {
    return { refusal: wrongParameter(surface, 'nonceStr', params['nonceStr']) }
  }
  return { ...strings, signType: signType ?? 'MD5' }
}

function findPrepay(packageText: string, book: PrepayBook): Readonly<PrepayRow> | undefined {
  const prepayId = /^prepay_id=(\w{1,64})$/.exec(packageText)?.[1]
  return prepayId === undefined ? undefined : book.find((row) => row.prepayId === prepayId)
}

function checkOrderFits(
  row: Readonly<PrepayRow>,
  { call, appId, parts }: { call: CashierCall; appId: string; parts: CheckParts },
): Refusal | null {
  const { surface, person, pageUrl } = call
  if (row.order.tradeType !== 'JSAPI') return wrongScene(surface)
  if (row.order.appId !== appId) return lostPrepay(surface)
  if (parts.registry.app(appId)?.kind !== surface) return wrongScene(surface)
  const merchant = parts.registry.merchant(row.order.mchId)
  if (pageUrl !== undefined && !mayCallFrom(pageUrl, merchant)) {
    return unregisteredUrl(surface, pageUrl)
  }
  const dead = deadReason(row, parts.nowMs)
  if (dead?.code === 'PREPAY_EXPIRED') return lostPrepay(surface)
  if (dead !== null) return dismissed(surface, dead.message)
  return mayPay(row, person, parts.people) ? null : wrongPayer(surface)
}

/** A bare domain covers all its pages; a longer entry covers the pages of exactly that directory. */
function mayCallFrom(pageUrl: string, merchant: WechatMerchant | undefined): boolean {
  const directories = merchant?.payDirectories
  if (directories === undefined) return true
  const page = URL.parse(pageUrl)
  if (page === null) return false
  const directory = page.origin + page.pathname.slice(0, page.pathname.lastIndexOf('/') + 1)
  return directories.some((entry) => entry === directory || entry === `${page.origin}/`)
}
