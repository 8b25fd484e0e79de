/** Fresh names. Injected, so that a seeded world can make its own. */
export interface Ids {
  /** Lower-case letters and digits, at most 26 characters, never repeated, roughly in time order. */
  next(): string
  /** An unguessable word of 256 bits, base64url. */
  secret(): string
}
