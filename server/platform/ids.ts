import type { Clock } from '../../shared/clock.ts'

/** Fresh names. Injected, so that a seeded world can make its own. */
export interface Ids {
  /** Lower-case letters and digits, at most 26 characters, never repeated, roughly in time order. */
  next(): string
  /** An unguessable word of 256 bits, base64url. */
  secret(): string
}

const SECRET_BYTES = 32
const RANDOM_BYTES = 10
const RANDOM_BITS = 80n
const LENGTH = 26
/** Crockford's base 32 in lower case: its order is the order of the numbers. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Names of 26 characters: 48 bits of time before 80 random bits, so that they sort by time and two
 * processes do not meet. Within one process every name is greater than the one before, even when
 * the clock stands still or goes back.
 */
export function createIds(options: {
  clock: Clock
  randomBytes: (size: number) => Uint8Array
}): Ids {
  const { clock, randomBytes } = options
  let last = -1n
  return {
    next() {
      const random = BigInt(`0x${Buffer.from(randomBytes(RANDOM_BYTES)).toString('hex')}`)
      const fresh = (BigInt(Math.trunc(clock.nowMs())) << RANDOM_BITS) | random
      last = fresh > last ? fresh : last + 1n
      return inBase32(last)
    },
    secret: () => Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url'),
  }
}

function inBase32(value: bigint): string {
  let rest = value
  let word = ''
  while (word.length < LENGTH) {
    word = ALPHABET.charAt(Number(rest & 31n)) + word
    rest >>= 5n
  }
  return word
}
