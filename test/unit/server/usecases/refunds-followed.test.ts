import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { Capabilities, NotifiedPayment } from '../../../../server/providers/provider.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, refusalOf, type World } from '../../../support/world.ts'

/** Refunds after they have been sent: what is repeated, what is asked, and what is left to people. */

const HOUR_MS = 3_600_000
const MEMORY_MS = 3 * HOUR_MS
/** A provider that is asked before anything is sent to it again. */
const LOOKED_FOR: Capabilities = { ...KEYED, idempotency: 'lookup' }
/** A provider that knows a repeat as one for a while, and finds no refund by our number. */
const FORGETFUL: Capabilities = {
  ...KEYED,
  refunds: { partial: true, repeated: true, windowMs: 1e12, keyMemoryMs: MEMORY_MS },
}

let world: World
let payment: Payment
let events = 0
afterEach(() => world.close())

async function open(capabilities: Capabilities): Promise<void> {
  world = await createWorld({ capabilities })
  payment = await aPaidPayment(world)
}

function refund(value: number, idempotencyKey = `refund-${value}`) {
  const amount = { value, currency: 'CNY' }
  return requestRefund(world, {
    paymentId: payment.paymentId,
    amount,
    reason: null,
    idempotencyKey,
  })
}

const stored = async (refundId: string) => {
  const found = await world.store.refund(refundId)
  if (!found) throw new Error(`there is no refund ${refundId}`)
  return found
}

function notify(said: object) {
  events += 1
  const text = `genuine ${JSON.stringify({ eventId: `e${events}`, ...said })}`
  const body = new TextEncoder().encode(text)
  const receivedAtMs = world.clock.nowMs()
  return receiveNotification(world, 'scripted', {
    method: 'POST',
    headers: {},
    query: '',
    body,
    receivedAtMs,
  })
}
const notifyAbout = (about: NotifiedPayment) => notify({ about })

const loseAnswers = (times: number) =>
  world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' }, times)
const callsOf = (name: string) => world.provider.calls.filter((call) => call === name).length
const eventTypes = async () =>
  (await world.store.events({ afterSeq: 0, limit: 1_000 })).map(({ type }) => type)

describe('a refund without an answer, where the provider knows a repeat for a while', () => {
  beforeEach(() => open(FORGETFUL))

  test('is repeated while it does, and is one refund', async () => {
    loseAnswers(5)
    const { refundId } = await refund(500)
    await world.later(HOUR_MS)
    expect(await stored(refundId)).toMatchObject({ status: 'succeeded' })
    expect(world.provider.refunds.size).toBe(1)
  })

  test('is left to people once it has forgotten, and never sent again by itself', async () => {
    loseAnswers(1_000)
    const { refundId, outRefundNo } = await refund(500)
    await world.later(MEMORY_MS - HOUR_MS)
    expect(await stored(refundId)).toMatchObject({ status: 'requested' })
    await world.later(2 * HOUR_MS)
    const waiting = await stored(refundId)
    expect(waiting).toMatchObject({ status: 'needsAction', dueAtMs: null })
    expect(waiting.advice).toContain(outRefundNo)
    expect(await eventTypes()).toContain('refund.needsAction')
    const sent = callsOf('refund')
    await world.later(10 * HOUR_MS)
    expect(callsOf('refund')).toBe(sent)
    expect(world.provider.refunds.size).toBe(1)
  })

  test('still holds its money then', async () => {
    loseAnswers(1_000)
    await refund(1999)
    await world.later(MEMORY_MS + HOUR_MS)
    expect(await refusalOf(refund(1))).toBe('refundExceedsPaid')
  })

  test('that surely never left is sent however late', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'notSent' })
    const { refundId } = await refund(500)
    await world.clock.advance(2 * MEMORY_MS)
    await world.work()
    expect(await stored(refundId)).toMatchObject({ status: 'succeeded' })
  })

  test('is not called failed because its repeat is refused: the first try may have worked', async () => {
    loseAnswers(1)
    const { refundId } = await refund(500)
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' })
    await world.later(60_000)
    expect(await stored(refundId)).toMatchObject({ status: 'needsAction', dueAtMs: null })
    expect(await refusalOf(refund(1999, 'all-of-it'))).toBe('refundExceedsPaid')
  })

  test('is done when a notification says so after all', async () => {
    loseAnswers(1_000)
    const { refundId, outRefundNo } = await refund(500)
    await world.later(MEMORY_MS + HOUR_MS)
    await notify({ outRefundNo })
    expect(await stored(refundId)).toMatchObject({ status: 'succeeded', advice: null })
  })
})

