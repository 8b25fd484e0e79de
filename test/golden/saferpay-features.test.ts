import { expect } from 'vitest'
import { golden, rowsOf } from './golden.ts'
import { saferpay } from './register/saferpay.ts'
import { PAYMENT, REFUND_WISH, saferpayAnswering, WISH } from './saferpay.ts'

/** Yes or no of the printed row; a row that is not there is neither. */
function supported(feature: string): readonly boolean[] {
  const row = rowsOf('saferpay/supported-features.txt').find((line) =>
    line.replaceAll(/[[\]]|\(…\)/g, '').startsWith(`| ${feature} `),
  )
  return [...(row ?? '').matchAll(/[✅❌]/gu)].map(([mark]) => mark === '✅')
}

/** Every path and every name of a field that we send in the life of a payment and its refund. */
async function wordsSent(): Promise<readonly string[]> {
  const { provider, calls } = saferpayAnswering()
  await provider.createPayment(WISH)
  await provider.queryPayment(PAYMENT)
  await provider.refund?.(REFUND_WISH)
  expect(calls.map(({ path }) => path)).toEqual([
    'PaymentPage/Initialize',
    'PaymentPage/Assert',
    'PaymentPage/Assert',
    'Transaction/Refund',
  ])
  const names = JSON.stringify(calls.map(({ body }) => body)).match(/"\w+"(?=:)/g)
  return [...(names ?? []), ...calls.map(({ path }) => path)]
}

/** A feature that is not there is not asked for, neither by a call nor by a field. */
const unasked = (feature: string, words: RegExp) => async () => {
  expect(supported(feature)).toEqual(feature === 'Capture/Cancel' ? [false, false] : [false])
  expect((await wordsSent()).filter((word) => words.test(word))).toEqual([])
}

golden(saferpay, 'saferpay-features', {
  'Capture/Cancel': async () => {
    // What names the money to give back is CaptureReference; nothing asks for a capture.
    await unasked('Capture/Cancel', /Transaction\/(Capture|Cancel)|AutoCapture|PreAuth/)()
    expect('closePayment' in saferpayAnswering().provider).toBe(false)
  },

  'Multipart Captures': unasked('Multipart Captures', /Multipart|Partial/),

  'Secure Card Data': unasked('Secure Card Data', /Alias|Card/),

  Refunds: async () => {
    expect(supported('Refunds')).toEqual([true])
    const { provider } = saferpayAnswering()
    expect(provider.capabilities.refunds).toMatchObject({ partial: true })
    expect(await provider.refund?.(REFUND_WISH)).toMatchObject({
      kind: 'refund',
      status: 'succeeded',
      outRefundNo: 'refund-1001-1',
      providerRefundId: 'refundTransaction1',
      amount: { value: 500, currency: 'CHF' },
    })
  },

  'Recurring Payments': unasked('Recurring Payments', /Recurring|Installment|"Initial"/),

  '3D Secure': unasked('3D Secure', /ThreeDs|3ds|Authentication|Liability/i),

  'Dynamic Currency Conversion (DCC)': unasked('Dynamic Currency Conversion (DCC)', /Dcc/i),

  'Mail Phone Order': unasked('Mail Phone Order', /Moto|MailPhone|Entry/i),
})
