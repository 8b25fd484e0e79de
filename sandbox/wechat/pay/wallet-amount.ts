import { type Money, minorDigits } from '../../../shared/money.ts'
import { WechatRefusal } from '../platform.ts'

/** Yuan for one unit of the currency, times 10 000. Fixed, so that every run agrees. */
const YUAN_E4: Readonly<Record<string, bigint>> = {
  AUD: 47_000n,
  CAD: 52_000n,
  CHF: 81_500n,
  EUR: 78_300n,
  GBP: 91_200n,
  HKD: 9_200n,
  JPY: 480n,
  NZD: 43_000n,
  SGD: 53_600n,
  USD: 72_000n,
}

/**
 * What the payer's wallet is debited with, in fen: the order's own word where it gives one, else
 * the amount at a fixed rate, half a fen rounded up. Throws WechatRefusal for an unknown currency.
 */
export function walletAmountOf(amount: Money, stated: Money | undefined): Money {
  if (stated !== undefined) {
    if (stated.currency !== 'CNY') {
      throw new WechatRefusal('PARAM_ERROR', 'a wallet is debited in CNY only')
    }
    return stated
  }
  if (amount.currency === 'CNY') return amount
  const rate = YUAN_E4[amount.currency]
  if (rate === undefined) {
    throw new WechatRefusal('PARAM_ERROR', `the currency ${amount.currency} is not supported`)
  }
  const unit = 10n ** BigInt(minorDigits(amount.currency)) * 100n
  const fen = (BigInt(amount.value) * rate + unit / 2n) / unit
  return { value: Number(fen < 1n ? 1n : fen), currency: 'CNY' }
}
