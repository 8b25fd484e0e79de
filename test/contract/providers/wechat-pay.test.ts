import { describe, expect, test } from 'vitest'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import type { RawNotification } from '../../../server/providers/provider.ts'
import { aReference, aWish, type Pair, wechatPayPair } from './wechat-pay-world.ts'

const REFUND = {
  payment: aReference(),
  outRefundNo: 'rf1001',
  amount: { value: 500, currency: 'CNY' },
  reason: 'cold',
}

async function paid(pair: Pair): Promise<void> {
  await pair.provider.createPayment(aWish(pair))
  await pair.simulator.pay('p1001abc')
  await pair.settle()
}

function last({ arrivals }: Pair): RawNotification {
  const arrival = arrivals.at(-1)
  if (!arrival) throw new Error('nothing was notified')
  return arrival.raw
}

const factOf = (pair: Pair, notification: RawNotification): PaymentFact | undefined => {
  const parsed = pair.provider.parseNotification(notification)
  const [fact] = parsed.kind === 'event' ? parsed.facts : []
  return fact?.kind === 'payment' ? fact : undefined
}

describe('WeChat Pay against its simulator', () => {
  test('a certificate that comes anew is learnt, and its notification taken on the second try', async () => {
    const pair = await wechatPayPair({ wechatKeys: 'certificate' })
    await pair.provider.createPayment(aWish(pair))
    await pair.clock.advance(120_000)
    await pair.simulator.rotateCertificate()
    await pair.simulator.pay('p1001abc')
    await pair.settle()
    const [refused, taken] = pair.arrivals
    expect(refused).toMatchObject({ outcome: 'unverifiable', event: null })
    expect(taken?.event).toMatchObject({ facts: [{ status: 'paid' }] })
  })

  test('a forged, a probing and an old notification are refused', async () => {
    const pair = await wechatPayPair()
    await pair.provider.createPayment(aWish(pair))
    for (const lie of ['forgePaid', 'probe'] as const) {
      pair.simulator[lie]('p1001abc')
      await pair.settle()
      expect(() => factOf(pair, last(pair))).toThrow(
        expect.objectContaining({ outcome: 'unverifiable' }),
      )
    }
    await pair.simulator.pay('p1001abc')
    await pair.settle()
    const old = { ...last(pair), receivedAtMs: pair.clock.nowMs() + 300_000 }
    expect(() => factOf(pair, old)).toThrow('our clock says')
  })

  test('a sum that is not the order’s is told as it is', async () => {
    const pair = await wechatPayPair({ behaviour: { totalOffBy: 1 } })
    await paid(pair)
    const wrong = { status: 'paid', amount: { value: 2000, currency: 'CNY' } }
    expect(factOf(pair, last(pair))).toMatchObject(wrong)
    expect(await pair.provider.queryPayment(aReference())).toMatchObject(wrong)
  })

  test.each(['underscores', 'legacy'] as const)(
    'what is missing is null, with %s codes',
    async (codeSpelling) => {
      const pair = await wechatPayPair({ behaviour: { codeSpelling } })
      expect(await pair.provider.queryPayment(aReference())).toBeNull()
      const ref = { payment: aReference(), outRefundNo: 'rf9999', providerRefundId: null }
      expect(await pair.provider.queryRefund?.(ref)).toBeNull()
    },
  )

  test('too many calls at once are not sent, and the next one is taken', async () => {
    const pair = await wechatPayPair()
    pair.simulator.limitNext(1)
    const limited = pair.provider.createPayment(aWish(pair))
    await expect(limited).rejects.toMatchObject({ outcome: 'notSent' })
    expect(pair.simulator.books().payments).toEqual([])
    expect((await pair.provider.createPayment(aWish(pair))).fact.status).toBe('pending')
  })

  test('the same order again gets a cashier again, and is one order', async () => {
    const pair = await wechatPayPair()
    const wish = aWish(pair)
    await pair.provider.createPayment(wish)
    await pair.clock.advance(60_000)
    expect((await pair.provider.createPayment(wish)).clientAction?.kind).toBe('wechatPay')
    expect(pair.simulator.books().payments).toHaveLength(1)
    await pair.simulator.pay('p1001abc')
    expect(await pair.provider.createPayment(wish)).toMatchObject({ fact: { status: 'paid' } })
  })

  test('a payment code that wants a password waits, and is reversed where nobody gives it', async () => {
    const config = { paymentCode: true, store: { id: 'tea-shop' } }
    const behaviour = { codepay: true, codepayEndsAs: 'USERPAYING' } as const
    for (const pays of [true, false]) {
      const pair = await wechatPayPair({ behaviour, config })
      const answer = await pair.provider.createPayment(aWish(pair, { scene: 'paymentCode' }))
      expect(answer).toMatchObject({ fact: { status: 'pending' }, clientAction: { kind: 'wait' } })
      const ref = aReference({ scene: 'paymentCode' })
      if (pays) await pair.simulator.pay('p1001abc')
      const status = pays ? 'paid' : 'cancelled'
      expect(await pair.provider.closePayment?.(ref)).toMatchObject({ status })
      expect(pair.simulator.books().payments).toMatchObject([{ state: pays ? 'paid' : 'closed' }])
    }
  })

  test('an order is closed, and a paid one is not', async () => {
    const pair = await wechatPayPair()
    await pair.provider.createPayment(aWish(pair))
    expect(await pair.provider.closePayment?.(aReference())).toMatchObject({ status: 'cancelled' })
    expect(await pair.provider.queryPayment(aReference())).toMatchObject({ status: 'expired' })
    const other = await wechatPayPair()
    await paid(other)
    expect(await other.provider.closePayment?.(aReference())).toMatchObject({ status: 'paid' })
  })

  test.each(['unreachable', 'unavailable'] as const)(
    'the second host serves while the first is %s',
    async (primaryHost) => {
      const pair = await wechatPayPair({ behaviour: { primaryHost } })
      await paid(pair)
      expect(await pair.provider.queryPayment(aReference())).toMatchObject({ status: 'paid' })
    },
  )

  test('a refund that money is short for is made after topping up, once, by its number', async () => {
    const pair = await wechatPayPair({ behaviour: { merchantFunds: 'short' } })
    await paid(pair)
    expect(await pair.provider.refund?.(REFUND)).toMatchObject({
      status: 'needsAction',
      providerRefundId: null,
    })
    const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
    expect(await pair.provider.queryRefund?.(ref)).toBeNull()
    expect(pair.simulator.books().refunds).toEqual([])
    pair.simulator.configure({ merchantFunds: 'enough' })
    expect(await pair.provider.refund?.(REFUND)).toMatchObject({ status: 'processing' })
    await pair.clock.advance(600_000)
    expect(await pair.provider.queryRefund?.(ref)).toMatchObject({ status: 'succeeded' })
    expect(pair.simulator.books().refunds).toMatchObject([{ reference: 'rf1001' }])
  })

  test('a refund that cannot arrive needs action, and gets it', async () => {
    const pair = await wechatPayPair({ behaviour: { refundEndsAs: 'ABNORMAL' } })
    await paid(pair)
    await pair.provider.refund?.(REFUND)
    await pair.clock.advance(600_000)
    const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
    const fact = await pair.provider.queryRefund?.(ref)
    expect(fact).toMatchObject({ status: 'needsAction' })
    const refund = { ...ref, providerRefundId: fact?.providerRefundId ?? '' }
    const to = {
      kind: 'payerBankCard',
      bankType: 'CMB_DEBIT',
      accountNumber: '6225880137',
      holderName: '张三',
    } as const
    expect(await pair.provider.continueRefund?.(refund, to)).toMatchObject({
      outRefundNo: 'rf1001',
    })
  })
})