describe('a refund that needs an action', () => {
  beforeEach(async () => {
    await open(LOOKED_FOR)
    world.provider.refundEndsAs = 'needsAction'
  })

  test.each(['succeeded', 'failed'] as const)('is followed until it has %s', async (end) => {
    const { refundId, outRefundNo } = await refund(500)
    expect(await stored(refundId)).toMatchObject({ status: 'needsAction', advice: 'approve it' })
    await world.later(HOUR_MS)
    expect(await stored(refundId)).toMatchObject({ status: 'needsAction' })
    const booked = world.provider.refunds.get(outRefundNo)
    if (booked) booked.status = end
    await world.later(2 * HOUR_MS)
    expect(await stored(refundId)).toMatchObject({ status: end, advice: null, dueAtMs: null })
  })

  test('is asked about less and less often, and never sent again', async () => {
    await refund(500)
    await world.later(6 * HOUR_MS)
    const atFirst = callsOf('queryRefund')
    await world.later(6 * HOUR_MS)
    expect(atFirst).toBeGreaterThan(5)
    expect(callsOf('queryRefund')).toBeLessThan(2 * atFirst - 1)
    expect(callsOf('refund')).toBe(1)
  })

  test('is followed also where the provider denies it, and not sent again', async () => {
    const { refundId, outRefundNo } = await refund(500)
    world.provider.refunds.delete(outRefundNo)
    await world.later(6 * HOUR_MS)
    expect(await stored(refundId)).toMatchObject({ status: 'needsAction' })
    expect(world.provider.refunds.size).toBe(0)
  })
})

describe('a notification that names a payment', () => {
  const about = () => ({ outTradeNo: payment.outTradeNo, providerPaymentId: null })

  test('is a reason to look at its open refunds, and not at the paid payment', async () => {
    await open(LOOKED_FOR)
    world.provider.refundEndsAs = 'processing'
    const { refundId, outRefundNo } = await refund(500)
    await world.later(6 * HOUR_MS)
    const booked = world.provider.refunds.get(outRefundNo)
    if (booked) booked.status = 'succeeded'
    const queries = callsOf('query')
    await notifyAbout(about())
    await world.work()
    expect(await stored(refundId)).toMatchObject({ status: 'succeeded' })
    expect(callsOf('query')).toBe(queries)
  })

  test('leaves refunds alone that are over', async () => {
    await open(LOOKED_FOR)
    await refund(500)
    const before = world.provider.calls.length
    await notifyAbout(about())
    await world.work()
    expect(world.provider.calls).toHaveLength(before)
  })

  test.each([
    ['looks', LOOKED_FOR],
    ['repeats', FORGETFUL],
  ] as const)(
    'while a refund is on its way makes no second one, where the provider %s',
    async (_, capabilities) => {
      await open(capabilities)
      // The notification comes while the request travels: a look cannot find the refund yet.
      const never = world.provider.refund.bind(world.provider)
      let sent = 0
      world.provider.refund = async (input) => {
        sent += 1
        if (sent === 1) {
          await notifyAbout(about())
          await world.work()
        }
        return never(input)
      }
      const { refundId } = await refund(500)
      await world.later(60_000)
      expect(sent).toBe(1)
      expect(await stored(refundId)).toMatchObject({ status: 'succeeded' })
      expect(world.provider.refunds.size).toBe(1)
    },
  )

  test('adds what it tells to the state of the payment, and takes nothing away', async () => {
    await open(LOOKED_FOR)
    await world.store.transaction(async (tx) => {
      const row = await tx.lockPayment(payment.paymentId)
      if (row) await tx.updatePayment({ ...row, providerState: { secret: 'ours' } })
    })
    await notifyAbout({ ...about(), providerState: { secret: 'theirs', capture: 'c1' } })
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      providerState: { secret: 'ours', capture: 'c1' },
    })
  })

  test('by a further number finds it, and by an unknown one waits for it', async () => {
    world = await createWorld({ capabilities: LOOKED_FOR })
    world.provider.providerReference = '2138384845'
    payment = await aPaidPayment(world)
    world.provider.refundEndsAs = 'processing'
    const { outRefundNo, refundId } = await refund(500)
    await world.later(6 * HOUR_MS)
    const booked = world.provider.refunds.get(outRefundNo)
    if (booked) booked.status = 'succeeded'
    const nameless = { outTradeNo: null, providerPaymentId: null }
    await notifyAbout({ ...nameless, providerReference: '9999999999' })
    await world.work()
    expect(await world.store.inboxRow('scripted', `e${events}`)).toMatchObject({ state: 'waiting' })
    expect(await stored(refundId)).toMatchObject({ status: 'processing' })
    await notifyAbout({ ...nameless, providerReference: '2138384845' })
    await world.work()
    expect(await world.store.inboxRow('scripted', `e${events}`)).toMatchObject({ state: 'applied' })
    expect(await stored(refundId)).toMatchObject({ status: 'succeeded' })
  })
})

test('the provider is told which of its refunds belong to others, and the sum of this one', async () => {
  await open(LOOKED_FOR)
  const first = await refund(500)
  world.provider.refundEndsAs = 'processing'
  const asked: unknown[] = []
  const look = world.provider.queryRefund.bind(world.provider)
  world.provider.queryRefund = (ref) => {
    asked.push(ref)
    return look(ref)
  }
  await refund(700)
  await world.later(60_000)
  expect(asked[0]).toMatchObject({
    amount: { value: 700, currency: 'CNY' },
    otherRefundIds: [first.providerRefundId],
  })
})
