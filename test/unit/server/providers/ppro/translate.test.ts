import { describe, expect, test } from 'vitest'
import type { FactSource } from '../../../../../server/domain/fact.ts'
import {
  FAIL_REASONS,
  httpOutcome,
  PAYMENT_STATUSES,
  paymentFact,
  questionOutcome,
  transactionFields,
} from '../../../../../server/providers/ppro/translate.ts'
import { decodeForm, transactionAnswerSchema } from '../../../../../server/providers/ppro/wire.ts'
import type { Money } from '../../../../../shared/money.ts'
import { failureOf } from '../support/failure.ts'
import { aConfig, aReference, aWish, PUBLISHED_OUTPUT } from './fixture.ts'

const terms = { accountId: 'ppro', anyIpv4: false, ...aConfig() }
const cny = { value: 1000, currency: 'CNY' }

function read(fields: Record<string, string>, amount: Money = cny, source: FactSource = 'query') {
  const answer = transactionAnswerSchema.parse({ TXID: '881495832', ...fields })
  return paymentFact(answer, { accountId: 'ppro', source, payment: aReference({ amount }) })
}

describe('a TRANSACTION', () => {
  test('is the published one', () => {
    expect(transactionFields(aWish(), terms)).toEqual({
      tag: 'wechatpay',
      countrycode: 'CN',
      currency: 'EUR',
      amount: '1055',
      merchanttxid: 'j2wkc3cddajs',
      channel: 'testchannel',
      merchantredirecturl: 'https://merchant.com/work/ppro2/happylanding.php',
      notificationurl: 'https://merchant.com/work/ppro2/notification.php',
      'specin.dynamicdescriptor': 'DynDescriptor',
      'specin.locale': 'zh-CN',
      accountholdername: 'John Doe',
    })
  })

  test('in a phone browser names the payer by a public IPv4 address', () => {
    expect(transactionFields(aWish({ scene: 'mobileWeb' }), terms)).toMatchObject({
      tag: 'wechatpayh5',
      'specin.ipaddress': '203.0.113.7',
    })
  })

  test.each(['10.0.0.1', '::1', '2001:db8::7', ''])(
    'in a phone browser is refused for the payer at %j',
    async (payerIp) => {
      const wish = aWish({ scene: 'mobileWeb', payerIp })
      const failure = await failureOf(() => transactionFields(wish, terms))
      expect(failure.outcome).toBe('rejected')
      expect(failure.message).toContain('public IPv4')
    },
  )

  test('at a desktop needs no address of the payer', () => {
    const fields = transactionFields(aWish({ payerIp: '::1' }), terms)
    expect(fields).not.toHaveProperty('specin.ipaddress')
  })

  test('against the sandbox takes payers from this machine, but only by IPv4', async () => {
    const local = { ...terms, anyIpv4: true }
    const wish = aWish({ scene: 'mobileWeb', payerIp: '127.0.0.1' })
    expect(transactionFields(wish, local)).toHaveProperty('specin.ipaddress', '127.0.0.1')
    await failureOf(() => transactionFields({ ...wish, payerIp: '::1' }, local))
  })

  test.each([
    [{ scene: 'miniProgram' }, 'cannot serve miniProgram'],
    [{ scene: 'officialAccount' }, 'cannot serve officialAccount'],
    [{ scene: 'app' }, 'cannot serve app'],
    [{ amount: { value: 1, currency: 'JPY' } }, 'takes no JPY'],
    [{ outTradeNo: 'UPPER' }, 'numbers of 1 to 40 lower-case letters'],
    [{ outTradeNo: 'p'.repeat(41) }, 'numbers of 1 to 40 lower-case letters'],
  ] as const)('is refused for %j, and says why', async (fields, why) => {
    const failure = await failureOf(() => transactionFields(aWish(fields), terms))
    expect(failure.outcome).toBe('rejected')
    expect(failure.message).toContain(why)
  })

  test.each([
    ['zh-CN', 'zh-CN'],
    ['zh-TW', 'zh-TW'],
    ['en', 'en-US'],
  ] as const)('shows %s to the payer as %s', (locale, theirs) => {
    expect(transactionFields(aWish({ locale }), terms)['specin.locale']).toBe(theirs)
  })

  test('cuts the descriptor to 32 characters, never through one of them', () => {
    const descriptorOf = (description: string) =>
      transactionFields(aWish({ description }), terms)['specin.dynamicdescriptor']
    expect(descriptorOf('x'.repeat(33))).toBe('x'.repeat(32))
    expect(descriptorOf(`${'x'.repeat(31)}🍵`)).toBe('x'.repeat(31))
    expect(descriptorOf('🍵 tea')).toBe('🍵 tea')
  })
})

