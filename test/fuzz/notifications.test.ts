import { describe, expect, test } from 'vitest'
import type { RawNotification } from '../../server/providers/provider.ts'
import { PAIRINGS } from '../contract/providers/pairings.ts'
import { HOUR_MS, MINUTE_MS } from '../contract/providers/simulated.ts'
import { HOSTILE_BODIES, HOSTILE_WORDS } from './support/bodies.ts'
import { cuts, type Mutation, shifts, storms, substitutions } from './support/bytes.ts'
import { aGenuineOne, doubtAbout, type Genuine, readBy } from './support/genuine.ts'
import { fuzzTarget, RUNS } from './support/target.ts'

/**
 * A stranger has one genuine notification in hand and sends everything that is nearly it. What is
 * taken must be, in what its provider signed, the genuine one; the rest is refused as unverifiable,
 * and where nothing is signed it is worth one question and no fact. The parser neither throws
 * anything else nor takes its time.
 */

/** A whole sweep over every byte, with so many values each. */
const VALUES = Math.max(2, Math.min(255, Math.round(RUNS / 50)))
/** Signed ones are valid for five minutes either way, where there is a time in them at all. */
const TOO_LATE_MS = [5 * MINUTE_MS + 1_000, HOUR_MS, 24 * HOUR_MS, 366 * 24 * HOUR_MS]

describe.each(PAIRINGS)('$name: nobody makes it believe', (pairing) => {
  const target = fuzzTarget(`notifications: ${pairing.name}`)
  const inQuery = pairing.notifications.method === 'GET'

  function attack(genuine: Genuine, label: string, changes: Partial<RawNotification>): void {
    const raw = { ...genuine.raw, ...changes }
    target.hit(label, () => doubtAbout(genuine, raw, readBy(genuine.world.provider, raw)))
  }

  /** The bytes that carry the message: the body, or the address where it is called without one. */
  function attackWithAll(genuine: Genuine, mutations: Iterable<Mutation>): void {
    for (const { label, bytes } of mutations) {
      if (inQuery) attack(genuine, label, { query: Buffer.from(bytes).toString('latin1') })
      else attack(genuine, label, { body: bytes })
    }
  }
  const carrierOf = ({ raw }: Genuine) => (inQuery ? Buffer.from(raw.query) : raw.body)

  test('but a genuine one is taken, so that refusing the others means something', async () => {
    const genuine = await aGenuineOne(pairing)
    const taken = readBy(genuine.world.provider, genuine.raw)
    expect(taken).toEqual(genuine.event)
    expect(doubtAbout(genuine, genuine.raw, taken)).toBeNull()
    const other = { ...genuine.event, facts: [aPaidFact()] }
    expect(doubtAbout(genuine, genuine.raw, other), 'the judge sees').not.toBeNull()
  })

  test('by any byte that is another, too much, too few, or in another place', async () => {
    const genuine = await aGenuineOne(pairing)
    const carrier = carrierOf(genuine)
    attackWithAll(genuine, substitutions(carrier, target.random, VALUES))
    attackWithAll(genuine, shifts(carrier, target.random))
    attackWithAll(genuine, cuts(carrier))
    attackWithAll(genuine, storms(carrier, target.random, RUNS))
    target.check(carrier.length * 6)
  })

  test('by a body that hurts, under its genuine headers and without any', async () => {
    const genuine = await aGenuineOne(pairing)
    for (const [label, make] of Object.entries(HOSTILE_BODIES)) {
      const body = Buffer.from(make())
      attack(genuine, label, { body })
      attack(genuine, `${label}, without headers`, { body, headers: {} })
      attack(genuine, `${label}, by GET`, { body, method: 'GET' })
      attack(genuine, `${label}, in the query`, { query: body.toString('latin1') })
    }
    target.check(Object.keys(HOSTILE_BODIES).length * 4)
  })

  test('by its text told again: other names, order, spaces and escapes', async () => {
    const genuine = await aGenuineOne(pairing)
    for (const [label, text] of retold(Buffer.from(carrierOf(genuine)).toString('latin1'))) {
      attackWithAll(genuine, [{ label, bytes: Buffer.from(text, 'latin1') }])
    }
    target.check()
  })

  test('by headers that are missing, bent, doubled, huge, or those of another message', async () => {
    const genuine = await aGenuineOne(pairing)
    const { headers } = genuine.raw
    for (const [name, value] of Object.entries(headers)) {
      const { [name]: _, ...without } = headers
      attack(genuine, `without ${name}`, { headers: without })
      attack(genuine, `${name} in capitals`, {
        headers: { ...without, [name.toUpperCase()]: value },
      })
      for (const bent of bentHeaders(value)) {
        attack(genuine, `${name}: ${bent.slice(0, 60)}`, { headers: { ...headers, [name]: bent } })
      }
      for (const { label, bytes } of substitutions(Buffer.from(value), target.random, VALUES)) {
        const bent = Buffer.from(bytes).toString('latin1')
        attack(genuine, `${name}, ${label}`, { headers: { ...headers, [name]: bent } })
      }
    }
    for (const [name, value] of HEADERS_OF_OTHERS) {
      attack(genuine, `${name}: ${value}`, { headers: { ...headers, [name]: value } })
      attack(genuine, `${name}: ${value} alone`, { headers: { [name]: value } })
    }
    target.check()
  })

  test('by a query that it does not have, or by another method', async () => {
    const genuine = await aGenuineOne(pairing)
    attack(genuine, 'the other method', { method: inQuery ? 'POST' : 'GET' })
    for (const word of HOSTILE_WORDS) {
      for (const query of [word, `payment=${word}`, `tag=${word}&event=success`, `p=${word}`]) {
        attack(genuine, `?${query.slice(0, 60)}`, { query })
        attack(genuine, `and ${query.slice(0, 60)}`, { query: `${genuine.raw.query}&${query}` })
      }
    }
    target.check(HOSTILE_WORDS.length * 8)
  })

  test('at another time: in the past and in the future the same rules hold', async () => {
    const genuine = await aGenuineOne(pairing)
    const { receivedAtMs } = genuine.raw
    for (const late of TOO_LATE_MS.flatMap((ms) => [ms, -ms])) {
      const raw = { ...genuine.raw, receivedAtMs: receivedAtMs + late }
      const taken = readBy(genuine.world.provider, raw)
      target.hit(`${late} ms later`, () => doubtAbout(genuine, raw, taken))
      if (STAMPED.has(pairing.provider)) expect(taken, `${late} ms later`).toBeNull()
    }
    target.check(8)
  })
})

