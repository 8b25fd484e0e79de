import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import {
  aReference,
  aWish,
  connect,
  INITIALIZED,
  refundTransaction,
  refused,
  transaction,
} from './fixture.ts'

/**
 * Saferpay's WeChat Pay page, sentence by sentence. It prints rules and
 * a table, and no messages; messages are pinned to the specification in the other tests.
 */
describe('Saferpay’s WeChat Pay page', () => {
  const sent = async (fields = {}) => {
    const { provider, peer } = await connect({ Initialize: [{ json: INITIALIZED }] })
    await provider.createPayment(aWish(fields))
    return { heard: peer.last(), body: JSON.parse(peer.last().body) }
  }

  test('"can only be done via the Payment Page"', async () => {
    expect((await sent()).heard.path).toMatch(/\/PaymentPage\/Initialize$/)
  })

  test('"JSON API Version 1.40 or later"', async () => {
    const { SpecVersion } = (await sent()).body.RequestHeader
    const [major = 0, minor = 0] = String(SpecVersion).split('.').map(Number)
    expect(major * 1_000 + minor).toBeGreaterThanOrEqual(1_040)
  })

  test('"OrderId is limited to 50 characters"', async () => {
    const outTradeNo = 'o'.repeat(50)
    expect((await sent({ outTradeNo })).body.Payment.OrderId).toBe(outTradeNo)
    await expect(sent({ outTradeNo: `${outTradeNo}o` })).rejects.toThrow('50')
  })

  test('"the notification URLs … are mandatory"', async () => {
    const { SuccessNotifyUrl, FailNotifyUrl } = (await sent()).body.Notification
    expect([SuccessNotifyUrl, FailNotifyUrl].every((url) => URL.canParse(url))).toBe(true)
  })

  test('"the CaptureId, needed for a refund, is returned … of Payment Page Assert"', async () => {
    const { provider, peer } = await connect({
      Assert: [{ json: transaction({ CaptureId: 'theCapture' }) }],
      Refund: [{ json: refundTransaction() }],
    })
    const amount = { value: 500, currency: 'CHF' }
    const payment = aReference()
    await provider.refund?.({ payment, outRefundNo: 'refund-1001-1', amount, reason: null })
    expect(JSON.parse(peer.last().body).CaptureReference).toEqual({ CaptureId: 'theCapture' })
  })

  test('"the turnover on this day must be greater than or equal to the amount"', async () => {
    const { provider } = await connect({
      Assert: [{ json: transaction() }],
      Refund: [refused('NO_CREDITS_AVAILABLE')],
    })
    const amount = { value: 500, currency: 'CHF' }
    const payment = aReference()
    const failure = await failureOf(() =>
      provider.refund?.({ payment, outRefundNo: 'refund-1001-1', amount, reason: null }),
    )
    expect(failure.message).toMatch(/turnover since the last batch close/)
  })

  test('the feature table: no capture, no cancel, refunds yes', async () => {
    const { provider } = await connect({})
    expect('closePayment' in provider).toBe(false)
    expect('refund' in provider && 'queryRefund' in provider).toBe(true)
  })
})
