import type { Clock } from '../../../shared/clock.ts'
import type { Money } from '../../../shared/money.ts'
import { HEX, type Random } from '../../random.ts'
import type { Registry } from '../apps.ts'
import type { People } from '../people.ts'
import { WechatRefusal } from '../platform.ts'
import { deadReason, mayPay, type PrepayBook, type PrepayRow } from './book.ts'
import { checkCall } from './checks.ts'
import {
  cancelResult,
  okResult,
  type Refusal,
  type Surface,
  type SurfaceResult,
} from './refusals.ts'

/** The sheet that slides up, as the payer reads it. */
export interface Sheet {
  readonly ok: true
  readonly cashierId: string
  readonly merchant: string
  readonly description: string
  readonly amount: Money
  readonly walletAmount: Money
}

export type Opened = Sheet | ({ readonly ok: false } & Refusal)

/** What came of the sheet: `result` is what the page hears, null where it hears nothing. */
export interface Ended {
  readonly result: SurfaceResult | null
  readonly dialog?: string
  readonly outcome: 'paid' | 'notPaid'
}

export const CASHIER_ACTIONS = ['pay', 'cancel', 'fail', 'loseCallback'] as const
/** `fail` is a wrong password; `loseCallback` pays, but the page is gone before it hears of it. */
export type CashierAction = (typeof CASHIER_ACTIONS)[number]

/** The cashier of the phone: `wx.requestPayment`, `getBrandWCPayRequest`, a scanned code, an H5 link. */
export interface Cashier {
  openCashier(call: {
    readonly surface: Surface
    readonly appId: string
    readonly person?: string | undefined
    readonly params: Readonly<Record<string, unknown>>
    readonly pageUrl?: string | undefined
  }): Opened
  /** Scans `weixin://wxpay/bizpayurl?pr=…`. */
  scan(call: { readonly codeUrl: string; readonly person?: string | undefined }): Opened
  /** Opens an H5 link in the phone's own browser. */
  openH5(call: { readonly url: string; readonly person?: string | undefined }): Opened
  /** Ends the sheet. Throws CashierGone for one that is unknown or has ended. */
  act(cashierId: string, action: CashierAction): Ended
  reset(): void
}

export class CashierGone extends Error {
  override readonly name = 'CashierGone'
}

export interface CashierParts {
  readonly clock: Clock
  readonly random: Random
  readonly registry: Registry
  readonly people: People
  readonly book: PrepayBook
}

interface Session {
  readonly prepayId: string
  readonly person: string
  /** Null where no page waits: a scanned code, an H5 link. */
  readonly surface: Surface | null
}

export function createCashier(parts: CashierParts): Cashier {
  const { clock, random, people, book } = parts
  const sessions = new Map<string, Session>()

  function show(row: Readonly<PrepayRow>, person: string, surface: Surface | null): Sheet {
    const cashierId = random.word(24, HEX)
    sessions.set(cashierId, { prepayId: row.prepayId, person, surface })
    return { ok: true, cashierId, ...sheetOf(row, parts.registry) }
  }
  function showLink(row: Readonly<PrepayRow> | undefined, person: string, lost: string): Opened {
    const nowMs = clock.nowMs()
    if (row === undefined || nowMs >= row.expiresAtMs) return refused(lost)
    const dead = deadReason(row, nowMs)
    if (dead !== null) return refused(dead.message)
    if (!mayPay(row, person, people)) return refused('下单账号与支付账号不一致，请核实后再支付')
    return show(row, person, null)
  }

  return {
    openCashier({ surface, appId, params, ...call }) {
      const person = people.resolve(call.person)
      const page = call.pageUrl === undefined ? {} : { pageUrl: call.pageUrl }
      const nowMs = clock.nowMs()
      const checked = checkCall({ surface, appId, params, person, ...page }, { ...parts, nowMs })
      return 'row' in checked
        ? show(checked.row, person, surface)
        : { ok: false, ...checked.refusal }
    },
    scan({ codeUrl, person }) {
      const row = book.find((candidate) => candidate.codeUrl === codeUrl)
      // The meaning is WeChat's, the wording is ours.
      return showLink(row, people.resolve(person), '二维码已失效，请刷新后再试')
    },
    openH5({ url, person }) {
      const row = book.find((candidate) => isLinkOf(candidate, url))
      return showLink(row, people.resolve(person), '支付请求已失效，请重新发起支付')
    },
    act(cashierId, action) {
      const session = sessions.get(cashierId)
      if (session === undefined) {
        throw new CashierGone('this cashier has ended or never was; open a new one')
      }
      sessions.delete(cashierId)
      return end(session, action, book)
    },
    reset: () => sessions.clear(),
  }
}

function end(
  { prepayId, person, surface }: Session,
  action: CashierAction,
  book: PrepayBook,
): Ended {
  const left = { result: surface && cancelResult(surface), outcome: 'notPaid' } as const
  if (action === 'cancel') return left
  if (action === 'fail') {
    book.noteFailedTry(prepayId, 'wrong password')
    return { ...left, dialog: '支付密码错误，请重试' }
  }
  try {
    book.payAs(prepayId, person)
  } catch (error) {
    if (error instanceof WechatRefusal) return { ...left, dialog: error.message }
    throw error
  }
  const result = action === 'loseCallback' ? null : surface && okResult(surface)
  return { result, outcome: 'paid' }
}

function sheetOf({ order, walletAmount }: Readonly<PrepayRow>, registry: Registry) {
  const merchant =
    registry.merchant(order.mchId)?.name ?? registry.app(order.appId)?.name ?? order.mchId
  return { merchant, description: order.description, amount: order.amount, walletAmount }
}

function refused(dialog: string): Opened {
  return { ok: false, result: null, dialog }
}

/** The same link, whatever the merchant appended, such as `redirect_url`. */
function isLinkOf(row: Readonly<PrepayRow>, url: string): boolean {
  if (row.h5Url === null) return false
  const link = new URL(row.h5Url)
  const opened = URL.parse(url)
  return (
    opened?.pathname === link.pathname &&
    ['prepay_id', 'package'].every(
      (name) => opened.searchParams.get(name) === link.searchParams.get(name),
    )
  )
}
