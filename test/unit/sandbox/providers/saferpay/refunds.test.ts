import { describe, expect, test } from 'vitest'
import { paid, type SaferpayWorld, saferpayWorld, started } from './world.ts'

const DAY_MS = 86_400_000

function refund(world: SaferpayWorld, Value: string, changes: object = {}) {
  const id = world.simulator.books().payments[0]?.id
  const Refund = {
    Amount: { Value, CurrencyCode: 'CHF' },
    OrderId: 'refund-1001-1',
    RestrictRefundAmountToCapturedAmount: true,
    ...changes,
  }
  return world.call('Transaction/Refund', { Refund, CaptureReference: { CaptureId: `${id}_c` } })
}
const nameOf = async (told: ReturnType<typeof refund>) => (await told).json['ErrorName']
const of = (name: string) => (world: SaferpayWorld, TransactionId: string) =>
  world.call(`Transaction/${name}`, { TransactionReference: { TransactionId } })
const [assertRefund, capture, cancel] = [of('AssertRefund'), of('Capture'), of('Cancel')]
const refundId = (world: SaferpayWorld) => world.simulator.books().refunds[0]?.id ?? ''

describe('Transaction/Refund', () => {
  test('gives the money back at once', async () => {
    const world = await saferpayWorld()
    const before = world.people.balanceFen('li-wei')
    const { token } = await started(world)
    await world.simulator.pay(token, { person: 'li-wei' })
    const { json } = await refund(world, '1999')
    expect(json['Transaction']).toMatchObject({
      Type: 'REFUND',
      Status: 'CAPTURED',
      Amount: { Value: '1999', CurrencyCode: 'CHF' },
      OrderId: 'refund-1001-1',
    })
    expect(world.people.balanceFen('li-wei')).toBe(before)
    expect(world.simulator.books()).toMatchObject({
      payments: [{ refundedMinor: 1999 }],
      refunds: [{ state: 'succeeded', reference: 'refund-1001-1' }],
    })
  })

  test('in parts stops at the captured sum where it is told to', async () => {
    const world = await saferpayWorld()
    await paid(world)
    expect((await refund(world, '1000')).status).toBe(200)
    expect((await refund(world, '999')).status).toBe(200)
    expect(await nameOf(refund(world, '1'))).toBe('AMOUNT_INVALID')
  })

  test('goes beyond it where it is not told', async () => {
    const world = await saferpayWorld({ turnoverRule: false })
    await paid(world)
    const unrestricted = { RestrictRefundAmountToCapturedAmount: undefined }
    expect((await refund(world, '5000', unrestricted)).status).toBe(200)
  })

  test.each(['NO_CREDITS_AVAILABLE', 'CONDITION_NOT_SATISFIED'] as const)(
    'is %s where the turnover since the last close does not cover it',
    async (turnoverError) => {
      const world = await saferpayWorld({ turnoverError })
      await paid(world)
      const { TerminalId } = world.page
      expect((await world.call('Batch/Close', { TerminalId })).status).toBe(200)
      await world.clock.advance(1)
      expect(await nameOf(refund(world, '500'))).toBe(turnoverError)
      await paid(world, { OrderId: 'order-1002', Amount: { Value: '500', CurrencyCode: 'CHF' } })
      expect((await refund(world, '500')).status).toBe(200)
      expect(await nameOf(refund(world, '1'))).toBe(turnoverError)
    },
  )

  test('has no turnover of yesterday', async () => {
    const world = await saferpayWorld()
    await paid(world)
    await world.clock.advance(DAY_MS)
    expect(await nameOf(refund(world, '500'))).toBe('NO_CREDITS_AVAILABLE')
  })

  test('needs the capture, and its currency', async () => {
    const world = await saferpayWorld()
    await started(world)
    expect(await nameOf(refund(world, '1'))).toBe('TRANSACTION_NOT_FOUND')
    await world.simulator.pay('order-1001')
    const Amount = { Value: '1', CurrencyCode: 'EUR' }
    expect(await nameOf(refund(world, '1', { Amount }))).toBe('CURRENCY_INVALID')
    expect(await nameOf(refund(world, '0'))).toBe('VALIDATION_FAILED')
  })
})

describe('a refund that is not done at once', () => {
  test('waits for its capture, once', async () => {
    const world = await saferpayWorld({ refundsAs: 'AUTHORIZED' })
    await paid(world)
    await refund(world, '500')
    const id = refundId(world)
    expect((await assertRefund(world, id)).json['ErrorName']).toBe('TRANSACTION_IN_WRONG_STATE')
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'pending' }])
    expect((await capture(world, id)).json).toMatchObject({ Status: 'CAPTURED' })
    expect((await capture(world, id)).json['ErrorName']).toBe('TRANSACTION_ALREADY_CAPTURED')
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'succeeded' }])
  })

  test.each([
    ['CAPTURED', 200, 'succeeded'],
    ['DECLINED', 402, 'failed'],
  ] as const)('is pending, then %s', async (pendingRefundsEndAs, status, state) => {
    const world = await saferpayWorld({ refundsAs: 'PENDING', pendingRefundsEndAs })
    await paid(world)
    await refund(world, '500')
    const id = refundId(world)
    expect((await assertRefund(world, id)).json['Status']).toBe('PENDING')
    await world.clock.advance(600_000)
    expect((await assertRefund(world, id)).status).toBe(status)
    expect(world.simulator.books().refunds).toMatchObject([{ state }])
  })

  test('calls the address that it was given', async () => {
    const world = await saferpayWorld({ refundsAs: 'PENDING' })
    await paid(world)
    const CaptureId = `${world.simulator.books().payments[0]?.id}_c`
    await world.call('Transaction/Refund', {
      Refund: { Amount: { Value: '1', CurrencyCode: 'CHF' } },
      CaptureReference: { CaptureId },
      PendingNotification: { NotifyUrl: `${world.sink.url}?refund=1` },
    })
    await world.clock.advance(600_000)
    await world.simulator.notifications.idle()
    expect(world.notified()).toEqual(['GET ok=1', 'GET refund=1'])
  })
})

describe('Capture and Cancel', () => {
  test('are nothing for WeChat payments, nor is Cancel for refunds', async () => {
    const world = await saferpayWorld()
    await paid(world)
    const id = world.simulator.books().payments[0]?.id ?? ''
    await refund(world, '1')
    expect((await capture(world, id)).json['ErrorName']).toBe('TRANSACTION_ALREADY_CAPTURED')
    expect((await cancel(world, id)).json['ErrorName']).toBe('TRANSACTION_ALREADY_CAPTURED')
    expect((await cancel(world, refundId(world))).json['ErrorName']).toBe('ACTION_NOT_SUPPORTED')
    expect((await cancel(world, 'another')).json['ErrorName']).toBe('TRANSACTION_NOT_FOUND')
    expect((await assertRefund(world, id)).json['ErrorName']).toBe('TRANSACTION_NOT_FOUND')
  })
})
