import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParsedNotification } from '../../server/providers/provider.ts'
import { PAIRINGS, PAYABL } from '../contract/providers/pairings.ts'
import { HOSTILE_BODIES } from './support/bodies.ts'
import { join, shifts, storms, substitutions } from './support/bytes.ts'
import {
  type Forger,
  forgerOf,
  payablHash,
  sealed,
  unsealed,
  withOtherSecrets,
} from './support/forger.ts'
import { aGenuineOne, type Genuine, readBy } from './support/genuine.ts'
import { nearby } from './support/nearby.ts'
import { fuzzTarget, RUNS, SEED } from './support/target.ts'

/**
 * Signatures that are right, under content that is not: a provider on a bad day, or one whose keys
 * were lost. Whatever it says, the parser answers in facts that make sense or refuses, and no key but
 * the account's own opens anything.
 */

const SIGNING = PAIRINGS.filter(({ notifications }) => notifications.areSigned)
const JSON_SPEAKING = SIGNING.filter(({ notifications }) => notifications.carryFacts)

const STRIDE = RUNS < 1_000 ? 7 : 1

describe.each(SIGNING)('$name: under the secrets of another account', (pairing) => {
  test('a genuine notification is refused', async () => {
    const genuine = await aGenuineOne(pairing)
    expect(readBy(genuine.world.provider, genuine.raw)).not.toBeNull()
    expect(readBy(withOtherSecrets(genuine), genuine.raw)).toBeNull()
  })
})

test('nothing that one account takes is taken by an account at another provider', async () => {
  const all: Genuine[] = []
  for (const pairing of SIGNING) all.push(await aGenuineOne(pairing))
  const crossings = all.flatMap((from) => all.map((to) => [from, to] as const))
  const foreign = crossings.filter(([from, to]) => from.pairing.provider !== to.pairing.provider)
  for (const [{ raw, pairing }, to] of foreign) {
    expect(readBy(to.world.provider, raw), `${pairing.name} at ${to.pairing.name}`).toBeNull()
  }
  expect(foreign.length).toBeGreaterThan(100)
})

describe.each(JSON_SPEAKING)('$name: hostile content under a right signature', (pairing) => {
  const target = fuzzTarget(`right signature: ${pairing.name}`)

  async function forging(): Promise<Forger> {
    const forger = forgerOf(await aGenuineOne(pairing))
    if (!forger) throw new Error('its notifications are no JSON')
    return forger
  }
  const tell = (forger: Forger, label: string, text: string | Uint8Array): void =>
    target.hit(label, () => nonsenseIn(readBy(forger.provider, forger.sign(text))))

  test('the forger signs as the provider does, so that refusals mean something', async () => {
    const forger = await forging()
    expect(readBy(forger.provider, forger.sign(forger.genuineText))).toMatchObject({
      kind: 'event',
      facts: [{ status: 'paid' }],
    })
  })

  test('bodies that hurt are read or refused, and crash nothing', async () => {
    const forger = await forging()
    for (const [label, make] of Object.entries(HOSTILE_BODIES)) tell(forger, label, make())
    target.check(Object.keys(HOSTILE_BODIES).length)
  })

  test('bytes that are others are read or refused, and crash nothing', async () => {
    const forger = await forging()
    const bytes = Buffer.from(forger.genuineText)
    for (const { label, bytes: bent } of now(substitutions(bytes, target.random, 1))) {
      tell(forger, label, bent)
    }
    for (const { label, bytes: bent } of storms(bytes, target.random, RUNS)) {
      tell(forger, label, bent)
    }
    target.check(RUNS)
  })

  test('what is nearly a notification makes sense where it is believed', async () => {
    const forger = await forging()
    const near = nearby(JSON.parse(forger.genuineText))
    for (const { value, places } of fc.sample(near, { numRuns: RUNS * 2, seed: SEED })) {
      tell(forger, JSON.stringify(places), JSON.stringify(value))
    }
    target.check(RUNS * 2)
  })
})

