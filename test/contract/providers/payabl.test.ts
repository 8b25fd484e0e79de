import { describe, expect, test } from 'vitest'
import { created, paid, payablPair, reference, type Setting } from './payabl-world.ts'

/** What the adapter makes of payments, in every shape that payabl.'s documents leave open. */

const FIGURES = {
  status: 'pending',
  amount: null,
  outTradeNo: 'p1001',
  settlement: {
    source: { value: 16_925, currency: 'CNY' },
    settled: { value: 1999, currency: 'EUR' },
    rate: '8.466900',
  },
}

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

describe.each(SHAPES)('payabl. %s', (_, setting) => {
  test.each(['desktopQr', 'mobileWeb'] as const)('takes money for %s', async (scene) => {
    const pair = await payablPair(setting)
    const { answer, id, ref } = await created(pair, pair.wish({ scene }))
    // The whole address arrives, or the page would not be there.
    const url = answer.clientAction?.kind === 'redirect' ? answer.clientAction.url : ''
    expect((await fetch(url)).status).toBe(200)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
    await pair.simulator.pay(id)
    await pair.settle()
    const [notified] = pair.arrivals
    // Only H5 has figures, and only a hash makes them worth keeping.
    const isSigned = (setting.behaviour?.notification ?? 'signed') === 'signed'
    const facts = isSigned && scene === 'mobileWeb' ? [FIGURES] : []
    expect(notified?.event).toMatchObject({ facts, queries: [{ outTradeNo: 'p1001' }] })
    expect(notified?.event?.facts).toHaveLength(facts.length)
    for (const asked of [ref, { ...ref, providerPaymentId: null }]) {
      expect(await pair.provider.queryPayment(asked)).toMatchObject({
        status: 'paid',
        providerPaymentId: id,
        amount: { value: 1999, currency: 'EUR' },
      })
    }
  })

  test.each([
    ['leave', 'cancelled'],
    ['decline', 'failed'],
    ['expire', 'cancelled'],
  ] as const)('learns that after "%s" a payment is %s', async (verb, status) => {
    const pair = await payablPair(setting)
    const { ref, id } = await created(pair)
    pair.simulator[verb](id)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status, unknownStatus: false })
  })

  test('finds the one payment whose answer was lost, and none where none was made', async () => {
    const pair = await payablPair(setting)
    const wish = pair.wish()
    expect(await pair.provider.queryPayment(reference(wish))).toBeNull()
    pair.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(pair.provider.createPayment(wish)).rejects.toMatchObject({ outcome: 'unknown' })
    const [booked] = pair.simulator.books().payments
    expect(await pair.provider.queryPayment(reference(wish))).toMatchObject({
      status: 'pending',
      outTradeNo: 'p1001',
      providerPaymentId: booked?.id,
    })
  })
})

describe('payabl.', () => {
  test('names a payment by the number of PPRO where nothing else tells which it is', async () => {
    const pair = await payablPair({ behaviour: { notification: 'unsigned' } })
    const { answer } = await paid(pair)
    const [first] = pair.notifications
    if (!first) throw new Error('nothing was notified')
    const { providerReference } = answer.fact
    expect(providerReference).toMatch(/^\d{10}$/)
    expect(pair.provider.parseNotification({ ...first, query: '' })).toMatchObject({
      facts: [],
      queries: [{ providerPaymentId: null, providerReference }],
    })
  })

  test('is not believed where it reports another sum', async () => {
    const pair = await payablPair({ behaviour: { sumsOffByMinor: -1 } })
    const { ref } = await paid(pair)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({
      status: 'paid',
      amount: { value: 1998, currency: 'EUR' },
    })
  })

  test.each(['17', ''])('leaves a payment open with the word "%s"', async (strangeCode) => {
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

  test('costs one question per payment and status by unsigned notifications', async () => {
    const pair = await payablPair({ behaviour: { notification: 'unsigned' } })
    const { id } = await created(pair)
    for (const _ of [1, 2, 3]) pair.simulator.forgePaid(id)
    await pair.simulator.pay(id)
    await pair.simulator.notifications.idle()
    const events = pair.arrivals.map(({ event }) => event)
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
