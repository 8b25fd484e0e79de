/** How a secret may look in production. */

const PLACEHOLDER =
  /^(?:change[-_ ]?me|default|demo|dummy|example|insecure|none|pass(?:word|wd)?|sandbox|secret|test|todo|xxx|your)/i

/** A key that we let people choose must not be guessable; 24 characters of anything random are not. */
export const MIN_OWN_KEY_LENGTH = 24
/** Fewer different characters than this is a pattern, whatever its length. */
const MIN_DISTINCT = 6

/** What is wrong with a secret, as the end of a sentence, or undefined where nothing is. */
export function weakness(secret: string, minLength: number): string | undefined {
  if (secret.trim() === '') return 'is empty'
  if (PLACEHOLDER.test(secret.trim())) return 'is a placeholder, not a secret'
  if (secret.length < minLength) return `is shorter than ${minLength} characters`
  if (new Set(secret).size < MIN_DISTINCT) return 'repeats too few characters'
  return undefined
}

const SECRET_NAME = /(?:secret|password|passphrase|key|token)$/i
/** What holds secrets by names of the operator's own, such as `webhookKeys: { "2026": … }`. */
const SECRETS_NAME = /(?:secrets|passwords|keys|tokens)$/i

export interface WeakSecret {
  readonly path: readonly (string | number)[]
  /** The end of a sentence that begins with the secret's name. */
  readonly message: string
}

/** The weak secrets in a provider account, told by the names of their fields. */
export function weakSecretsIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): WeakSecret[] {
  if (typeof value === 'string') {
    const [name = '', holder = ''] = path.toReversed().filter((part) => typeof part === 'string')
    const isSecret = [SECRET_NAME, SECRETS_NAME].some((named) => named.test(name))
    const isOneOfThem = SECRETS_NAME.test(holder)
    const message = isSecret || isOneOfThem ? weakness(value, 1) : undefined
    return message === undefined ? [] : [{ path, message }]
  }
  if (typeof value !== 'object' || value === null) return []
  const members: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value)
  return members.flatMap(([key, member]) => weakSecretsIn(member, [...path, key]))
}
