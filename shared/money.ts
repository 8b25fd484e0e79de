/** Money as integer minor units with a currency; nothing here ever touches a float. Imports nothing. */

export interface Money {
  /** Integer of minor units: 1999 is 19.99 CNY, and 1999 JPY is 1999 yen. */
  readonly value: number
  /** ISO 4217, three capital letters. */
  readonly currency: string
}

/** ISO 4217 exponents that differ from two (list one, 2026-01-01); all others have two digits. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

/** How many decimals the currency's minor unit has. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2
}

/** An amount that can be paid or refunded. Throws RangeError unless a whole number above zero. */
export function money(value: number, currency: string): Money {
  if (!Number.isSafeInteger(value) || value <= 0) {
    throw new RangeError('an amount is a whole number of minor units, 1 or more')
  }
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError('a currency is three capital letters')
  return { value, currency }
}

export function sameMoney(left: Money, right: Money): boolean {
  return left.value === right.value && left.currency === right.currency
}

/** `1999 CNY` as `19.99`, exactly; negative amounts keep their sign. */
export function minorToDecimal(amount: Money): string {
  const digits = minorDigits(amount.currency)
  const sign = amount.value < 0 ? '-' : ''
  const whole = String(Math.abs(amount.value)).padStart(digits + 1, '0')
  if (digits === 0) return sign + whole
  return `${sign}${whole.slice(0, -digits)}.${whole.slice(-digits)}`
}

/**
 * `19.9` in CNY as 1990 minor units, exactly. Throws RangeError on anything but a plain decimal, on
 * more decimals than the currency has (unless they are zeros), and beyond the safe integers.
 */
export function decimalToMinor(decimal: string, currency: string): Money {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) throw new RangeError(`not a decimal amount: ${decimal}`)
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = minorDigits(currency)
  if (!/^0*$/.test(fraction.slice(digits))) {
    throw new RangeError(`${currency} has ${digits} decimals: ${decimal}`)
  }
  const value = Number(sign + whole + fraction.slice(0, digits).padEnd(digits, '0'))
  if (!Number.isSafeInteger(value)) throw new RangeError(`amount too large: ${decimal}`)
  return { value: value === 0 ? 0 : value, currency }
}

const SYMBOLS: Readonly<Record<string, string>> = { CNY: '¥', EUR: '€', GBP: '£', USD: '$' }

/** What a person reads: `¥19.99`, and `CHF 19.99` where the currency has no sign of its own. */
export function formatMoney(amount: Money): string {
  const symbol = SYMBOLS[amount.currency] ?? `${amount.currency} `
  const decimal = minorToDecimal(amount)
  return decimal.startsWith('-') ? `-${symbol}${decimal.slice(1)}` : symbol + decimal
}
