import { type Money, minorToDecimal } from '../../shared/money.ts'

/** A sum as people read it, such as `19.99 CNY`. */
export function inWords(amount: Money): string {
  return `${minorToDecimal(amount)} ${amount.currency}`
}

/** A time as people read it, in UTC. */
export function timeInWords(atMs: number): string {
  return new Date(atMs).toISOString()
}
