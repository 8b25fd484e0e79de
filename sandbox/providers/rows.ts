import type { Money } from '../../shared/money.ts'
import { SandboxError } from '../simulator.ts'

/** The payment that a script names. Throws SandboxError 404 where the provider has none such. */
export function found<Row>(row: Row | undefined, provider: string, ref: string): Row {
  if (row === undefined) throw new SandboxError(404, `${provider} has no payment ${ref}`)
  return row
}

/** Sum of the payment's refunds in one of these states. */
export function refundedMinor<Status>(
  payment: { readonly refunds: readonly { readonly amount: Money; readonly status: Status }[] },
  statuses: readonly NoInfer<Status>[],
): number {
  return payment.refunds
    .filter(({ status }) => statuses.includes(status))
    .reduce((sum, { amount }) => sum + amount.value, 0)
}
