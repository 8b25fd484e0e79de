import { describe, expect, test } from 'vitest'
import {
  APP_IDS,
  aWish,
  created,
  notificationWith,
  paid,
  paymentFacts,
  referenceOf,
  wooshpayPair,
} from './wooshpay-world.ts'

/** WooshPay's payments: real HTTP, simulated counterparty, in every shape the documents leave open. */

const SUCCEEDED = 'payment_intent.succeeded'
const PAID = { status: 'paid', amount: { value: 1999, currency: 'CNY' }, unknownStatus: false }

describe('a payment is created', () => {
  test('with a code to draw, or an address that knows the way back', async () => {
    const pair = await wooshpayPair()
    const qr = await created(pair)
    expect(qr.answer.clientAction).toMatchObject({
      content: expect.stringMatching(/^weixin:/),
      image: null,
    })
    const h5 = await created(pair, { scene: 'mobileWeb', outTradeNo: 'p1002' })
    const url = expect.stringContaining('redirect_url=https%3A')
    expect(h5.answer.clientAction).toMatchObject({ url })
  })

  test.each(['MD5', 'HMAC-SHA256', 'RSA'] as const)(
    'so that the cashier opens: Official Account, %s',
    async (signType) => {
      const pair = await wooshpayPair({ behaviour: { signType } })
      const { answer } = await created(pair, { scene: 'officialAccount' })
      if (answer.clientAction?.kind !== 'wechatPay') throw new Error('no cashier')
      const { payParams } = answer.clientAction
      expect(pair.cashier('officialAccount', payParams)).toHaveProperty('row')
      const bent = { ...payParams, nonceStr: 'another' }
      expect(pair.cashier('officialAccount', bent)).toHaveProperty('refusal')
    },
  )

  test.each(['OFFICIAL_ACCOUNT', 'MINI_PROGRAM'] as const)(
    'so that the cashier opens: Mini Program under %s',
    async (miniProgramTerminalType) => {
      const pair = await wooshpayPair({ config: { miniProgramTerminalType } })
      const { answer } = await created(pair, { scene: 'miniProgram' })
      expect(answer.fact.appId).toBe(APP_IDS.miniProgram)
      if (answer.clientAction?.kind !== 'wechatPay') throw new Error('no cashier')
      expect(pair.cashier('miniProgram', answer.clientAction.payParams)).toHaveProperty('row')
    },
  )

  test('not for a Mini Program whose terminal type the account does not take', async () => {
    const pair = await wooshpayPair({
      config: { miniProgramTerminalType: 'MINI_PROGRAM' },
      behaviour: { miniProgramTerminals: ['OFFICIAL_ACCOUNT'] },
    })
    const answer = pair.provider.createPayment(aWish(pair, { scene: 'miniProgram' }))
    await expect(answer).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'parameter_invalid',
    })
  })

  test.each([
    [0, 'pending', 'wait'],
    [1999, 'paid', undefined],
  ])('at the till, password-free up to %i: %s', async (passwordFreeUpToMinor, status, kind) => {
    const pair = await wooshpayPair({
      config: { scenes: ['paymentCode'] },
      behaviour: { passwordFreeUpToMinor },
    })
    const wish = { ...aWish(pair, { scene: 'paymentCode' }), paymentCode: '134567890123456789' }
    const { fact, clientAction } = await pair.provider.createPayment(wish)
    expect(fact).toMatchObject({ status, amount: wish.amount })
    expect(clientAction?.kind).toBe(kind)
    const ref = referenceOf(wish, fact.providerPaymentId)
    if (status === 'pending') await pair.simulator.pay(ref.providerPaymentId ?? '')
    expect(await pair.provider.queryPayment(ref)).toMatchObject(PAID)
  })
})

