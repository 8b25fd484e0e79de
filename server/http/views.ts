import type { CheckoutOrder } from '../../shared/contract/checkout-orders.ts'
import type { ClientAction as ClientActionView } from '../../shared/contract/client-action.ts'
import type { CreatedCheckoutPayment, CreatedPaymentView } from '../../shared/contract/payments.ts'
import type { ClientAction } from '../domain/client-action.ts'
import type { Payment } from '../domain/payment.ts'
import { checkoutPaymentView, iso, orderView, paymentView, shipmentView } from '../domain/views.ts'
import type { PayersOrder } from '../usecases/find-payers-order.ts'

export {
  checkoutPaymentView,
  orderView,
  paymentView,
  refundView,
  shipmentView,
} from '../domain/views.ts'

/** What only the answers of the HTTP surface show: what to do next, and an order as its payer sees it. */

export function checkoutOrderView(found: PayersOrder): CheckoutOrder {
  const { order, payment, shipments, refundedMinor } = found
  const shown = shipments.filter(({ status }) => status !== 'failed').map(shipmentView)
  return {
    order: orderView(order, refundedMinor.order),
    payment: checkoutPaymentView(payment, refundedMinor.payment),
    shipments: shown.map(
      ({ reason: _reason, orderRef: _order, paymentId: _payment, ...shipment }) => shipment,
    ),
  }
}

export function createdCheckoutPaymentView(
  payment: Payment,
  refundedMinor: number,
): CreatedCheckoutPayment {
  return { ...checkoutPaymentView(payment, refundedMinor), clientAction: usefulAction(payment) }
}

export function createdPaymentView(payment: Payment, refundedMinor: number): CreatedPaymentView {
  return { ...paymentView(payment, refundedMinor), clientAction: usefulAction(payment) }
}

/** The action is shown only while it is of use: a decided payment has nothing left to do. */
function usefulAction({ status, clientAction }: Payment): ClientActionView | null {
  return status === 'pending' && clientAction !== null ? clientActionView(clientAction) : null
}

function clientActionView(action: ClientAction): ClientActionView {
  switch (action.kind) {
    case 'wechatPay':
      return { kind: 'wechatPay', payParams: action.payParams }
    case 'qrCode':
      return {
        kind: 'qrCode',
        content: action.content,
        image: action.image,
        expiresAt: iso(action.expiresAtMs),
      }
    case 'redirect':
      return { kind: 'redirect', url: action.url, expiresAt: iso(action.expiresAtMs) }
    case 'appPay':
      return { kind: 'appPay', params: { ...action.params } }
    case 'wait':
      return { kind: 'wait' }
  }
}
