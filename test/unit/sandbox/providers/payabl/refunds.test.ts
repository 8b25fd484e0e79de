import { describe, expect, test } from 'vitest'
import { elements, type PayablWorld, paid, payablWorld, started } from './world.ts'

const today = { start_date: '24.06.2026', end_date: '24.06.2026' }
const refund = (world: PayablWorld, transactionid: string, changes = {}) =>
  world.call('payment_refund', {
    transactionid,
    amount: '8.2',
    currency: 'EUR',
    language: 'en',
    external_id: 'rf1',
    ...changes,
  })
const refunded = ({ simulator }: PayablWorld) => simulator.books().payments[0]?.refundedMinor

describe('payment_refund', () => {
  test('is done at once, under a number of its own, in the documented fields', async () => {
    const world = await payablWorld()
    const id = await paid(world)
    const answer = await refund(world, id)
    expect(Object.keys(answer)).toEqual([
      'transactionid',
      'transid',
      'status',
      'errormessage',
      'errmsg',
      'amount',
      'price',
      'currency',
      'orderid',
    ])
    expect(answer).toMatchObject({ status: '0', amount: '8.20', orderid: 'order-1001' })
    expect(answer['transactionid']).not.toBe(id)
    expect(refunded(world)).toBe(820)
    expect(world.simulator.books().refunds).toMatchObject([
      { paymentId: id, reference: 'rf1', state: 'succeeded', amount: { value: 820 } },
    ])
  })

  test('in parts goes up to what was paid, and a repeat is another refund', async () => {
    const world = await payablWorld()
    const id = await paid(world)
    await refund(world, id)
    await refund(world, id)
    expect(await refund(world, id)).toMatchObject({ status: '-6102', transactionid: '' })
    expect(await refund(world, id, { amount: '3.59' })).toMatchObject({ status: '0' })
    expect(refunded(world)).toBe(1_999)
  })

  test('can be pending, and is followed under its own number', async () => {
    const world = await payablWorld({ refundEndsAs: '2000' })
    const { transactionid = '' } = await refund(world, await paid(world))
    const ask = async () =>
      elements(await world.text('tx_diagnose', { type: 'tx', transactionid }), 'error_code')
    expect(await ask()).toEqual(['2000'])
    expect(refunded(world)).toBe(0)
    await world.clock.advance(600_000)
    expect(await ask()).toEqual(['0'])
    expect(refunded(world)).toBe(820)
  })

  test.each([
    ['own', false],
    ['payment', true],
  ] as const)('is listed under the number that is %s', async (refundNumbers, isPayments) => {
    const world = await payablWorld({ refundNumbers, listsExternalId: isPayments })
    const id = await paid(world)
    await refund(world, id)
    const xml = await world.text('tx_diagnose', { type: 'refund', ...today })
    expect(elements(xml, 'transaction_id').includes(id)).toBe(isPayments)
    expect(elements(xml, 'external_id')).toEqual(isPayments ? ['rf1'] : [])
    expect(elements(xml, 'amount')).toEqual(['8.20'])
  })

  test.each([
    [{ amount: '20.00' }, '-6102'],
    [{ amount: '0' }, '-6102'],
    [{ amount: '1.234' }, '-6102'],
    [{ currency: 'USD' }, '-6103'],
    [{ transactionid: '1' }, '-6000'],
    [{ transactionid: '' }, '-6000'],
  ])('refuses %j with %s', async (changes, code) => {
    const world = await payablWorld()
    expect(await refund(world, await paid(world), changes)).toMatchObject({ status: code })
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('refuses before the payment is captured, and when it is told to', async () => {
    const world = await payablWorld()
    expect(await refund(world, await started(world))).toMatchObject({ status: '-6000' })
    world.simulator.configure({ refundEndsAs: '-5007' })
    expect(await refund(world, await paid(world))).toMatchObject({ status: '-5007' })
    expect(world.simulator.books().refunds).toEqual([])
  })
})
