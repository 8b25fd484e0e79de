import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signature } from '../../../../../server/providers/payabl/signing.ts'
import type { Provider } from '../../../../../server/providers/provider.ts'
import { failureOf } from '../support/failure.ts'
import { type Peer, type Reply, startPeer } from '../support/peer.ts'
import {
  aCapture,
  anItem,
  aReference,
  aWish,
  type Connected,
  connect,
  diagnosis,
  PUBLISHED_ADDRESS,
  PUBLISHED_ANSWER,
  PUBLISHED_H5_ADDRESS,
  PUBLISHED_H5_ANSWER,
  SECRET,
} from './fixture.ts'

/** The whole adapter over HTTP, against answers as the documents show them. */

let script: Map<string, () => Reply | 'reset' | Promise<Reply>>
let peer: Peer
let connected: Connected
let provider: Provider

beforeEach(async () => {
  script = new Map()
  peer = await startPeer(({ path, body }) => {
    const type = new URLSearchParams(body).get('type')
    const operation = path.replace('/pay/backoffice/', '')
    return script.get(type ?? operation)?.() ?? { status: 404 }
  })
  connected = connect(peer.url)
  provider = connected.provider
})
afterEach(async () => {
  await connected.close()
  await peer.close()
})

function on(call: string, body: string): void {
  script.set(call, () => ({ body }))
}

/** The forms that payabl. heard, as names and values. */
function heard(): Record<string, string>[] {
  return peer.heard.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
}

describe('the capabilities', () => {
  test('are those of hosted pages without idempotency', () => {
    expect(provider).toMatchObject({
      accountId: 'payabl',
      name: 'payabl',
      capabilities: {
        scenes: ['desktopQr', 'mobileWeb'],
        currencies: ['EUR', 'USD', 'GBP'],
        query: { rule: 'poll', intervalMs: 10_000 },
        idempotency: 'lookup',
        refunds: { partial: true, repeated: true },
        needsOpenid: [],
      },
    })
    expect('closePayment' in provider).toBe(false)
    expect(provider.acknowledge()).toMatchObject({ status: 200, body: 'OK' })
  })
})

describe('a payment is created', () => {
  test('with a signed form', async () => {
    on('payment_preauthorize', PUBLISHED_ANSWER)
    await provider.createPayment(aWish())
    expect(peer.last()).toMatchObject({
      method: 'POST',
      path: '/pay/backoffice/payment_preauthorize',
    })
    expect(peer.last().headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(peer.last().body).toContain('accountname=John%20Doe&')
    const [form = {}] = heard()
    expect(form).toMatchObject({ merchantid: 'gateway_test', orderid: 'Payabl-Test' })
    expect(form['signature']).toBe(signature(form, SECRET))
    expect(JSON.stringify(form)).not.toContain(SECRET)
  })

  test('in Latin-1, signed over the bytes that travel', async () => {
    on('payment_preauthorize', PUBLISHED_ANSWER)
    const payer = { accountName: 'Zoë Łuk', email: 'payments@shop.example' }
    const other = connect(peer.url, { payer })
    await other.provider.createPayment(aWish())
    expect(peer.last().body).toContain('accountname=Zo%EB%20Luk&')
    await other.close()
  })

  const h5 = { scene: 'mobileWeb', amount: { value: 123, currency: 'USD' } } as const
  test.each([
    { name: 'desktop', body: PUBLISHED_ANSWER, url: PUBLISHED_ADDRESS, wish: {} },
    { name: 'H5', body: PUBLISHED_H5_ANSWER, url: PUBLISHED_H5_ADDRESS, wish: h5 },
  ])('and its published $name answer is accepted, not paid', async ({ name, body, url, wish }) => {
    on('payment_preauthorize', body)
    const { expiresAtMs } = aWish()
    expect(await provider.createPayment(aWish(wish))).toMatchObject({
      fact: {
        source: 'create',
        status: 'pending',
        outTradeNo: 'Payabl-Test',
        providerPaymentId: name === 'H5' ? '215479405' : '105175176',
        unknownStatus: false,
      },
      clientAction: { kind: 'redirect', url, expiresAtMs },
      providerState: {
        pproId: name === 'H5' ? '2138384845' : '2075066542',
        expiresAtMs: String(expiresAtMs),
      },
    })
  })

  test('for two hours at most', async () => {
    on('payment_preauthorize', PUBLISHED_ANSWER)
    const far = aWish({ expiresAtMs: connected.clock.nowMs() + 86_400_000 })
    const { clientAction } = await provider.createPayment(far)
    expect(clientAction?.expiresAtMs).toBe(connected.clock.nowMs() + 7_200_000)
  })

  test('and the sum of the answer is what the fact says', async () => {
    on('payment_preauthorize', PUBLISHED_ANSWER.replaceAll('19.99', '20.00'))
    const { fact } = await provider.createPayment(aWish())
    expect(fact.amount).toEqual({ value: 2000, currency: 'EUR' })
  })

  test.each([
    ['no address', PUBLISHED_ANSWER.replace(/redirect_url=[^&]*/, 'redirect_url='), 'unknown'],
    [
      'a script',
      PUBLISHED_ANSWER.replace(/redirect_url=[^&]*/, 'redirect_url=javascript:1'),
      'unknown',
    ],
    ['no number', PUBLISHED_ANSWER.replaceAll('105175176', ''), 'unknown'],
    ['two numbers', PUBLISHED_ANSWER.replace('transid=105175176', 'transid=1'), 'unknown'],
    ['two states', `${PUBLISHED_ANSWER}&status=-1`, 'unknown'],
    ['another order', PUBLISHED_ANSWER.replace('orderid=Payabl-Test', 'orderid=x'), 'unverifiable'],
    ['no form', '<html></html>', 'unknown'],
    ['nothing', '', 'unknown'],
  ])('but an answer with %s leaves it open', async (_, body, outcome) => {
    on('payment_preauthorize', body)
    expect((await failureOf(() => provider.createPayment(aWish()))).outcome).toBe(outcome)
  })

  test.each([
    ['-6000', 'rejected'],
    ['-2400', 'notSent'],
    ['-5000', 'unknown'],
  ])('but an answer with status %s means %s', async (status, outcome) => {
    on('payment_preauthorize', `status=${status}&errormessage=no+luck&transactionid=`)
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure).toMatchObject({ outcome, providerCode: status })
    expect(failure.message).toContain('no luck')
  })

  test('as pending and reported where the status is a word that nobody knows', async () => {
    on('payment_preauthorize', PUBLISHED_ANSWER.replace('status=0', 'status=7'))
    const { fact } = await provider.createPayment(aWish())
    expect(fact).toMatchObject({ status: 'pending', unknownStatus: true, providerStatus: '7' })
  })
})

