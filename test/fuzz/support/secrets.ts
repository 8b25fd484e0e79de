/** What nobody may ever read, and a search for it in every dress that it could come out in. */

/** What of a configuration everybody may know; any other text in it counts as a secret. */
const PUBLIC =
  /^(endpoint|secondaryEndpoint|.*[iI]d|.*Ids|region|channel|desktopQr|scenes|currencies|miniProgramTerminalType|merchantCategoryCode|store|merchantSerialNo|payer|username|login|publicKeys|provider|kind|bankCountry|countryCode)$/
/** A shorter word would be found by chance. */
const SHORTEST = 8

/** Every text in the value that is not public by the name it stands under. */
export function secretsIn(value: unknown, name = ''): readonly string[] {
  if (PUBLIC.test(name)) return []
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, key))
}

/** Finds secrets in texts; it forgets none and reports each once, by its kind and never in full. */
export class Scanner {
  readonly #kinds = new Map<string, string>()

  add(kind: string, secret: string | null | undefined): void {
    if (!secret || secret.length < SHORTEST) return
    for (const dress of dressesOf(secret)) this.#kinds.set(dress, kind)
  }

  count(kind: string): number {
    return [...this.#kinds.values()].filter((known) => known === kind).length
  }

  kinds(): ReadonlySet<string> {
    return new Set(this.#kinds.values())
  }

  /** What was found, with a little of the text around it; `except` are kinds that belong there. */
  findIn(texts: readonly string[], except: readonly string[] = []): readonly string[] {
    const all = texts.join('\n')
    return [...this.#kinds].flatMap(([dress, kind]) => {
      const at = except.includes(kind) ? -1 : all.indexOf(dress)
      if (at < 0) return []
      const before = all.slice(Math.max(0, at - 160), at)
      return [`${kind} (${dress.slice(0, 3)}…) after ${before}`]
    })
  }
}

/** As it is, and as a log, a query, a form, JSON or a dump would write it. */
function dressesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const lines = secret.includes('-----BEGIN')
    ? secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))
    : [secret]
  const written = lines.flatMap((line) => [
    line,
    encodeURIComponent(line),
    new URLSearchParams({ x: line }).toString().slice(2),
    JSON.stringify(line).slice(1, -1),
    line.split('').toReversed().join(''),
  ])
  const coded = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...inBase64(bytes)]
  return [...new Set([...written, ...coded])].filter((dress) => dress.length >= SHORTEST)
}

/** Also where it begins in the middle of a longer text, such as `user:password`. */
function inBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
    const whole = padded.toString('base64').replace(/=+$/, '')
    // The first and the last letters hold bits of the neighbours.
    const inner = whole.slice(shift === 0 ? 0 : shift + 1, padded.length % 3 === 0 ? undefined : -1)
    return inner.length < 12 ? [] : [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
