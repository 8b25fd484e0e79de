import { type Money, minorDigits } from '../../../shared/money.ts'
import type { PproBehaviour, PproContract } from './options.ts'

/** How one payment is turned into wallet money and settlement money, now and for its refunds. */
export interface Exchange {
  /** Eight decimals: CNY for one unit of the other currency. */
  readonly rate: string
  /** What the payer's wallet is debited with for that amount of the payment, CNY. */
  wallet(amountMinor: number): Money
  /** What the merchant is settled with for it. */
  settlement(amountMinor: number): Money
}

const RATE_UNIT = 100_000_000n

/** Payments in CNY are settled in USD or EUR at the rate; all others like for like. */
export function exchangeFor(
  currency: string,
  contract: PproContract,
  behaviour: PproBehaviour,
): Exchange {
  if (currency === 'CNY') {
    const rate = behaviour.settlementRate
    const step = BigInt(behaviour.settlementStepMinor)
    return {
      rate,
      wallet: (value) => ({ value, currency }),
      settlement: (value) => ({
        value: Number(divide(BigInt(value) * RATE_UNIT, toBigInt(rate) * step) * step),
        currency: contract.settlementCurrency,
      }),
    }
  }
  const rate = rateOf(currency, behaviour)
  return {
    rate,
    wallet: (value) => ({
      value: Number(divide(BigInt(value) * toBigInt(rate), RATE_UNIT * unit(currency))),
      currency: 'CNY',
    }),
    settlement: (value) => ({ value, currency }),
  }
}

function rateOf(currency: string, { walletRates }: PproBehaviour): string {
  const rate = Object.entries(walletRates).find(([name]) => name === currency)?.[1]
  if (rate === undefined) throw new RangeError(`there is no rate for ${currency}`)
  return rate
}

/** How many minor units of CNY stand against one of that currency before any rate. */
function unit(currency: string): bigint {
  return 10n ** BigInt(minorDigits(currency) - minorDigits('CNY'))
}

/** `6.44145000` as 644145000. */
function toBigInt(rate: string): bigint {
  return BigInt(rate.replace('.', ''))
}

/** Half and more is rounded up. */
function divide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor
}