describe.each(
  JSON_SPEAKING.filter(({ name }) => /^WeChat Pay, (public|service|global)/.test(name)),
)('$name: the sealed part', (pairing) => {
  const target = fuzzTarget(`sealed part: ${pairing.name}`)

  async function opening() {
    const genuine = await aGenuineOne(pairing)
    const forger = forgerOf(genuine)
    if (!forger) throw new Error('its notifications are no JSON')
    const message: unknown = JSON.parse(forger.genuineText)
    const envelope = (resource: object) =>
      JSON.stringify({ ...Object(message), resource: { ...resourceOf(message), ...resource } })
    const read = (resource: object) => readBy(forger.provider, forger.sign(envelope(resource)))
    return { read, transaction: unsealed(genuine) }
  }

  test('is opened where it is whole, and its content is looked at', async () => {
    const { read, transaction } = await opening()
    expect(read(sealed({ text: JSON.stringify(transaction) }))).toMatchObject({
      facts: [{ status: 'paid', amount: { value: 1999 } }],
    })
  })

  test('is refused with a tag that is cut, empty, bent or of another key, nonce or label', async () => {
    const { read, transaction } = await opening()
    const text = JSON.stringify(transaction)
    const whole = sealed({ text })
    const bytes = Buffer.from(whole.ciphertext, 'base64')
    const refused = (label: string, resource: object): void =>
      target.hit(label, () => (read(resource) === null ? null : 'it was opened'))
    for (let cut = 1; cut <= bytes.length; cut += cut < 40 ? 1 : STRIDE) {
      const ciphertext = bytes.subarray(0, bytes.length - cut).toString('base64')
      refused(`${cut} bytes cut off`, { ...whole, ciphertext })
    }
    const last = bytes.subarray(0, bytes.length - 16)
    for (const { label, bytes: tag } of shifts(bytes.subarray(-16), target.random)) {
      const ciphertext = Buffer.from(join(last, tag)).toString('base64')
      if (ciphertext !== whole.ciphertext) refused(`tag, ${label}`, { ...whole, ciphertext })
    }
    for (const { label, bytes: bent } of now(substitutions(bytes, target.random, 1))) {
      refused(label, { ...whole, ciphertext: Buffer.from(bent).toString('base64') })
    }
    refused('nothing', { ...whole, ciphertext: '' })
    refused('another key', sealed({ text, key: 'x'.repeat(32) }))
    for (const nonce of ['', 'n', 'nonce-of-12c', 'nonce-of-13-b', 'n'.repeat(1_000)]) {
      refused(`nonce ${nonce.slice(0, 20)}`, { ...whole, nonce })
    }
    refused('another label', { ...whole, associated_data: 'refund' })
    refused('no label', { ...whole, associated_data: '' })
    target.check(bytes.length / STRIDE)
  })

  test('makes sense where it is believed, whatever stands in it', async () => {
    const { read, transaction } = await opening()
    const near = nearby(transaction)
    for (const { value, places } of fc.sample(near, { numRuns: RUNS * 2, seed: SEED })) {
      const resource = sealed({ text: JSON.stringify(value) })
      target.hit(JSON.stringify(places), () => nonsenseIn(read(resource)))
    }
    for (const [label, make] of Object.entries(HOSTILE_BODIES)) {
      target.hit(label, () => nonsenseIn(read(sealed({ text: make() }))))
    }
    target.check(RUNS * 2)
  })
})

test('payabl. hashes values without their borders: a moved border decides nothing', async () => {
  const { world, raw } = await aGenuineOne(PAYABL)
  const fields = Object.fromEntries(new URLSearchParams(Buffer.from(raw.body).toString('latin1')))
  const { HASH: _, ...signed } = fields
  const moved = { ...signed, 'SPECOUT.FXRATE': '6.4', 'SPECOUT.SETTLEMENTAMOUNT': '99999' }
  const HASH = payablHash(moved, 'sandbox-payabl-secret')
  const bordered = { ...moved, 'SPECOUT.FXRATE': '6', 'SPECOUT.SETTLEMENTAMOUNT': '.499999' }
  for (const told of [moved, bordered]) {
    const body = Buffer.from(new URLSearchParams({ ...told, HASH }).toString())
    const taken = readBy(world.provider, { ...raw, body })
    expect(nonsenseIn(taken)).toBeNull()
    const decided =
      taken?.kind === 'event' ? taken.facts.map((fact) => [fact.status, fact.amount]) : []
    for (const each of decided) expect(each).toEqual(['pending', null])
  }
})

/** Signing takes a while: a short run looks at some of the places only. */
function* now<T>(sweep: Iterable<T>): Generator<T> {
  let turn = 0
  for (const each of sweep) {
    if (turn % STRIDE === 0) yield each
    turn += 1
  }
}

/** What no reader of facts could make sense of, or null. */
function nonsenseIn(taken: ParsedNotification | null): string | null {
  if (taken === null || taken.kind === 'handshake') return null
  if (taken.eventId === '') return 'an event without a name'
  for (const { amount, status } of taken.facts) {
    if (amount === null) continue
    if (!Number.isSafeInteger(amount.value)) return `${status} with ${amount.value}`
    if (amount.value < 0) return `${status} with less than nothing`
    if (!/^[A-Z]{3}$/.test(amount.currency)) return `${status} in ${amount.currency}`
  }
  return null
}

function resourceOf(message: unknown): object {
  const resource: unknown = Reflect.get(Object(message), 'resource')
  return Object(resource)
}
