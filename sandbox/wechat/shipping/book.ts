import type { Clock } from '../../../shared/clock.ts'
import { ApiError } from '../identity/errors.ts'
import type { OrderKey, Parcel, Upload } from './request.ts'
import type { Trade, Trades } from './trades.ts'

/** What has been shipped of one trade, as `get_order` tells it. */
export interface Shipped {
  readonly trade: Trade
  readonly confirmed: boolean
  readonly deliveryMode: number
  readonly logisticsType: number
  readonly parcels: readonly Parcel[]
  readonly finished: boolean
  /** 0 while it is not finished, 1 once it is, 2 once it was corrected. */
  readonly finishedCount: number
}

export interface ShippingSettings {
  /** How long a payment takes to arrive in order management: until then WeChat knows no such order. */
  syncMs: number
}

/** WeChat's order management: who has shipped what. */
export interface ShippingBook {
  /** Throws ApiError in WeChat's numbers. */
  upload(appId: string, upload: Upload): void
  /** Throws ApiError 10060001 where WeChat does not know the order (yet). */
  order(appId: string, key: OrderKey): Shipped
  /** The payer has confirmed the receipt: nothing can be shipped any more. */
  confirm(transactionId: string): void
  reset(): void
}

export function createShippingBook(deps: {
  clock: Clock
  trades: Trades
  settings: ShippingSettings
}): ShippingBook {
  const { clock, trades, settings } = deps
  const shipped = new Map<string, Shipped>()

  const order = (appId: string, key: OrderKey): Shipped => {
    const trade =
      key.kind === 'transaction'
        ? trades.byTransaction(key.transactionId)
        : trades.byNumber(key.mchId, key.outTradeNo)
    const isKnown = trade?.appId === appId && clock.nowMs() >= trade.paidAtMs + settings.syncMs
    if (!trade || !isKnown) throw new ApiError(10060001)
    return shipped.get(trade.transactionId) ?? nothingOf(trade)
  }

  return {
    order,
    upload(appId, upload) {
      const before = order(appId, upload.key)
      if (before.trade.openid !== upload.openid) throw new ApiError(10060031)
      shipped.set(before.trade.transactionId, after(before, upload))
    },
    confirm(transactionId) {
      const trade = trades.byTransaction(transactionId)
      if (!trade) throw new RangeError(`there is no trade ${transactionId}`)
      const before = shipped.get(transactionId) ?? nothingOf(trade)
      shipped.set(transactionId, { ...before, confirmed: true })
    },
    reset: () => shipped.clear(),
  }
}

function nothingOf(trade: Trade): Shipped {
  return {
    trade,
    confirmed: false,
    deliveryMode: 0,
    logisticsType: 0,
    parcels: [],
    finished: false,
    finishedCount: 0,
  }
}

/** Shipping what is finished, or in another mode than begun, is the one correction. */
function after(before: Shipped, upload: Upload): Shipped {
  const { deliveryMode, logisticsType } = upload
  if (before.confirmed) throw new ApiError(10060002)
  const sameMode = before.deliveryMode === deliveryMode && before.logisticsType === logisticsType
  if (sameMode && saysNothingNew(before, upload)) throw new ApiError(10060023)
  const isBegun = before.parcels.length > 0
  const isCorrection = before.finished || (isBegun && !sameMode)
  if (isCorrection && before.finishedCount >= 2) throw new ApiError(10060003)
  const parcels = isCorrection ? upload.parcels : [...before.parcels, ...upload.parcels]
  if (parcels.length > 15) throw new ApiError(10060024)
  const count = isCorrection ? Math.max(before.finishedCount, 1) : before.finishedCount
  const finished = upload.isAllDelivered
  const finishedCount = finished ? count + 1 : count
  return { ...before, deliveryMode, logisticsType, parcels, finished, finishedCount }
}

function saysNothingNew(before: Shipped, { parcels, isAllDelivered }: Upload): boolean {
  const known = parcels.every((parcel) =>
    before.parcels.some(
      (other) => other.trackingNo === parcel.trackingNo && other.company === parcel.company,
    ),
  )
  return known && (before.finished || !isAllDelivered)
}
