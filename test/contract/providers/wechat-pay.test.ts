import { describe, expect, test, vi } from 'vitest'
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

function last({ notifications }: Pair): RawNotification {
  const notification = notifications.at(-1)
  if (!notification) throw new Error('nothing was notified')
  return notification
}

const factOf = (pair: Pair, notification: RawNotification): PaymentFact | undefined => {
  const parsed = pair.provider.parseNotification(notification)
  const [fact] = parsed.kind === 'event' ? parsed.facts : []
  return fact?.kind === 'payment' ? fact : undefined
}

/** The first one may come before its certificate: then it is refused, and comes again. */
const genuine = (pair: Pair) => vi.waitFor(() => factOf(pair, last(pair)))

describe('WeChat Pay against its simulator', () => {
  test.each([
    ['miniProgram', 'wechatPay'],
    ['officialAccount', 'wechatPay'],
    ['desktopQr', 'qrCode'],
    ['mobileWeb', 'redirect'],
    ['app', 'appPay'],
  ] as const)('%s gets a %s, and the order stands in their books', async (scene, kind) => {
    const pair = await wechatPayPair()
    const { fact, clientAction } = await pair.provider.createPayment(aWish(pair, { scene }))
    expect(fact.status).toBe('pending')
    expect(clientAction?.kind).toBe(kind)
    expect(pair.simulator.books().payments).toMatchObject([
      { reference: 'p1001abc', state: 'open' },
    ])
  })

  test.each(['publicKey', 'certificate', 'both'] as const)(
    'a payment is paid by notification and by query, with keys of kind %s',
    async (wechatKeys) => {
      const pair = await wechatPayPair({ wechatKeys })
      await paid(pair)
      const fact = await genuine(pair)
      expect(fact).toMatchObject({
        status: 'paid',
        outTradeNo: 'p1001abc',
        amount: { value: 1999, currency: 'CNY' },
      })
      const asked = await pair.provider.queryPayment(
        aReference({ providerPaymentId: fact?.providerPaymentId ?? null }),
      )
      expect(asked).toMatchObject({ status: 'paid', providerPaymentId: fact?.providerPaymentId })
    },
  )

  test('a certificate that comes anew is learnt, and its notification taken on the second try', async () => {
    const pair = await wechatPayPair({ wechatKeys: 'certificate' })
    await pair.provider.createPayment(aWish(pair))
    await pair.clock.advance(120_000)
    await pair.simulator.rotateCertificate()
    await pair.simulator.pay('p1001abc')
    await pair.settle()
    expect(() => factOf(pair, last(pair))).toThrow('a key that we do not have')
    await pair.provider.queryPayment(aReference())
    expect(factOf(pair, last(pair))).toMatchObject({ status: 'paid' })
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

  test('a wrong amount and an unknown word are told as they are', async () => {
    const wrong = await wechatPayPair({ behaviour: { totalOffBy: 1 } })
    await paid(wrong)
    expect(await genuine(wrong)).toMatchObject({
      status: 'paid',
      amount: { value: 2000, currency: 'CNY' },
    })
    const strange = await wechatPayPair({ behaviour: { tradeStateWord: 'TOMORROW' } })
    await paid(strange)
    expect(await strange.provider.queryPayment(aReference())).toMatchObject({
      status: 'pending',
      unknownStatus: true,
    })
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

  test('money goes back in parts, never more than came, once per number', async () => {
    const pair = await wechatPayPair()
    await paid(pair)
    expect(await pair.provider.refund?.(REFUND)).toMatchObject({ status: 'processing' })
    expect(await pair.provider.refund?.(REFUND)).toMatchObject({ outRefundNo: 'rf1001' })
    expect(pair.simulator.books().refunds).toHaveLength(1)
    await pair.clock.advance(61_000)
    await pair.provider.refund?.({
      ...REFUND,
      outRefundNo: 'rf1002',
      amount: { value: 1499, currency: 'CNY' },
    })
    await pair.clock.advance(61_000)
    const surplus = { ...REFUND, outRefundNo: 'rf1003', amount: { value: 1, currency: 'CNY' } }
    await expect(pair.provider.refund?.(surplus)).rejects.toMatchObject({ outcome: 'rejected' })
    await pair.clock.advance(600_000)
    await pair.settle()
    const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
    expect(await pair.provider.queryRefund?.(ref)).toMatchObject({
      status: 'succeeded',
      amount: { value: 500 },
    })
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
