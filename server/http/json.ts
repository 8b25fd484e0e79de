import { type Issue, Problem } from './problem.ts'

/** Doubles tell any two decimals of so many digits apart, and no more. */
const EXACT_DIGITS = 15

/**
 * The value of a JSON text, refusing what would quietly become something else: a number whose
 * digits do not survive as a whole number (`0.99999999999999999999` would be 1) becomes NaN, which
 * no schema takes; text that a database or a signature could not carry is named as an issue.
 * Throws Problem `invalidJson` or `invalidRequest`.
 */
export function parseJson(text: string): unknown {
  const issues: Issue[] = []
  const value = parse(text, (key, member, source) => {
    if (typeof member === 'number') return isExact(member, source) ? member : Number.NaN
    if (typeof member === 'string' && !isPlainText(member)) {
      issues.push({ path: key, message: 'not text: it holds a NUL or half a character' })
    }
    return member
  })
  if (issues.length > 0) throw new Problem('invalidRequest', { issues })
  return value
}

/** Deeper than any contract goes, and far from what recursion can bear. */
const MOST_LEVELS = 32

/** Whether a parsed body is nested deeper than anything that we could have asked for. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isTooDeep(member, levels - 1))
}

function parse(
  text: string,
  revive: (key: string, member: unknown, source: string) => unknown,
): unknown {
  // What is not UTF-8 arrives as this mark; nobody sends it on purpose.
  if (text.includes('\uFFFD')) {
    throw new Problem('invalidJson', { detail: 'The body is not valid UTF-8.' })
  }
  try {
    return JSON.parse(text, (key, member: unknown, context?: { source?: string }) =>
      revive(key, member, context?.source ?? ''),
    )
  } catch (cause) {
    throw new Problem('invalidJson', { cause })
  }
}

function isExact(value: number, source: string): boolean {
  if (!Number.isSafeInteger(value) || /^-?\d+$/.test(source)) return true
  const digits = source.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '')
  return digits.length <= EXACT_DIGITS
}

function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
