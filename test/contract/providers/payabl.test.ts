import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../server/providers/errors.ts'
import {
  created,
  type PayablPair,
  paid,
  payablPair,
  reference,
  type Setting,
} from './payabl-world.ts'

/** What the adapter makes of payments, in every shape that payabl.'s documents leave open. */

const SHAPES: readonly (readonly [name: string, setting: Setting])[] = [
  ['as documented', {}],
  ['with its examples word for word', { behaviour: { notification: 'asPublished' } }],
  [
    'with nothing escaped and nothing signed',
    { behaviour: { redirectUrl: 'unescaped', notification: 'unsigned' } },
  ],
  [
    'that says 0 of open payments and numbers its captures',
    { behaviour: { openCode: '0', captureNumbers: 'own' } },
  ],
  ['that calls unknown numbers an error', { behaviour: { unknownNumber: 'error' } }],
  [
    'without captures, on an account that believes code 0',
    { behaviour: { listsCaptures: false }, config: { paidProof: 'errorCode' } },
  ],
]

/** What the last notification is a reason to ask, and the answer. */
async function notified({ provider, notifications }: PayablPair, amount = 1999) {
  const last = notifications.at(-1)
  const parsed = last && provider.parseNotification(last)
  if (parsed?.kind !== 'event') throw new Error('no event')
  const [named] = parsed.queries
  if (!named?.outTradeNo) throw new Error('nothing to ask')
  const fact = await provider.queryPayment({
    ...named,
    outTradeNo: named.outTradeNo,
    providerState: {},
    amount: { value: amount, currency: 'EUR' },
    scene: 'desktopQr',
  })
  return { parsed, fact }
}

describe.each(SHAPES)('payabl. %s', (_, setting) => {
  const start = () => payablPair(setting)

  test.each(['desktopQr', 'mobileWeb'] as const)('creates a payment for %s', async (scene) => {
    const pair = await start()
    const { answer, id } = await created(pair, pair.wish({ scene }))
    expect(answer.fact).toMatchObject({
      status: 'pending',
      outTradeNo: 'p1001',
      amount: { value: 1999, currency: 'EUR' },
      unknownStatus: false,
    })
    expect(answer.clientAction?.kind).toBe('redirect')
    // The whole address arrives, or the page would not be there.
    const url = answer.clientAction?.kind === 'redirect' ? answer.clientAction.url : ''
    expect((await fetch(url)).status).toBe(200)
    expect(pair.simulator.books().payments).toMatchObject([
      { id, reference: 'p1001', amount: { value: 1999, currency: 'EUR' }, state: 'open' },
    ])
  })

  test.each(['desktopQr', 'mobileWeb'] as const)(
    'learns by a notification that a payment for %s is paid',
    async (scene) => {
      const pair = await start()
      const { id } = await paid(pair, pair.wish({ scene }))
      const { parsed, fact } = await notified(pair)
      expect(parsed).toMatchObject({ facts: [], queries: [{ outTradeNo: 'p1001' }] })
      expect(fact).toMatchObject({
        status: 'paid',
        providerPaymentId: id,
        amount: { value: 1999, currency: 'EUR' },
      })
    },
  )

  test('gives every repeat of a notification the same event id', async () => {
    const pair = await start()
    pair.simulator.faults.set({ notifications: { duplicate: 'all' } })
    await paid(pair)
    const ids = pair.notifications.map((one) => {
      const parsed = pair.provider.parseNotification(one)
      return parsed.kind === 'event' ? parsed.eventId : ''
    })
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test('is never taken in by a forged success', async () => {
    const pair = await start()
    const { ref, id } = await created(pair)
    pair.simulator.forgePaid(id)
    await pair.simulator.notifications.idle()
    const [forged] = pair.notifications
    if (!forged) throw new Error('nothing was forged')
    const signed = Buffer.from(forged.body).includes('HASH=')
    if (signed) expect(() => pair.provider.parseNotification(forged)).toThrow(ProviderError)
    else expect(pair.provider.parseNotification(forged)).toMatchObject({ facts: [] })
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
  })

  test('learns by asking that a payment is paid, by their number and by ours', async () => {
    const pair = await start()
    const { ref, id } = await paid(pair)
    for (const asked of [ref, { ...ref, providerPaymentId: null }]) {
      expect(await pair.provider.queryPayment(asked)).toMatchObject({
        source: 'query',
        status: 'paid',
        providerPaymentId: id,
        amount: ref.amount,
      })
    }
  })

  test.each([
    ['leave', 'cancelled'],
    ['decline', 'failed'],
    ['expire', 'cancelled'],
  ] as const)('learns that after "%s" a payment is %s', async (verb, status) => {
    const pair = await start()
    const { ref, id } = await created(pair)
    pair.simulator[verb](id)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status, unknownStatus: false })
  })

  test('learns that nobody paid in time', async () => {
    const pair = await start()
    const { ref } = await created(pair)
    await pair.clock.advance(7_200_000)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'expired' })
  })

  test('learns of money that came after our own end', async () => {
    const pair = await start()
    const { ref, id } = await created(pair)
    await pair.clock.advance(3_600_000)
    await pair.simulator.pay(id)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'paid' })
  })

  test('makes one payment where the answer was lost', async () => {
    const pair = await start()
    const wish = pair.wish()
    pair.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(pair.provider.createPayment(wish)).rejects.toMatchObject({ outcome: 'unknown' })
    const [booked, ...others] = pair.simulator.books().payments
    expect(others).toEqual([])
    expect(await pair.provider.queryPayment(reference(wish))).toMatchObject({
      status: 'pending',
      outTradeNo: 'p1001',
      providerPaymentId: booked?.id,
    })
  })

  test.each(['fail5xx', 'timeoutBefore'] as const)('leaves it open after %s', async (fault) => {
    const pair = await start()
    pair.simulator.faults.set({ calls: [{ operation: 'create', fault }] })
    const lost = pair.provider.createPayment(pair.wish())
    await expect(lost).rejects.toMatchObject({ outcome: 'unknown' })
    expect(await pair.provider.queryPayment(reference(pair.wish()))).toBeNull()
    expect(pair.simulator.books().payments).toEqual([])
  })
})

