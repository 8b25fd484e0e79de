import { expect } from 'vitest'
import { ProviderError } from '../../server/providers/errors.ts'
import type { CreatedPayment, CreatePaymentInput } from '../../server/providers/provider.ts'
import { golden, unwrapped } from './golden.ts'
import { DESKTOP_WISH, MOBILE_WISH, payablAnswering, tableOf } from './payabl.ts'
import { payabl } from './register/payabl.ts'

const DESKTOP = unwrapped('payabl/desktop-response.txt')
const MOBILE = unwrapped('payabl/mobile-response.txt')

/** What our code makes of an answer, and `unverifiable`, `unknown` … where it takes none of it. */
async function madeOf(answer: string, wish: CreatePaymentInput): Promise<CreatedPayment | string> {
  try {
    return await payablAnswering([answer]).provider.createPayment(wish)
  } catch (error) {
    if (error instanceof ProviderError) return error.outcome
    throw error
  }
}

/** Sets one field to another value. */
const altered = (answer: string, name: string, value: string) =>
  answer.replace(new RegExp(`(^|&)${name}=[^&]*`), `$1${name}=${value}`)

/** What each field of the reference is to us: another value of it makes … */
const FIELDS = {
  // … another number of theirs than its own duplicate: an answer that nobody can read.
  transactionid: ['1', 'unknown'],
  transid: ['1', 'unknown'],
  // … a refusal.
  status: ['-6000', 'rejected'],
  // … no difference: these are sentences for people, and never decide.
  errormessage: ['declined', 'same'],
  errmsg: ['declined', 'same'],
  amount: ['0.01', 'unknown'],
  price: ['0.01', 'unknown'],
  // … another sum, to be set aside as a mismatch.
  currency: ['GBP', 'mismatch'],
  orderid: ['Another', 'unverifiable'],
  // … another number to look for in their notifications.
  ppro_id: ['1', 'other'],
  fail_reason: ['x', 'same'],
  redirect_secret: ['x', 'same'],
  // … another page for the payer.
  redirect_url: ['https%3A%2F%2Fr2.girogate.de%2Fother', 'other'],
  payment_guarantee: ['x', 'same'],
  user_id: ['1', 'same'],
} as const

async function expectEveryField(path: string, answer: string, wish: CreatePaymentInput) {
  expect([...tableOf(path, Object.keys(FIELDS)).values()].every(Boolean)).toBe(true)
  const original = await madeOf(answer, wish)
  for (const [name, [value, effect]] of Object.entries(FIELDS)) {
    expect(answer).toMatch(new RegExp(`(^|&)${name}=`))
    const made = await madeOf(altered(answer, name, value), wish)
    if (effect === 'same') expect(made, name).toEqual(original)
    else if (effect === 'other') expect(made, name).not.toEqual(original)
    else if (effect === 'mismatch') {
      expect(made).toMatchObject({ fact: { amount: { ...wish.amount, currency: value } } })
    } else expect(made, name).toBe(effect)
  }
}

golden(payabl, 'payabl-responses', {
  'Desktop: response example': async () => {
    expect(await madeOf(DESKTOP, DESKTOP_WISH)).toMatchObject({
      fact: {
        status: 'pending',
        unknownStatus: false,
        outTradeNo: 'Payabl-Test',
        providerPaymentId: '105175176',
        amount: { value: 1999, currency: 'EUR' },
      },
      clientAction: {
        kind: 'redirect',
        url: 'https://r2.girogate.de/wechatpay/S1067/I?tx=2075066542&rs=51gwMhNScinltTnRDPjSCEBbDc1WKW99&cs=42d847979945c2e2d61c953eebc724bc57c18ef215dd3d746632dc4d1df2075d',
      },
      providerState: { pproId: '2075066542' },
    })
  },

  'Desktop: response fields': () =>
    expectEveryField('payabl/desktop-response-fields.txt', DESKTOP, DESKTOP_WISH),

  'Mobile: response example': async () => {
    expect(MOBILE).toContain('&redirect_url=https://r2.girogate.de/')
    expect(await madeOf(MOBILE, MOBILE_WISH)).toMatchObject({
      fact: {
        status: 'pending',
        unknownStatus: false,
        outTradeNo: 'Payabl-Test',
        providerPaymentId: '215479405',
        amount: { value: 123, currency: 'USD' },
      },
      clientAction: {
        kind: 'redirect',
        url: 'https://r2.girogate.de/wechatpay/S1461/I?tx=2138384845&rs=rJG9Lc5BeHe26NYnXf4B0nxsTjXWwzYF&cs=ca2bc13b8779493dfa18ef861b2e5ac0acc14fd47a5c45d13b788726da217a97',
      },
      providerState: { pproId: '2138384845' },
    })
  },

  'Mobile: response fields': () =>
    expectEveryField('payabl/mobile-response-fields.txt', MOBILE, MOBILE_WISH),
})
