/** Careful reading of answers without a schema library, which would weigh more than the rest. */

export interface Money {
  /** Minor units. */
  readonly value: number
  readonly currency: string
}

/** The field of that name, or undefined where there is none, whatever `value` is. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

/** Throws TypeError unless there is such a list. */
export function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name)
  if (!Array.isArray(list)) throw new TypeError(`no list ${name}`)
  return list
}

/** Throws TypeError unless there is such a text. */
export function textIn(value: unknown, name: string): string {
  const text = fieldOf(value, name)
  if (typeof text !== 'string') throw new TypeError(`no text ${name}`)
  return text
}

/** Throws TypeError unless there is such a whole number. */
export function wholeIn(value: unknown, name: string): number {
  const number = fieldOf(value, name)
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw new TypeError(`no whole number ${name}`)
  }
  return number
}

/** Throws TypeError unless there is such an amount. */
export function moneyIn(value: unknown, name: string): Money {
  const money = fieldOf(value, name)
  return { value: wholeIn(money, 'value'), currency: textIn(money, 'currency') }
}
