import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  answeredInHtml,
  badGateway,
  type Meddler,
  repeatingAsForm,
  repeatingAsJson,
  tooMany,
} from './line.ts'
import { PAIRINGS } from './pairings.ts'
import { refunding } from './refunding.ts'
import { sold } from './sale.ts'
import { openShop, type Shop } from './shop.ts'
import { MINUTE_MS, PAYMENT_CODE, type Simulated, simulate } from './simulated.ts'

/**
 * What an account is trusted with never comes out again: not in a log line, an error, a fact or an
 * answer, whatever goes wrong, and even where the provider itself repeats what it was sent.
 */

/** What of a configuration everybody may read; any other text in it counts as a secret. */
const PUBLIC =
  /^(endpoint|secondaryEndpoint|.*[iI]d|subAppIds|region|channel|desktopQr|scenes|currencies|miniProgramTerminalType|merchantCategoryCode|store|merchantSerialNo|payer|username|login|publicKeys|accountId|provider|appIds|bankCountry|countryCode)$/

function secretsIn(value: unknown, name = ''): readonly string[] {
  if (PUBLIC.test(name)) return []
  if (typeof value === 'string') return partsOf(value)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, key))
}

/** A key in PEM comes out by any of its lines. */
function partsOf(secret: string): readonly string[] {
  if (!secret.includes('-----BEGIN')) return [secret]
  return secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))
}

/** What was sent to prove who we are; signatures and Basic words alike. */
function proofsIn({ line }: Simulated): readonly string[] {
  const headers = line.requests.map(({ headers: all }) => all['Authorization'] ?? '')
  const bodies = line.requests.map(({ body }) => Buffer.from(body ?? []).toString('latin1'))
  const signed = bodies.map((body) => new URLSearchParams(body).get('signature') ?? '')
  const words = headers.flatMap((text) => text.split(/[\s",]+|signature=/))
  return [...words, ...signed].filter((word) => word.length > 24)
}

/** Those of the secrets that stand in one of the texts. */
function foundIn(texts: readonly string[], secrets: readonly string[]): readonly string[] {
  const all = texts.join('\n')
  return [...new Set(secrets)].filter((secret) => all.includes(secret))
}

/** The error with everything in it, and all that caused it. */
async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    return inspect(await work, { depth: 10 })
  } catch (error) {
    return inspect(error, { depth: 10, showHidden: true })
  }
}

const HANDS: readonly (readonly [string, () => Meddler])[] = [
  ['the provider repeats it as JSON', repeatingAsJson],
  ['the provider repeats it as a form', () => repeatingAsForm('small')],
  ['the provider repeats it as a form in capitals', () => repeatingAsForm('capitals')],
  ['the answer is HTML', () => answeredInHtml],
  ['a gateway fails', () => badGateway],
  ['there are too many requests', () => tooMany],
]

async function story(shop: Shop): Promise<void> {
  const { simulator, pairing, line } = shop.world
  for (const [index, scene] of pairing.scenes.entries()) {
    const orderRef = `tea-${index}`
    await shop.order(orderRef, scene)
    line.meddle(repeatingAsJson())
    await shop.pay(orderRef, { scene, key: `failing-${index}` })
    line.meddle(null)
    const payment = await shop.pay(orderRef, { scene, key: `paying-${index}` })
    const outTradeNo = payment.field('outTradeNo')
    if (scene !== 'paymentCode') simulator.forgePaid(outTradeNo)
    simulator.faults.set({ notifications: { forge: 'all' }, calls: [{ fault: 'fail5xx' }] })
    if (payment.field('status') === 'pending') await simulator.pay(outTradeNo)
    await shop.later(MINUTE_MS)
    simulator.faults.set({ calls: [{ operation: 'refund', fault: 'timeoutAfterSuccess' }] })
    const paymentId = payment.field('paymentId')
    await shop.refund(paymentId, { value: 500, key: `refund-${index}` })
    await shop.refund(paymentId, { value: 5_000, key: `too-much-${index}` })
    await shop.later(10 * MINUTE_MS)
    for (const path of [`payments/${paymentId}`, `orders/${orderRef}`, `payments/none`]) {
      await shop.call(`/v1/${path}`)
    }
  }
}

describe.each(PAIRINGS)('$name', (pairing) => {
  test('has secrets to keep, and sends what proves it', async () => {
    const world = await simulate(pairing)
    await sold(world)
    expect(secretsIn(world.account).length).toBeGreaterThan(0)
    for (const secret of secretsIn(world.account)) expect(secret.length).toBeGreaterThan(8)
    expect(world.line.requests.length).toBeGreaterThan(0)
  })

  test('tells none in a log line or an answer, from the order to the refund', async () => {
    const shop = await openShop(pairing)
    await story(shop)
    const secrets = [...secretsIn(shop.world.account), ...proofsIn(shop.world)]
    expect(shop.lines.length).toBeGreaterThan(10)
    expect(shop.lines.join('')).toContain('payment.changed')
    expect(shop.answers.join('')).toContain('"paid"')
    expect(foundIn([...shop.lines, ...shop.answers], secrets)).toEqual([])
    const { payer } = shop.world.wish()
    const payers = [PAYMENT_CODE, ...(payer ? [payer.openid] : [])]
    expect(foundIn(shop.lines, payers)).toEqual([])
  })

  test.each(HANDS)('tells none in an error where %s', async (_, hand) => {
    const world = await simulate(pairing)
    const { provider, line } = world
    const sale = await sold(world)
    const made = refunding(world, sale, { value: 500 })
    line.meddle(hand())
    const calls = [
      ...pairing.scenes.map((scene, index) => {
        const wish = world.wish({ scene, outTradeNo: `p200${index}abc` })
        return () => provider.createPayment(wish)
      }),
      made.send,
      made.ask,
      sale.ask,
      ...(provider.closePayment ? [async () => provider.closePayment?.(sale.ref())] : []),
    ]
    const errors: string[] = []
    for (const call of Array.from({ length: 6 }, () => calls).flat()) {
      errors.push(await errorOf(call()))
    }
    expect(errors.join('')).toContain('ProviderError')
    const secrets = [...secretsIn(world.account), ...proofsIn(world), PAYMENT_CODE]
    expect(foundIn(errors, secrets)).toEqual([])
  })

  test('tells none in a fact, nor in what is kept of a notification', async () => {
    const world = await simulate(pairing)
    const sale = await sold(world)
    const made = refunding(world, sale, { value: 500 })
    const facts = [await sale.ask(), await made.send(), sale.answer.fact]
    const events = world.arrivals.map(({ event }) => event)
    const kept = [...facts, ...events].map((each) => JSON.stringify(each))
    expect(foundIn(kept, [...secretsIn(world.account), ...proofsIn(world)])).toEqual([])
  })
})
