import { type Money, minorToDecimal } from '../../../shared/money.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import type { World } from './world.ts'

/** A transaction as the Management API lists it, and when it happened. */
export interface Listed {
  readonly atMs: number
  readonly row: { readonly TerminalId: number } & Readonly<Record<string, unknown>>
}

type ListState = 'SUCCESSFUL' | 'FAILED' | 'PENDING'

/** The list of each state; a page that nobody paid is no transaction. */
const PAYMENTS: Readonly<Partial<Record<PaymentRow['state'], ListState>>> = {
  AUTHORIZED: 'SUCCESSFUL',
  CAPTURED: 'SUCCESSFUL',
  PENDING: 'PENDING',
  DECLINED: 'FAILED',
}
const REFUNDS: Readonly<Record<RefundRow['status'], ListState>> = {
  AUTHORIZED: 'SUCCESSFUL',
  CAPTURED: 'SUCCESSFUL',
  PENDING: 'PENDING',
  DECLINED: 'FAILED',
}

/** All transactions of a customer in one list, over all terminals. */
export function listedOf(
  world: World,
  wanted: { readonly state: ListState; readonly customerId: string },
): readonly Listed[] {
  const ours = world.ledger.payments().filter((row) => row.customerId === wanted.customerId)
  const payments = ours.filter(({ state }) => PAYMENTS[state] === wanted.state)
  const refunds = ours
    .flatMap((row) => row.refunds)
    .filter(({ status }) => REFUNDS[status] === wanted.state)
  return [
    ...payments.map((row) => {
      const atMs = row.finalAtMs ?? row.createdAtMs
      const head = headOf(world, row, row)
      return { atMs, row: { ...head, ...detailsOf(world, { ...row, type: 'PAYMENT', atMs }) } }
    }),
    ...refunds.map((row) => {
      const atMs = row.createdAtMs
      const head = headOf(world, row, row.payment)
      const told = { ...row, state: row.status, type: 'REFUND', atMs } as const
      return { atMs, row: { ...head, ...detailsOf(world, told) } }
    }),
  ]
}

function headOf(
  world: World,
  { amount, transactionId, orderId }: Pick<RefundRow, 'amount' | 'transactionId' | 'orderId'>,
  payment: PaymentRow,
) {
  return {
    ...amountOf(world, amount),
    CustomerId: Number(payment.customerId),
    TerminalId: Number(payment.terminalId),
    TerminalType: 'ECOM',
    Application: 'Saferpay Payment Page',
    TransactionId: transactionId,
    ...(orderId === null ? {} : { OrderId: orderId }),
    Provider: 'WeChat Pay',
    PaymentMethod: 'WECHATPAY',
    ...(payment.payerIp === null ? {} : { IpAddress: payment.payerIp }),
    Description: payment.description,
  }
}

function amountOf(world: World, amount: Money) {
  const decimal = minorToDecimal(amount)
  if (world.behaviour().listAmounts === 'object') {
    return { MerchantAmount: { Value: decimal, CurrencyCode: amount.currency } }
  }
  return { MerchantAmount: decimal, MerchantCurrency: amount.currency }
}

interface Told {
  readonly type: 'PAYMENT' | 'REFUND'
  readonly state: PaymentRow['state']
  readonly amount: Money
  readonly atMs: number
}

function detailsOf(world: World, { type, state, amount, atMs }: Told) {
  const at = wallClock(atMs)
  if (state === 'PENDING') return { PendingDetails: { PendingSinceDate: at } }
  if (state === 'DECLINED') {
    return {
      FailedDetails: {
        DeclinedBy: 'ACQUIRER',
        FailedDate: at,
        SaferpayErrorCode: 'TRANSACTION_DECLINED',
      },
    }
  }
  const isCaptured = state === 'CAPTURED'
  return {
    AuthorizationDetails: {
      AuthorizationDate: at,
      ...(isCaptured ? { CaptureDate: at } : {}),
      LastActionDate: at,
      Type: type,
      State: world.behaviour().listState ?? state,
      CapturedMerchantAmount: isCaptured ? minorToDecimal(amount) : '0.00',
      HasCVC: false,
      HasLiabilityShift: false,
      AuthorizedBy: 'API',
      HasCurrencyConversion: false,
      IsCaptured: isCaptured,
      HasPartialCaptures: false,
      IsRefunded: false,
      IsCancelled: false,
      IsOmniChannel: false,
    },
  }
}

/** `2025-08-14T12:41:30.618`, as published: without a time zone. */
function wallClock(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 23)
}