/** Their signatures cover a time of sending. */
const STAMPED: ReadonlySet<string> = new Set(['wechatPay', 'wooshpay'])

const HEADERS_OF_OTHERS: readonly (readonly [string, string])[] = [
  ['wechatpay-signature-type', 'WECHATPAY2-SM2-WITH-SM3'],
  ['wechatpay-signature-type', 'none'],
  ['wechatpay-signature', 'WECHATPAY/SIGNTEST/AAAA'],
  ['wechatpay-signature', Buffer.alloc(256).toString('base64')],
  ['wechatpay-signature', Buffer.alloc(256, 0xff).toString('base64')],
  ['wechatpay-serial', 'PUB_KEY_ID_0000000000000000000000000000000'],
  ['wechatpay-serial', '__proto__'],
  ['x-gcs-keyid', '__proto__'],
  ['x-gcs-keyid', 'constructor'],
  ['x-gcs-signature', ''],
  ['wooshpay-signature', 't=0,v1='],
  ['wooshpay-signature', 't=99999999999,v1=0'],
  ['x-gcs-webhooks-endpoint-verification', 'hello'],
  ['content-encoding', 'gzip'],
  ['content-type', 'application/xml'],
  ['transfer-encoding', 'chunked'],
]

function bentHeaders(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'base64')
  return [
    '',
    ' ',
    `${value}, ${value}`,
    `${value},${value}`,
    ` ${value}`,
    `${value} `,
    `${value}\n`,
    `${value}\0`,
    value.slice(0, -1),
    value.slice(1),
    value.toUpperCase(),
    value.toLowerCase(),
    value.split('').toReversed().join(''),
    `${value}=`,
    `${value}，`,
    `ｖ${value}`,
    // Other spellings of the same bytes, and the same bytes with some more.
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('latin1'),
    Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64'),
    value.repeat(1_000),
    'A'.repeat(1_000_000),
    `${','.repeat(100_000)}${value}`,
    'undefined',
    '__proto__',
  ]
}

/** What a program would make of it that reads and writes it again. */
function* retold(text: string): Generator<readonly [string, string]> {
  const pairs = text.split('&')
  yield ['its fields backwards', pairs.toReversed().join('&')]
  yield ['its fields in order', pairs.toSorted().join('&')]
  yield ['every field twice', [...pairs, ...pairs].join('&')]
  for (const [index, pair] of pairs.entries()) {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const others = pairs.toSpliced(index, 1).join('&')
    yield [`without ${name}`, others]
    yield [`another ${name} after it`, `${text}&${name}=1`]
    yield [`another ${name} before it`, `${name}=1&${text}`]
    yield [`an empty ${name}`, `${others}&${name}=`]
    yield [`${name} with its escapes escaped`, `${others}&${name}=${encodeURIComponent(value)}`]
    yield [`${name} in small letters`, `${others}&${name.toLowerCase()}=${value}`]
    yield [`${name} in capitals`, `${others}&${name.toUpperCase()}=${value}`]
    yield [`${name} with a space`, `${others}&${name}=%20${value}`]
    yield [`${name} said to be paid`, `${others}&${name}=SUCCEEDED`]
  }
  yield ['as JSON of its own', JSON.stringify(text)]
  yield ['with its escapes undone', text.replaceAll(/\\u([0-9a-f]{4})/gi, '?')]
  yield ['with spaces between', text.replaceAll('":', '": ')]
  yield ['with its slashes escaped', text.replaceAll('/', '\\/')]
  yield ['with the id twice', text.replace('{', '{"id":"another",')]
  yield ['in UTF-16', Buffer.from(text, 'utf16le').toString('latin1')]
}

function aPaidFact() {
  return {
    kind: 'payment',
    source: 'notification',
    accountId: 'account',
    outTradeNo: 'p1001abc',
    providerPaymentId: null,
    status: 'paid',
    amount: { value: 1, currency: 'CNY' },
    appId: null,
    occurredAtMs: null,
    settlement: null,
    providerStatus: 'PAID',
    unknownStatus: false,
  } as const
}
