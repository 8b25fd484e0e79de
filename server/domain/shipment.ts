import type {
  MAX_PARCELS,
  SHIPMENT_STATUSES,
  SHIPPING_METHODS,
} from '../../shared/contract/shipments.ts'

export type ShippingMethod = (typeof SHIPPING_METHODS)[number]
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number]

/** What a merchant tells WeChat about the goods of one paid order. */
export interface Shipment {
  readonly shipmentId: string
  readonly orderRef: string
  readonly paymentId: string
  readonly status: ShipmentStatus
  readonly content: ShipmentContent
  /** Why WeChat has not taken it (yet), in its words. */
  readonly reason: string | null
  readonly idempotencyKey: string
  readonly createdAtMs: number
  readonly acceptedAtMs: number | null
  readonly dueAtMs: number | null
  readonly attempts: number
  /** When it may have reached WeChat without our knowing; null while it surely has not. */
  readonly sentAtMs: number | null
  /** Grows by one with every change; guards concurrent writers. */
  readonly version: number
}

/** Never changes once it is written: every attempt sends the same. */
export interface ShipmentContent {
  readonly appId: string
  readonly openid: string
  /** The number of the payment at WeChat Pay. */
  readonly transactionId: string
  readonly method: ShippingMethod
  /** In several parcels, or in several shipments. */
  readonly isSplit: boolean
  readonly isAllDelivered: boolean
  readonly isCorrection: boolean
  readonly parcels: readonly Parcel[]
}

export interface Parcel {
  readonly company: string | null
  readonly trackingNo: string | null
  readonly itemDescription: string
  /** Masked. */
  readonly receiverContact: string | null
}

/** What WeChat says has been shipped of an order. */
export interface ShippedOrder {
  readonly method: ShippingMethod | null
  readonly trackingNos: readonly string[]
  readonly finished: boolean
  /** 0 until everything is shipped, 1 from then on, 2 after the correction. */
  readonly finishedCount: number
}

type Wish = Pick<ShipmentContent, 'method' | 'isAllDelivered' | 'isCorrection' | 'parcels'>

export type Admission =
  | { readonly ok: true; readonly isSplit: boolean }
  | { readonly ok: false; readonly detail: string }

/**
 * Whether WeChat will take a further shipment of an order: everything is shipped once, in one parcel
 * or in parts of one kind, and corrected once. Source: "Order shipping management" (as of 2026).
 */
export function admit(
  known: readonly Pick<Shipment, 'status' | 'content'>[],
  wish: Wish,
  { mostParcels }: { mostParcels: typeof MAX_PARCELS },
): Admission {
  const standing = known.filter(({ status }) => status !== 'failed').map(({ content }) => content)
  const first = standing.filter(({ isCorrection }) => !isCorrection)
  const corrections = standing.filter(({ isCorrection }) => isCorrection)
  const round = wish.isCorrection ? corrections : first
  const begun = round.at(0)
  const isSplit = begun?.isSplit ?? (wish.parcels.length > 1 || !wish.isAllDelivered)
  const problem = wish.isCorrection
    ? correctionProblem(first, corrections, { ...wish, isSplit })
    : firstProblem(first, corrections)
  const detail = problem ?? (begun && partProblem(round, begun, wish, mostParcels)) ?? twice(wish)
  return detail === undefined ? { ok: true, isSplit } : { ok: false, detail }
}

type Round = readonly ShipmentContent[]

function isComplete(round: Round): boolean {
  return round.some(({ isAllDelivered }) => isAllDelivered)
}

function firstProblem(first: Round, corrections: Round): string | undefined {
  if (corrections.length === 0 && !isComplete(first)) return undefined
  return 'Everything of this order is shipped already. Replace it with correction: true, once.'
}

function correctionProblem(
  first: Round,
  corrections: Round,
  wish: Wish & { isSplit: boolean },
): string | undefined {
  const [begun] = first
  if (!begun) return 'Nothing was shipped that could be corrected.'
  if (isComplete(corrections)) return 'This order was corrected already; WeChat takes that once.'
  const sameKind = begun.method === wish.method && begun.isSplit === wish.isSplit
  if (isComplete(first) || !sameKind || corrections.length > 0) return undefined
  return 'Not everything is shipped yet: send the further parcels without correction.'
}

function partProblem(
  round: Round,
  begun: ShipmentContent,
  wish: Wish,
  mostParcels: number,
): string | undefined {
  if (begun.method !== wish.method) {
    return `It was begun as ${begun.method}; another method needs correction: true.`
  }
  const parcels = [...round.flatMap((content) => content.parcels), ...wish.parcels]
  if (parcels.length > mostParcels) return `An order goes in ${mostParcels} parcels at most.`
  return twice({ parcels })
}

function twice({ parcels }: Pick<Wish, 'parcels'>): string | undefined {
  const names = parcels.map(({ company, trackingNo }) => `${company} ${trackingNo}`)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  return repeated === undefined ? undefined : `The parcel ${repeated} is there twice.`
}

/** Whether WeChat has this very shipment: its answer was lost, and it must not be sent again. */
export function isShippedAs(content: ShipmentContent, shipped: ShippedOrder): boolean {
  if (shipped.method !== content.method) return false
  const numbers = content.parcels.flatMap(({ trackingNo }) => trackingNo ?? [])
  if (!numbers.every((trackingNo) => shipped.trackingNos.includes(trackingNo))) return false
  if (!content.isAllDelivered) return true
  return shipped.finished && shipped.finishedCount >= (content.isCorrection ? 2 : 1)
}

/**
 * A telephone number with its middle hidden, as WeChat wants it: the last four digits stay. One that
 * is masked already stays as it is.
 */
export function maskContact(contact: string): string {
  const plain = contact.replaceAll(/[^\d*-]/g, '')
  if (plain.includes('*')) return plain
  const total = plain.replaceAll('-', '').length
  const head = total > 8 ? 3 : 0
  let seen = 0
  const masked = plain.replaceAll(/\d/g, (digit) => {
    seen += 1
    return seen <= head || seen > total - 4 ? digit : '*'
  })
  return masked.includes('*') ? masked : `****${masked}`
}