describe('the state of a payment', () => {
  test('is in STATUS and FAILREASON, word by word', () => {
    expect(PAYMENT_STATUSES).toEqual({ PENDING: 'pending', SUCCEEDED: 'paid', FAILED: 'failed' })
    expect(FAIL_REASONS).toEqual({
      USER_ABORT: 'cancelled',
      CANCELED: 'cancelled',
      TIMEOUT: 'expired',
    })
  })

  test.each([
    ['USER_ABORT', 'cancelled'],
    ['CANCELED', 'cancelled'],
    ['TIMEOUT', 'expired'],
    ['UNKNOWN', 'failed'],
    ['INPUT_DATA', 'failed'],
    ['LOCAL_ERROR', 'failed'],
    ['REMOTE_ERROR', 'failed'],
    ['LOCAL_DECLINE', 'failed'],
    ['REMOTE_DECLINE', 'failed'],
    ['QUOTA', 'failed'],
    ['SOMETHING_NEW', 'failed'],
    ['constructor', 'failed'],
    ['', 'failed'],
  ])('FAILED for %s is %s', (FAILREASON, status) => {
    const fact = read({ STATUS: 'FAILED', FAILREASON })
    expect(fact).toMatchObject({ status, unknownStatus: false, settlement: null, amount: null })
    expect(fact.providerStatus).toBe(`FAILED ${FAILREASON}`.trim())
  })

  test.each(['SOMETHING_NEW', 'succeeded', 'constructor', ''])(
    'by the unknown word %j is pending and marked',
    (STATUS) => {
      expect(read({ STATUS })).toMatchObject({ status: 'pending', unknownStatus: true })
    },
  )

  test('is never told by REQUESTSTATUS', () => {
    expect(read({ REQUESTSTATUS: 'SUCCEEDED', STATUS: 'PENDING' }).status).toBe('pending')
    expect(read({ REQUESTSTATUS: 'SUCCEEDED' })).toMatchObject({
      kind: 'payment',
      unknownStatus: true,
      providerStatus: '',
    })
  })

  test.each([
    ['PENDING', 'pending'],
    ['SUCCEEDED', 'paid'],
  ])('is not ended by a reason beside %s', (STATUS, status) => {
    expect(read({ STATUS, FAILREASON: 'TIMEOUT' }).status).toBe(status)
  })

  test('is not paid by the word of the answer that hands out the code', () => {
    const answer = transactionAnswerSchema.parse(decodeForm(Buffer.from(PUBLISHED_OUTPUT)))
    const payment = { ...aReference(), providerPaymentId: null }
    const fact = paymentFact(answer, { accountId: 'ppro', source: 'create', payment })
    expect(fact).toMatchObject({
      status: 'pending',
      unknownStatus: true,
      providerPaymentId: '881495832',
      settlement: null,
    })
  })

  test('is not told by an answer about another payment', async () => {
    for (const other of [{ TXID: '881495833' }, { MERCHANTTXID: 'another' }]) {
      const failure = await failureOf(() => read({ STATUS: 'SUCCEEDED', ...other }))
      expect(failure.outcome).toBe('unverifiable')
      expect(failure.message).toContain('something else than was asked for')
    }
    expect(read({ STATUS: 'SUCCEEDED', MERCHANTTXID: 'J2WKC3CDDAJS' }).status).toBe('paid')
  })

  test.each(['0', ''])('is not a success without a transaction (TXID=%s)', async (TXID) => {
    const failure = await failureOf(() => read({ TXID, STATUS: 'SUCCEEDED' }))
    expect(failure.outcome).toBe('unverifiable')
    expect(failure.message).toContain('without a TXID')
  })
})