describe('the truth about a payment', () => {
  test('is paid where it is accepted and captured', async () => {
    on('tx', diagnosis([anItem()]))
    on('capture', diagnosis([aCapture({ transaction_id: '1', order_id: 'other' }), aCapture()]))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      source: 'query',
      status: 'paid',
      amount: { value: 1999, currency: 'EUR' },
    })
    expect(heard()).toMatchObject([
      { merchantid: 'gateway_test', type: 'tx', transactionid: '105175176' },
      { type: 'capture', start_date: '23.06.2026', end_date: '25.06.2026' },
    ])
    for (const form of heard()) expect(form['signature']).toBe(signature(form, SECRET))
  })

  test('is paid by a capture with a number of its own, but not by one of another order', async () => {
    on('tx', diagnosis([anItem()]))
    on('capture', diagnosis([aCapture({ transaction_id: '9' })]))
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'paid' })
    on('capture', diagnosis([aCapture({ transaction_id: '9', order_id: 'other' })]))
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'pending' })
  })

  test('is pending where it is only accepted, and needs no list where it is not even that', async () => {
    on('tx', diagnosis([anItem({ error_code: '2000' })]))
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'pending' })
    expect(peer.heard).toHaveLength(1)
    on('tx', diagnosis([anItem()]))
    on('capture', diagnosis([]))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      status: 'pending',
      unknownStatus: false,
    })
  })

  test('is paid by code 0 alone where the account says that this is proof', async () => {
    const other = connect(peer.url, { paidProof: 'errorCode' })
    on('tx', diagnosis([anItem()]))
    expect(await other.provider.queryPayment(aReference())).toMatchObject({ status: 'paid' })
    expect(peer.heard).toHaveLength(1)
    await other.close()
  })

  test('is expired by our own clock where the code could mean both', async () => {
    on('tx', diagnosis([anItem({ error_code: '-1315' })]))
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'cancelled' })
    connected.clock.advance(45 * 60_000)
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'expired' })
  })

  test('is looked up by our number while theirs is not known', async () => {
    const double = anItem({ transaction_id: '1', error_code: '-5003' })
    const refunded = anItem({ transaction_id: '2', type: 'refund' })
    const foreign = anItem({ transaction_id: '3', order_id: 'Payabl-Test-2' })
    const open = anItem({ error_code: '2000' })
    on('orderid', diagnosis([double, refunded, foreign, open]))
    const ref = aReference({ providerPaymentId: null })
    expect(await provider.queryPayment(ref)).toMatchObject({
      status: 'pending',
      providerPaymentId: '105175176',
    })
    expect(heard()[0]).toMatchObject({
      type: 'orderid',
      orderid: 'Payabl-Test',
      start_date: '25.05.2026',
      end_date: '25.06.2026',
    })
  })

  test.each([
    ['an empty list', diagnosis([])],
    ['an error', diagnosis([], { status: '-6000', error_message: 'Transaction not found' })],
  ])('is null where they know nothing of our number, told by %s', async (_, body) => {
    on('orderid', body)
    expect(await provider.queryPayment(aReference({ providerPaymentId: null }))).toBeNull()
  })

  test.each([
    [
      'another transaction',
      diagnosis([anItem({ transaction_id: '1', error_code: '2000' })]),
      'unverifiable',
    ],
    ['a failed question', diagnosis([], { status: '-999', error_message: 'no' }), 'unknown'],
    ['a block', diagnosis([], { status: '-2402' }), 'notSent'],
    ['no XML', 'status=0', 'unknown'],
  ])('is not told by %s', async (_, body, outcome) => {
    on('tx', body)
    expect((await failureOf(() => provider.queryPayment(aReference()))).outcome).toBe(outcome)
  })
})