describe('payabl.', () => {
  test('is not believed where it reports another sum', async () => {
    const pair = await payablPair({ behaviour: { sumsOffByMinor: -1 } })
    const { ref } = await paid(pair)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({
      status: 'paid',
      amount: { value: 1998, currency: 'EUR' },
    })
  })

  test.each(['MAYBE', '17'])('leaves a payment open with the word %s', async (strangeCode) => {
    const pair = await payablPair({ behaviour: { strangeCode } })
    const { ref } = await paid(pair)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({
      status: 'pending',
      unknownStatus: true,
      providerStatus: strangeCode,
    })
  })

  test('is not believed before the money was captured', async () => {
    const pair = await payablPair({ behaviour: { captureAfterMs: 60_000 } })
    const { ref } = await paid(pair)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
    await pair.clock.advance(60_000)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'paid' })
  })

  test('refuses a notification that was cut off or forged between genuine ones', async () => {
    const pair = await payablPair()
    pair.simulator.faults.set({ notifications: { forge: 'all' } })
    await paid(pair)
    const outcomes = pair.notifications.map((one) => {
      try {
        return pair.provider.parseNotification(one).kind
      } catch (error) {
        return error instanceof ProviderError ? error.outcome : error
      }
    })
    expect(outcomes.filter((outcome) => outcome === 'event')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'unverifiable')).toHaveLength(2)
  })

  test('costs one question per payment and status by unsigned notifications', async () => {
    const pair = await payablPair({ behaviour: { notification: 'unsigned' } })
    const { id } = await created(pair)
    for (const _ of [1, 2, 3]) pair.simulator.forgePaid(id)
    await pair.simulator.pay(id)
    await pair.simulator.notifications.idle()
    const events = pair.notifications.map((one) => pair.provider.parseNotification(one))
    expect(events).toHaveLength(4)
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1)
  })

  test.each([
    ['-2400', 'notSent'],
    ['-6005', 'rejected'],
    ['-5000', 'unknown'],
  ])('that refuses with %s leaves a payment %s', async (refuseWith, outcome) => {
    const pair = await payablPair({ behaviour: { refuseWith } })
    const refused = pair.provider.createPayment(pair.wish())
    await expect(refused).rejects.toMatchObject({ outcome, providerCode: refuseWith })
  })

  test('knows a wrong secret, and nothing shows it', async () => {
    const pair = await payablPair({ config: { secret: 'not-the-secret' } })
    const refused = pair.provider.createPayment(pair.wish())
    await expect(refused).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: '-999',
      message: expect.not.stringContaining('not-the-secret'),
    })
    // A question that they do not answer says nothing about the payment.
    const asked = pair.provider.queryPayment(reference(pair.wish(), '1'))
    await expect(asked).rejects.toMatchObject({ outcome: 'unknown' })
  })

  test('takes names that had to be written in other letters', async () => {
    const payer = { accountName: 'Zoë Dvořák', email: 'payments@shop.example' }
    const pair = await payablPair({ config: { payer } })
    expect((await created(pair)).answer.fact.status).toBe('pending')
  })
})
