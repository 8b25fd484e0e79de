import type { SandboxReply } from '../../http.ts'
import { DIGITS, HEX, type Random } from '../../random.ts'
import type { PproBehaviour } from './options.ts'

/** Answer fields by their documented names, `SPECOUT.` with a dot. */
export type Fields = Readonly<Record<string, string>>

/** The part of an answer that the published sample writes with dots, and partly with a colon. */
const MONEY_PART = new Set([
  'SPECOUT.FXRATE',
  'SPECOUT.SETTLEMENTAMOUNT',
  'SPECOUT.SETTLEMENTCURRENCY',
])

/** The form of a call, names in small letters; of a repeated name the last one counts. */
export function parseForm(body: string): Fields {
  const fields: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(body)) fields[name.toLowerCase()] = value
  return fields
}

/** An answer: url-encoded, with one salt parameter of a random name somewhere in it. */
export function formReply(fields: Fields, random: Random, behaviour: PproBehaviour): SandboxReply {
  const pairs = Object.entries(fields).map(([name, value]) => encodePair(name, value, behaviour))
  const salt = `RAND${random.word(8, DIGITS)}=${random.word(32, HEX)}`
  const place = random.int(pairs.length + 1)
  return {
    status: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: pairs.toSpliced(place, 0, salt).join('&'),
  }
}

function encodePair(name: string, value: string, { spelling }: PproBehaviour): string {
  const underscored = name.replace('SPECOUT.', 'SPECOUT_')
  const encoded = encodeURIComponent(value)
  if (spelling === 'dot') return `${name}=${encoded}`
  if (spelling === 'underscore' || !MONEY_PART.has(name)) return `${underscored}=${encoded}`
  return spelling === 'colon' ? `${name}:${encoded}` : `${name}=${encoded}`
}
