import { refundedMinor } from '../rows.ts'
import type { ApiError } from './errors.ts'
import {
  isPaid,
  type PaymentRow,
  type PaymentStatus,
  type RefundRow,
  type RefundStatus,
  refundableMinor,
  shownStatus,
} from './ledger.ts'
import type { WorldlineBehaviour } from './options.ts'
import { toCents } from './requests.ts'

interface StatusWords {
  readonly statusCategory: string
  /** Numbers of the platform's older interfaces; partly from fixtures, partly inferred. */
  readonly statusCode: number
}

const PAYMENT_WORDS: Readonly<Record<PaymentStatus, StatusWords>> = {
  REDIRECTED: { statusCategory: 'PENDING_PAYMENT', statusCode: 50 },
  CAPTURED: { statusCategory: 'COMPLETED', statusCode: 800 },
  PAID: { statusCategory: 'COMPLETED', statusCode: 1000 },
  CANCELLED: { statusCategory: 'UNSUCCESSFUL', statusCode: 99999 },
  REJECTED: { statusCategory: 'UNSUCCESSFUL', statusCode: 100 },
  REFUND_REQUESTED: { statusCategory: 'PENDING_CONNECT_OR_3RD_PARTY', statusCode: 800 },
  REFUNDED: { statusCategory: 'REFUNDED', statusCode: 1800 },
}

const REFUND_WORDS: Readonly<Record<RefundStatus, StatusWords>> = {
  PENDING_APPROVAL: { statusCategory: 'PENDING_MERCHANT', statusCode: 600 },
  REFUND_REQUESTED: { statusCategory: 'PENDING_CONNECT_OR_3RD_PARTY', statusCode: 800 },
  REFUNDED: { statusCategory: 'REFUNDED', statusCode: 1800 },
  REJECTED: { statusCategory: 'UNSUCCESSFUL', statusCode: 100 },
  CANCELLED: { statusCategory: 'UNSUCCESSFUL', statusCode: 99999 },
}

/** A payment as GET, create, cancel and webhooks show it. */
export function renderPayment(
  row: PaymentRow,
  behaviour: WorldlineBehaviour,
  errors: readonly ApiError[] = [],
) {
  const status = shownStatus(row)
  const open = row.status === 'REDIRECTED'
  return {
    id: row.id,
    paymentOutput: {
      ...orderOutput(row),
      paymentMethod: 'redirect',
      redirectPaymentMethodSpecificOutput: { paymentProductId: 863 },
      ...(isPaid(row) ? paidFigures(row) : {}),
    },
    status,
    statusOutput: {
      ...(errors.length > 0 ? { errors } : {}),
      isCancellable: open && behaviour.cancellable,
      isRetriable: false,
      isRefundable: refundableMinor(row) > 0,
      isAuthorized: isPaid(row),
      ...PAYMENT_WORDS[status],
      statusCodeChangeDateTime: compactTime(row.changedAtMs),
    },
  }
}

/** A refund as GET, refund and webhooks show it. */
export function renderRefund(row: RefundRow, errors: readonly ApiError[] = []) {
  return {
    id: row.id,
    refundOutput: {
      ...orderOutput({ ...row, paymentReference: row.payment.paymentReference }),
      paymentMethod: 'redirect',
      amountPaid: toCents(row.payment.amount),
    },
    status: row.status,
    statusOutput: {
      ...(errors.length > 0 ? { errors } : {}),
      isCancellable: row.status === 'PENDING_APPROVAL',
      isRetriable: false,
      ...REFUND_WORDS[row.status],
      statusCodeChangeDateTime: compactTime(row.changedAtMs),
    },
  }
}

/** `20260624101500`, in UTC. */
function compactTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14)
}

function orderOutput(
  row: Pick<PaymentRow, 'amount' | 'merchantReference' | 'paymentReference'>,
): object {
  const { amount, merchantReference, paymentReference } = row
  return {
    amountOfMoney: { amount: toCents(amount), currencyCode: amount.currency },
    references: {
      ...(merchantReference === null ? {} : { merchantReference }),
      paymentReference,
    },
  }
}

function paidFigures(row: PaymentRow): object {
  const cents = (value: number) => toCents({ value, currency: row.amount.currency })
  const requested = refundedMinor(row, ['PENDING_APPROVAL', 'REFUND_REQUESTED'])
  return {
    amountPaid: toCents(row.amount),
    amountCaptured: toCents(row.amount),
    amountRefunded: cents(refundedMinor(row, ['REFUNDED'])),
    amountRefundRequested: cents(requested),
  }
}
