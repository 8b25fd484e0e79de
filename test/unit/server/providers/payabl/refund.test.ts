import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Provider, RefundReference } from '../../../../../server/providers/provider.ts'
import { failureOf } from '../support/failure.ts'
import { type Peer, type Reply, startPeer } from '../support/peer.ts'
import { aCapture, anItem, aReference, type Connected, connect, diagnosis } from './fixture.ts'

/** Refunds over HTTP, and what is asked where their answer was lost. */

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

const wish = {
  payment: aReference(),
  outRefundNo: 'rf1001',
  amount: { value: 820, currency: 'EUR' },
  reason: null,
}
const refund = async (fields = {}) => provider.refund?.({ ...wish, ...fields })
const queryRefund = async (providerRefundId: string | null = null) =>
  provider.queryRefund?.({ payment: aReference(), outRefundNo: 'rf1001', providerRefundId })

const refundAnswer = (fields: Record<string, string> = {}) =>
  new URLSearchParams({
    status: '0',
    errormessage: '',
    errmsg: '',
    transactionid: '77',
    transid: '77',
    amount: '8.20',
    price: '8.20',
    currency: 'EUR',
    orderid: 'Payabl-Test',
    ...fields,
  }).toString()

describe('a refund', () => {
  test('is done at once, under a number of its own', async () => {
    on('payment_refund', refundAnswer())
    expect(await refund()).toMatchObject({
      source: 'create',
      status: 'succeeded',
      providerRefundId: '77',
      providerPaymentId: '105175176',
      amount: { value: 820, currency: 'EUR' },
    })
    expect(heard()[0]).toMatchObject({
      merchantid: 'gateway_test',
      transactionid: '105175176',
      amount: '8.20',
      currency: 'EUR',
      external_id: 'rf1001',
    })
  })

  test('may be pending, and is asked about by its own number', async () => {
    on('payment_refund', refundAnswer({ status: '2000' }))
    expect(await refund()).toMatchObject({ status: 'processing' })
    on('tx', diagnosis([anItem({ transaction_id: '77', amount: '8.20', type: 'refund' })]))
    expect(await queryRefund('77')).toMatchObject({ source: 'query', status: 'succeeded' })
    expect(heard()[1]).toMatchObject({ type: 'tx', transactionid: '77' })
    on('tx', diagnosis([]))
    expect(await queryRefund('77')).toBeNull()
  })

  test('of a payment whose number was lost looks it up first', async () => {
    const lost = { payment: aReference({ providerPaymentId: null }) }
    on('orderid', diagnosis([]))
    expect((await failureOf(() => refund(lost))).outcome).toBe('rejected')
    on('orderid', diagnosis([anItem()]))
    on('payment_refund', refundAnswer())
    expect(await refund(lost)).toMatchObject({ providerPaymentId: '105175176' })
  })

  test.each([
    ['-6102', 'rejected'],
    ['-5007', 'rejected'],
    ['-999', 'unknown'],
    ['-5000', 'unknown'],
    ['-2405', 'notSent'],
  ])('refused with %s leaves it %s', async (status, outcome) => {
    on('payment_refund', refundAnswer({ status, transactionid: '', transid: '' }))
    const failure = await failureOf(() => refund())
    expect(failure).toMatchObject({ outcome, providerCode: status })
  })
})

describe('a refund whose answer was lost', () => {
  const listed = (fields = {}) => aCapture({ amount: '8.20', transaction_id: '77', ...fields })
  const own = () => on('tx', diagnosis([anItem({ transaction_id: '77', amount: '8.20' })]))

  test('is found by its order in the list of refunds, and asked about', async () => {
    on('refund', diagnosis([listed({ transaction_id: '1', order_id: 'other' }), listed()]))
    on('pending', diagnosis([]))
    own()
    expect(await queryRefund()).toMatchObject({ status: 'succeeded', providerRefundId: '77' })
  })

  test('is found once where it stands in both lists', async () => {
    on('refund', diagnosis([listed()]))
    on('pending', diagnosis([listed()]))
    on('tx', diagnosis([anItem({ transaction_id: '77', amount: '8.20', error_code: '2000' })]))
    expect(await queryRefund()).toMatchObject({ status: 'processing', providerRefundId: '77' })
  })

  test('is not the payment itself in the list of what is pending', async () => {
    on('refund', diagnosis([]))
    on('pending', diagnosis([aCapture()]))
    expect(await queryRefund()).toBeNull()
  })

  test('has no number where the list names it by its payment', async () => {
    on('refund', diagnosis([listed({ transaction_id: '105175176' })]))
    on('pending', diagnosis([]))
    expect(await queryRefund()).toMatchObject({
      status: 'succeeded',
      providerRefundId: null,
      amount: { value: 820, currency: 'EUR' },
    })
  })

  test.each(['77', '105175176'])('is nobody’s where several could be meant (%s)', async (id) => {
    const two = [
      listed({ transaction_id: id }),
      listed({ transaction_id: id === '77' ? '78' : id }),
    ]
    on('refund', diagnosis(two))
    on('pending', diagnosis([]))
    const failure = await failureOf(() => queryRefund())
    expect(failure).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('compare'),
    })
  })

  describe('of a payment with other refunds', () => {
    const find = async (fields: Partial<RefundReference>) =>
      provider.queryRefund?.({
        payment: aReference(),
        outRefundNo: 'rf1001',
        providerRefundId: null,
        amount: wish.amount,
        ...fields,
      })

    test('is none of those whose numbers are known', async () => {
      on('refund', diagnosis([listed({ transaction_id: '76' }), listed()]))
      on('pending', diagnosis([]))
      own()
      expect(await find({ otherRefundIds: ['76'] })).toMatchObject({ providerRefundId: '77' })
      expect(await find({ otherRefundIds: ['76', '77'] })).toBeNull()
    })

    test('is the only one of its sum', async () => {
      on('refund', diagnosis([listed({ transaction_id: '76', amount: '-5.00' }), listed()]))
      on('pending', diagnosis([]))
      own()
      expect(await find({})).toMatchObject({ providerRefundId: '77' })
    })

    test.each([
      ['two have its sum', '8.20', 'EUR'],
      ['another has no sum', '', 'EUR'],
    ])('is nobody’s where %s', async (_, amount, currency) => {
      on('refund', diagnosis([listed({ transaction_id: '76', amount, currency }), listed()]))
      on('pending', diagnosis([]))
      expect((await failureOf(() => find({}))).outcome).toBe('unknown')
    })

    test('is never called missing because of another sum alone', async () => {
      const others = [listed({ amount: '5.00' }), listed({ transaction_id: '76', amount: '6.00' })]
      on('pending', diagnosis([]))
      on('refund', diagnosis(others))
      expect((await failureOf(() => find({}))).outcome).toBe('unknown')
      on('refund', diagnosis(others.slice(1)))
      on('tx', diagnosis([anItem({ transaction_id: '76', amount: '6.00' })]))
      expect(await find({})).toMatchObject({ amount: { value: 600 } })
    })
  })

  test('is told by our number where the list repeats it', async () => {
    const other = listed({ transaction_id: '78', external_id: 'rf1000' })
    on('refund', diagnosis([other, listed({ external_id: 'rf1001' })]))
    on('pending', diagnosis([]))
    own()
    expect(await queryRefund()).toMatchObject({ providerRefundId: '77' })
    on('refund', diagnosis([other]))
    expect(await queryRefund()).toBeNull()
  })
})
