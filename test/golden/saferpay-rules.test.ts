import { expect } from 'vitest'
import type { CreatePaymentInput } from '../../server/providers/provider.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { golden } from './golden.ts'
import { saferpay } from './register/saferpay.ts'
import { ANSWERS, PAYMENT, REFUND_WISH, saferpayAnswering, WISH } from './saferpay.ts'

async function initialized(wish: CreatePaymentInput) {
  const { provider, calls } = saferpayAnswering()
  await provider.createPayment(wish)
  return calls
}

golden(saferpay, 'saferpay-rules', {
  'H5 permission: without it, mobile payments will be rejected': async () => {
    const onPhone = { ...WISH, scene: 'mobileWeb' } as const
    expect(saferpayAnswering().provider.capabilities.scenes).toContain('mobileWeb')
    const { provider, calls } = saferpayAnswering(ANSWERS, { mobileWeb: false })
    expect(provider.capabilities.scenes).toEqual(['desktopQr'])
    expect((await failureOf(() => provider.createPayment(onPhone))).outcome).toBe('rejected')
    expect(calls).toEqual([])
  },

  'Only via the Payment Page, not the Secure PayGate': async () => {
    expect((await initialized(WISH)).map(({ path }) => path)).toEqual(['PaymentPage/Initialize'])
  },

  'JSON API Version 1.40 or later': async () => {
    const { provider, calls } = saferpayAnswering()
    await provider.createPayment(WISH)
    await provider.queryPayment(PAYMENT)
    await provider.refund?.(REFUND_WISH)
    expect(calls.length).toBeGreaterThanOrEqual(3)
    for (const { body } of calls) {
      expect(body).toMatchObject({
        RequestHeader: { SpecVersion: expect.stringMatching(/^1\.\d\d$/) },
      })
      const [, minor] = /"SpecVersion":"1\.(\d\d)"/.exec(JSON.stringify(body)) ?? []
      expect(Number(minor)).toBeGreaterThanOrEqual(40)
    }
  },

  'A refund cannot be cancelled': () => {
    const { provider } = saferpayAnswering()
    const verbs = Object.keys(provider).filter((verb) => /refund/i.test(verb))
    expect(verbs.toSorted()).toEqual(['queryRefund', 'refund'])
  },

  'The turnover on this day must cover the amount to be refunded': async () => {
    for (const ErrorName of ['NO_CREDITS_AVAILABLE', 'CONDITION_NOT_SATISFIED']) {
      const Refund = { Behavior: 'DO_NOT_RETRY', ErrorName, ErrorMessage: 'No.' }
      const { provider } = saferpayAnswering({ ...ANSWERS, Refund })
      const failure = await failureOf(() => provider.refund?.(REFUND_WISH))
      expect(failure.outcome).toBe('rejected')
      expect(failure.message).toMatch(/turnover since the last batch close/)
    }
  },

  'The CaptureId, needed for a refund, is returned by Payment Page Assert': async () => {
    const { provider, calls } = saferpayAnswering()
    expect(await provider.refund?.(REFUND_WISH)).toMatchObject({
      status: 'succeeded',
      amount: { value: 500, currency: 'CHF' },
    })
    expect(calls).toMatchObject([
      { path: 'PaymentPage/Assert', body: { Token: ANSWERS.Initialize.Token } },
      {
        path: 'Transaction/Refund',
        body: { CaptureReference: { CaptureId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA_c' } },
      },
    ])
    const { CaptureId: _, ...uncaptured } = ANSWERS.Assert.Transaction
    const without = saferpayAnswering({ ...ANSWERS, Assert: { Transaction: uncaptured } })
    expect((await failureOf(() => without.provider.refund?.(REFUND_WISH))).outcome).toBe('rejected')
    expect(without.calls.map(({ path }) => path)).toEqual(['PaymentPage/Assert'])
  },

  'OrderId is limited to 50 characters': async () => {
    const OrderId = 'o'.repeat(50)
    const [call] = await initialized({ ...WISH, outTradeNo: OrderId })
    expect(call?.body).toMatchObject({ Payment: { OrderId } })
    const { provider, calls } = saferpayAnswering()
    const tooLong = { ...WISH, outTradeNo: `${OrderId}o` }
    expect((await failureOf(() => provider.createPayment(tooLong))).outcome).toBe('rejected')
    expect(calls).toEqual([])
  },

  'The notification URLs are mandatory': async () => {
    const [call] = await initialized(WISH)
    const ours = expect.stringMatching(/^https:\/\/shop\.example\/n\?/)
    expect(call?.body).toMatchObject({
      Notification: { SuccessNotifyUrl: ours, FailNotifyUrl: ours },
    })
  },
})
