import { ProviderError } from '../../../server/providers/errors.ts'
import type {
  ParsedNotification,
  Provider,
  RawNotification,
} from '../../../server/providers/provider.ts'
import { sell } from '../../contract/providers/sale.ts'
import {
  type NotifiedEvent,
  type Pairing,
  type Simulated,
  simulate,
} from '../../contract/providers/simulated.ts'

/** A notification of a paid payment as the simulator of its provider sends it. */
export interface Genuine {
  readonly pairing: Pairing
  readonly world: Simulated
  readonly raw: RawNotification
  readonly event: NotifiedEvent
}

export async function aGenuineOne(pairing: Pairing): Promise<Genuine> {
  const world = await simulate(pairing)
  await sell(world)
  const before = world.arrivals.length
  await world.simulator.pay('p1001abc')
  await world.settle()
  for (const { raw, event } of world.arrivals.slice(before)) {
    if (event) return { pairing, world, raw, event }
  }
  throw new Error('nothing was taken')
}

/** What the parser made of it; anything but `unverifiable` as a refusal is a crash. */
export function readBy(provider: Provider, raw: RawNotification): ParsedNotification | null {
  try {
    return provider.parseNotification(raw)
  } catch (error) {
    if (error instanceof ProviderError && error.outcome === 'unverifiable') return null
    throw error
  }
}

type Reading = (raw: RawNotification) => string
const wholeText: Reading = ({ query, body }) => `${query}\n${latin1(body)}`

/**
 * The text that the provider signs, read from its documents and not by the adapter's code. A message
 * that is taken must have the same as the genuine one: whatever else was changed means nothing. For a
 * provider that does not stand here, all of body and query.
 */
const SIGNED: Readonly<Partial<Record<Pairing['provider'], Reading>>> = {
  worldlineConnect: ({ body }) => latin1(body),
  wooshpay: ({ headers, body }) =>
    `${/(?:^|,)\s*t=([^,]*)/.exec(headers['wooshpay-signature'] ?? '')?.[1]?.trim()}.${latin1(body)}`,
  wechatPay: ({ headers, body }) =>
    [headers['wechatpay-timestamp'], headers['wechatpay-nonce'], latin1(body)].join('\n'),
  // Only these two of its fields are under the hash.
  ppro: ({ body }) => {
    const fields = formOf(body, /[=:]/)
    return `${fields.get('TXID')}.${fields.get('FINALTIMESTAMP')}`
  },
  payabl: ({ body }) => {
    const fields = [...formOf(body, /[=]/)].filter(([name]) => name !== 'HASH')
    return fields
      .filter(([name]) => name !== 'signature')
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, value]) => value)
      .join('')
  },
  saferpay: ({ query }) => {
    const fields = new URLSearchParams(query)
    return ['payment', 'event', 'tag'].map((name) => fields.getAll(name).join()).join('.')
  },
}

/** What shows that it is theirs; a message that is taken must carry the very same. */
const PROOF: Readonly<Partial<Record<Pairing['provider'], Reading>>> = {
  worldlineConnect: ({ headers }) => `${headers['x-gcs-keyid']} ${headers['x-gcs-signature']}`,
  // Several may stand in the header; one has to be right.
  wooshpay: ({ headers }) => headers['wooshpay-signature'] ?? '',
  wechatPay: ({ headers }) => `${headers['wechatpay-serial']} ${headers['wechatpay-signature']}`,
  ppro: ({ body }) => formOf(body, /[=:]/).get('SHA256HASH') ?? '',
  payabl: ({ body }) => formOf(body, /[=]/).get('HASH')?.toLowerCase() ?? '',
  saferpay: ({ query }) => new URLSearchParams(query).get('tag') ?? '',
}

function provesTheSame({ pairing, raw: genuine }: Genuine, raw: RawNotification): boolean {
  const proofOf = PROOF[pairing.provider] ?? (() => '')
  const [given, wanted] = [proofOf(raw), proofOf(genuine)]
  if (pairing.provider !== 'wooshpay') return given === wanted
  const signature = wanted.split(',').find((element) => element.trim().startsWith('v1='))
  return given.split(',').some((element) => element.trim() === signature?.trim())
}

/** What is wrong with taking this message, or null where it may be taken. */
export function doubtAbout(
  known: Genuine,
  raw: RawNotification,
  taken: ParsedNotification | null,
): string | null {
  const { pairing, raw: genuine, event } = known
  if (taken === null) return null
  if (taken.kind === 'handshake') {
    return raw.method === 'GET' && taken.reply.status === 200 ? null : 'it is no handshake'
  }
  const { areSigned, carryFacts } = pairing.notifications
  if (!areSigned || hasNoHash(pairing, raw))
    return taken.facts.length > 0 ? 'nobody signed it, and it tells facts' : null
  const signedText = SIGNED[pairing.provider] ?? wholeText
  if (signedText(raw) !== signedText(genuine)) return 'what was signed is another text'
  if (!provesTheSame(known, raw)) return 'its proof is another'
  if (carryFacts) return same(taken, event) ? null : 'it tells something else'
  const { facts, queries } = taken
  const decides = facts.some((fact) => fact.status !== 'pending' || fact.amount !== null)
  if (decides) return 'it decides what it may only ask about'
  // The hint in payabl.'s address is nobody's word: it may make us ask about any payment.
  if (pairing.provider === 'payabl') return null
  return facts.length === 0 && same(queries, event.queries) ? null : 'it asks about another'
}

/** As in one of payabl.'s published examples: taken for a question, whoever it is from. */
function hasNoHash({ provider }: Pairing, { body }: RawNotification): boolean {
  return provider === 'payabl' && !formOf(body, /[=]/).has('HASH')
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function formOf(body: Uint8Array, divider: RegExp): ReadonlyMap<string, string> {
  const pairs = latin1(body)
    .split('&')
    .flatMap((pair) => {
      const at = pair.search(divider)
      return at < 1 ? [] : [[decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))] as const]
    })
  return new Map(
    divider.test(':') ? pairs.map(([name, value]) => [name.toUpperCase(), value]) : pairs,
  )
}

function decoded(text: string): string {
  const spaced = text.trim().replaceAll('+', ' ')
  return spaced.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