describe('a payment is paid', () => {
  test.each([{ createdIn: 'seconds' }, { listsAsText: true }, { amountReceived: 'told' }] as const)(
    'whatever the form of the messages: %j',
    async (behaviour) => {
      const pair = await wooshpayPair({ behaviour })
      const { ref } = await paid(pair)
      const atMs = pair.clock.nowMs()
      expect(await pair.provider.queryPayment(ref)).toMatchObject(PAID)
      expect(paymentFacts(pair, notificationWith(pair, SUCCEEDED))).toMatchObject([
        { ...PAID, occurredAtMs: atMs },
      ])
    },
  )

  test.each([-1, 1])('with another sum (%i), which both sources tell', async (offMinor) => {
    const pair = await wooshpayPair({ behaviour: { receivedTooMuchMinor: offMinor } })
    const { ref } = await paid(pair)
    const amount = { value: 1999 + offMinor, currency: 'CNY' }
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'paid', amount })
    expect(paymentFacts(pair, notificationWith(pair, SUCCEEDED))).toMatchObject([{ amount }])
  })

  test('in a word that nobody has heard of: reported, asked about, not believed', async () => {
    const pair = await wooshpayPair({ behaviour: { successWord: 'settled' } })
    const { ref, id } = await paid(pair)
    const unknown = { status: 'pending', unknownStatus: true, providerStatus: 'settled' }
    expect(await pair.provider.queryPayment(ref)).toMatchObject(unknown)
    expect(pair.provider.parseNotification(notificationWith(pair, SUCCEEDED))).toMatchObject({
      facts: [unknown],
      queries: [{ providerPaymentId: id }],
    })
  })
})

describe('a payment ends without money', () => {
  test.each(['requires_payment_method', 'failed'] as const)(
    'when it is turned down: %s',
    async (failureWord) => {
      const pair = await wooshpayPair({ behaviour: { failureWord } })
      const { id, ref } = await created(pair)
      pair.simulator.decline(id)
      await pair.settle()
      expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'failed' })
      const failed = notificationWith(pair, 'payment_intent.payment_failed')
      expect(paymentFacts(pair, failed)).toMatchObject([{ status: 'failed', unknownStatus: false }])
    },
  )

  test('when we close it, and nobody can pay it any more', async () => {
    const pair = await wooshpayPair()
    const { id, ref } = await created(pair)
    expect(await pair.provider.closePayment?.(ref)).toMatchObject({ status: 'cancelled' })
    await expect(pair.simulator.pay(id)).rejects.toThrow('canceled')
    await pair.settle()
    const canceled = notificationWith(pair, 'payment_intent.canceled')
    expect(paymentFacts(pair, canceled)).toMatchObject([{ status: 'cancelled' }])
    expect(await pair.provider.closePayment?.(ref)).toMatchObject({ status: 'cancelled' })
  })

  test('when its time is over: pending at WooshPay until we close it', async () => {
    const pair = await wooshpayPair()
    const { id, ref } = await created(pair)
    pair.simulator.expire(id)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
    expect(await pair.provider.closePayment?.(ref)).toMatchObject({ status: 'cancelled' })
  })
})

describe('when something goes wrong on the line', () => {
  test('the same number with another sum makes no second payment', async () => {
    const pair = await wooshpayPair()
    await created(pair)
    const other = aWish(pair, { amount: { value: 2999, currency: 'CNY' } })
    await expect(pair.provider.createPayment(other)).rejects.toMatchObject({
      outcome: 'unknown',
      providerCode: 'idempotency_error',
    })
    expect(pair.simulator.books().payments).toHaveLength(1)
  })

  test('of several payments of one number the paid one counts', async () => {
    const pair = await wooshpayPair()
    const { id, wish } = await created(pair)
    await pair.simulator.pay(id)
    await pair.clock.advance(25 * 3_600_000)
    expect((await created(pair)).id).not.toBe(id)
    expect(await pair.provider.queryPayment(referenceOf(wish))).toMatchObject({
      ...PAID,
      providerPaymentId: id,
    })
  })

  test('too many requests are not sent, and worth another try after a second', async () => {
    const pair = await wooshpayPair({ behaviour: { requestsPerSecond: 1 } })
    const { ref } = await created(pair)
    const limited = { outcome: 'notSent', retryAfterMs: 1_000, providerCode: 'rate_limit' }
    await expect(pair.provider.queryPayment(ref)).rejects.toMatchObject(limited)
    await pair.clock.advance(1_000)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
  })

  test.each(['underError', 'onTop'] as const)(
    'a wrong key is refused by its code, errors %s, and is not shown',
    async (errorsStand) => {
      const pair = await wooshpayPair({ behaviour: { errorsStand } })
      const wrong = pair.connect({ secretKey: 'sk_test_wrong' })
      await expect(wrong.createPayment(aWish(pair))).rejects.toMatchObject({
        outcome: 'rejected',
        providerCode: 'api_key_invalid',
        message: expect.not.stringContaining('sk_test_wrong'),
      })
    },
  )
})
