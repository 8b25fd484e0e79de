/** Randomness that a seed repeats exactly. For simulated counterparties only: it guards nothing. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number
  /** A whole number from 0 up to, but not including, `limit`. */
  int(limit: number): number
  /** A word of that many letters, drawn from the alphabet (default: lower-case letters and digits). */
  word(length: number, alphabet?: string): string
  /** True with that probability, 0 to 1. */
  chance(probability: number): boolean
  /** Another stream, decided by the seed and the name alone: parts do not disturb each other. */
  fork(name: string): Random
}

const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'
export const ALPHANUMERIC = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER_ALPHANUMERIC}`
export const DIGITS = '0123456789'
export const HEX = '0123456789abcdef'

/** The mulberry32 generator (Tommy Ettinger, public domain), its seed spread by FNV-1a. */
export function createRandom(seed: number | string): Random {
  let state = fnv1a(String(seed))

  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (limit: number): number => {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`int needs a whole limit of 1 or more, not ${limit}`)
    }
    return Math.floor(next() * limit)
  }

  return {
    fraction: next,
    int,
    word: (length, alphabet = LOWER_ALPHANUMERIC) =>
      Array.from({ length }, () => alphabet.charAt(int(alphabet.length))).join(''),
    chance: (probability) => next() < probability,
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

/** A version 4 UUID from that stream. */
export function uuid(random: Random): string {
  const variant = '89ab'.charAt(random.int(4))
  const part = (length: number) => random.word(length, HEX)
  return `${part(8)}-${part(4)}-4${part(3)}-${variant}${part(3)}-${part(12)}`
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash | 0
}