describe('the amount of a success', () => {
  const paid = (fields: Record<string, string>, amount = cny) =>
    read({ STATUS: 'SUCCEEDED', ...fields }, amount)

  test('and its settlement are those of the published CNY example', () => {
    const fact = paid({
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.CNYAMOUNT': '10.00',
      'SPECOUT.SRCCURRENCY': 'CNY',
      'SPECOUT.SRCAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    })
    expect(fact.amount).toEqual(cny)
    expect(fact.settlement).toEqual({
      source: cny,
      settled: { value: 160, currency: 'USD' },
      rate: '6.44145000',
    })
  })

  test.each([
    [{}, null],
    [{ 'SPECOUT.FXRATE': '6.44' }, { source: null, settled: null, rate: '6.44' }],
    [
      { 'SPECOUT.SRCAMOUNT': '1000', 'SPECOUT.SRCCURRENCY': 'CNY' },
      { source: cny, settled: null, rate: null },
    ],
    [
      { 'SPECOUT.SETTLEMENTAMOUNT': '160', 'SPECOUT.SETTLEMENTCURRENCY': 'USD' },
      { source: null, settled: { value: 160, currency: 'USD' }, rate: null },
    ],
  ])('comes with as much of its settlement as is told: %j', (fields, settlement) => {
    expect(paid(fields).settlement).toEqual(settlement)
  })

  test('is the one asked for where nothing in the answer can be compared with it', () => {
    const answer = transactionAnswerSchema.parse(decodeForm(Buffer.from(PUBLISHED_OUTPUT)))
    const payment = aReference()
    const fact = paymentFact(answer, { accountId: 'ppro', source: 'query', payment })
    expect(fact).toMatchObject({
      status: 'paid',
      amount: { value: 1055, currency: 'EUR' },
      settlement: {
        source: { value: 8274, currency: 'CNY' },
        settled: { value: 15, currency: 'EUR' },
        rate: '6.59430000',
      },
    })
  })

  test.each([
    ['AMOUNT', { AMOUNT: '999' }, { value: 999, currency: 'CNY' }],
    ['CURRENCY', { CURRENCY: 'USD' }, { value: 1000, currency: 'USD' }],
    ['both', { AMOUNT: '1', CURRENCY: 'EUR' }, { value: 1, currency: 'EUR' }],
    ['CNYAMOUNT', { 'SPECOUT.CNYAMOUNT': '9.99' }, { value: 999, currency: 'CNY' }],
    [
      'the debit',
      { 'SPECOUT.SRCAMOUNT': '1', 'SPECOUT.SRCCURRENCY': 'CNY', AMOUNT: '1000' },
      { value: 1, currency: 'CNY' },
    ],
  ])('is the differing one where %s differs', (_, fields, amount) => {
    expect(paid(fields).amount).toEqual(amount)
  })

  test('is not compared with a debit in another currency', () => {
    const fields = { 'SPECOUT.SRCAMOUNT': '8274', 'SPECOUT.SRCCURRENCY': 'CNY' }
    const eur = { value: 1055, currency: 'EUR' }
    expect(paid({ ...fields, 'SPECOUT.CNYAMOUNT': '82.74' }, eur).amount).toEqual(eur)
  })

  test('is not told by a payment that is still open, but a difference is seen at once', () => {
    expect(read({ STATUS: 'PENDING' }).amount).toBeNull()
    expect(read({ STATUS: 'PENDING', AMOUNT: '1' }).amount).toEqual({ value: 1, currency: 'CNY' })
  })
})

describe('no answer to a question', () => {
  test.each([
    ['INPUT_DATA', true, 'notFound'],
    ['NOT_FOUND', true, 'notFound'],
    ['INPUT_DATA', false, 'rejected'],
    ['LOCAL_DECLINE', true, 'rejected'],
    ['LOCAL_ERROR', true, 'unknown'],
    ['REMOTE_ERROR', false, 'unknown'],
    ['UNKNOWN', true, 'unknown'],
    ['', true, 'unknown'],
  ] as const)('for %s (by our number: %s) is %s', (reason, byOurNumber, outcome) => {
    expect(questionOutcome(reason, byOurNumber)).toBe(outcome)
  })

  test.each([
    [400, 'rejected'],
    [401, 'rejected'],
    [403, 'rejected'],
    [404, 'rejected'],
    [408, 'unknown'],
    [409, 'unknown'],
    [425, 'notSent'],
    [429, 'notSent'],
    [302, 'unknown'],
    [500, 'unknown'],
    [503, 'unknown'],
  ] as const)('with HTTP %i is %s', (status, outcome) => {
    expect(httpOutcome(status)).toBe(outcome)
  })
})
