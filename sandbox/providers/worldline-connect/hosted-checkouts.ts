import { z } from 'zod'
import { bodyText, jsonReply, type SandboxRequest } from '../../http.ts'
import { ALPHANUMERIC, uuid } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import type { Executed } from './idempotence.ts'
import { isPaid, type PaymentRow } from './ledger.ts'
import type { WorldlineMerchant } from './options.ts'
import { newRow, order } from './payments.ts'
import { renderPayment } from './render.ts'
import {
  type CreateRequest,
  fromCents,
  localeSchema,
  needed,
  orderSchema,
  orderViolations,
  parseBody,
  returnUrlViolations,
} from './requests.ts'
import type { World } from './world.ts'

/** One visit to the platform's own pages, on which the payer chooses and pays. */
export interface CheckoutRow {
  readonly id: string
  readonly merchantId: string
  readonly returnMac: string
  /** Guards the page; whoever has it may pay. */
  readonly requestToken: string
  readonly returnUrl: string | null
  readonly locale: string
  readonly wish: Omit<CreateRequest, 'integrationType' | 'openId'>
  readonly createdAtMs: number
  cancelled: boolean
  /** Null until the payer opens the page. */
  payment: PaymentRow | null
  /** What the page shows of the payment: the text of a code, or an address that opens WeChat. */
  shown: string | null
}

const bodySchema = needed(
  z.object({
    order: needed(orderSchema),
    hostedCheckoutSpecificInput: needed(
      z.object({
        locale: localeSchema.nullish(),
        returnUrl: z.url().nullish(),
        paymentProductFilters: z
          .object({ restrictTo: z.object({ products: z.array(z.int()).nullish() }).nullish() })
          .nullish(),
      }),
    ),
  }),
)

/** POST hostedcheckouts: books a visit, and says where the payer goes. No payment exists yet. */
export function createHostedCheckout(
  world: World,
  merchant: WorldlineMerchant,
  request: SandboxRequest,
): Executed {
  const parsed = parseBody(bodyText(request), bodySchema)
  if (!parsed.ok) return { reply: world.errors.violations(parsed.violations) }
  const { order: wanted, hostedCheckoutSpecificInput: page } = parsed.value
  const rules = { merchant, behaviour: world.behaviour() }
  const products = page.paymentProductFilters?.restrictTo?.products ?? [863]
  const violations = [
    ...orderViolations(wanted, rules),
    ...returnUrlViolations(
      page.returnUrl ?? null,
      'hostedCheckoutSpecificInput.returnUrl',
      rules.behaviour,
    ),
    ...(products.includes(863) ? [] : [noProducts()]),
  ]
  if (violations.length > 0) return { reply: world.errors.violations(violations) }
  const { amount, currencyCode } = wanted.amountOfMoney
  const row: CheckoutRow = {
    id: uuid(world.random),
    merchantId: merchant.merchantId,
    returnMac: uuid(world.random),
    requestToken: world.random.word(32, ALPHANUMERIC),
    returnUrl: page.returnUrl ?? null,
    locale: page.locale ?? 'en_GB',
    wish: {
      amount: fromCents(amount, currencyCode),
      merchantReference: wanted.references?.merchantReference ?? null,
      descriptor: wanted.references?.descriptor ?? null,
    },
    createdAtMs: world.nowMs(),
    cancelled: false,
    payment: null,
    shown: null,
  }
  world.checkouts.set(row.id, row)
  return {
    reply: jsonReply(201, {
      RETURNMAC: row.returnMac,
      hostedCheckoutId: row.id,
      merchantReference: row.wish.merchantReference ?? row.id,
      partialRedirectUrl: `${request.headers['host'] ?? ''}/checkout/${row.id}?requestToken=${row.requestToken}`,
    }),
  }
}

/** GET hostedcheckouts/{id}: how far the payer has come, with the payment once there is one. */
export function hostedCheckout(world: World, { merchantId }: WorldlineMerchant, id: string) {
  const row = world.checkouts.get(id)
  if (row?.merchantId !== merchantId) return world.errors.unknown('UNKNOWN_HOSTED_CHECKOUT_ID')
  return jsonReply(200, statusOf(world, row))
}

function statusOf(world: World, row: CheckoutRow): object {
  if (row.cancelled) return { status: 'CANCELLED_BY_CONSUMER' }
  const { payment } = row
  // A try that the payer can still repeat is not yet the payment of this visit.
  if (payment === null || (payment.status === 'REDIRECTED' && !payment.expired)) {
    return { status: 'IN_PROGRESS' }
  }
  return {
    status: 'PAYMENT_CREATED',
    createdPaymentOutput: {
      payment: renderPayment(payment, world.behaviour()),
      paymentStatusCategory: isPaid(payment) ? 'SUCCESSFUL' : 'REJECTED',
    },
  }
}

/** The payer is there: the platform finds out by itself what can be shown on this device. */
export function begin(world: World, row: CheckoutRow, device: 'phone' | 'desktop'): void {
  if (row.payment !== null || row.cancelled) return
  const merchant = world.merchants.get(row.merchantId)
  if (!merchant) return
  const integrationType = device === 'phone' ? 'urlIntent' : 'desktopQRCode'
  const request: CreateRequest = { ...row.wish, integrationType, openId: null }
  const payment = newRow(world, merchant, request)
  row.payment = payment
  try {
    order(world, { merchant, row: payment, request })
    const prepay = payment.prepayId === null ? undefined : world.wechat.prepay(payment.prepayId)
    row.shown = (device === 'phone' ? prepay?.h5Url : prepay?.codeUrl) ?? null
  } catch (error) {
    if (!(error instanceof WechatRefusal)) throw error
    payment.status = 'REJECTED'
    payment.refusal = `${error.code}: ${error.message}`
    world.ledger.addPayment(payment)
  }
}

function noProducts() {
  return {
    propertyName: 'hostedCheckoutSpecificInput.paymentProductFilters',
    message: 'NO PAYMENT PRODUCTS LEFT',
    missing: false,
  }
}
