import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeForm,
  encodeForm,
  isIpv4,
  isRouted,
  refundAnswerSchema,
  transactionAnswerSchema,
} from '../../../../../server/providers/ppro/wire.ts'
import { PUBLISHED_OUTPUT } from './fixture.ts'

const decode = (text: string) => decodeForm(Buffer.from(text))

describe('a form', () => {
  test('of the published output is read whatever its spelling', () => {
    expect(decode(PUBLISHED_OUTPUT)).toEqual({
      REQUESTSTATUS: 'SUCCEEDED',
      STATUS: 'SUCCEEDED',
      TXID: '881495832',
      ERRMSG: '',
      CHANNEL: 'testchannel',
      TAG: 'wechatpay',
      REDIRECTSECRET: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343',
      'SPECOUT.EXPIRYTIMESTAMP': '1618842495',
      'SPECOUT.PAYMENTPURPOSE': '2LUPW10 DynDescriptor',
      'SPECOUT.QRCODEURL': 'weixin://wxpay/bizpayurl?pr=abcdefg',
      'SPECOUT.SRCAMOUNT': '8274',
      'SPECOUT.SRCCURRENCY': 'CNY',
      'SPECOUT.FXRATE': '6.59430000',
      'SPECOUT.SETTLEMENTAMOUNT': '15',
      'SPECOUT.SETTLEMENTCURRENCY': 'EUR',
    })
  })

  test.each([
    ['txid=1', { TXID: '1' }],
    ['specout_FxRate=6', { 'SPECOUT.FXRATE': '6' }],
    ['A=%E6%9D%8E', { A: '李' }],
    ['A=%E9', { A: 'é' }],
    ['A=%', { A: '%' }],
    ['A=%EF%BB%BFx', { A: '\ufeffx' }],
    ['A=b+c%20d%2B', { A: 'b c d+' }],
    ['A=x%3Dy&B=', { A: 'x=y', B: '' }],
    ['A=1&A=1', { A: '1' }],
    ['nonsense&A=1&&', { A: '1' }],
    ['', {}],
  ])('%j is read as %j', (text, fields) => {
    expect(decode(text)).toEqual(fields)
  })

  test.each(['STATUS=FAILED&STATUS=SUCCEEDED', 'SPECOUT.X=1&specout_x=2'])(
    'that gives one name two values (%s) is none',
    (text) => {
      expect(decode(text)).toBeNull()
    },
  )

  test('comes back as it was sent', () => {
    const names = fc.stringMatching(/^[A-Z]{1,8}$/)
    const values = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed())
    fc.assert(
      fc.property(fc.dictionary(names, values), (fields) => {
        expect(decodeForm(encodeForm(fields))).toEqual({ ...fields })
      }),
    )
  })

  test('is written also for text with half a character in it', () => {
    expect(decodeForm(encodeForm({ A: 'tea \ud83c' }))).toEqual({ A: 'tea \ufffd' })
  })

  test('never breaks the reader, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeForm(bytes)).not.toThrow()
      }),
    )
  })
})

describe('an answer', () => {
  test('has numbers where it has digits, and nothing where it has nothing', () => {
    const answer = transactionAnswerSchema.parse(decode(PUBLISHED_OUTPUT))
    expect(answer).toMatchObject({
      'SPECOUT.SRCAMOUNT': 8274,
      'SPECOUT.EXPIRYTIMESTAMP': 1618842495,
    })
    expect(answer.ERRMSG).toBeUndefined()
  })

  test.each(['SPECOUT.SRCAMOUNT', 'AMOUNT', 'SPECOUT.CNYAMOUNT'])(
    'whose %s is no amount cannot be read',
    (name) => {
      for (const value of ['1e3', '-5', '0x10', '10,00', ' ', '1.234']) {
        expect(transactionAnswerSchema.safeParse({ [name]: value }).success).toBe(false)
      }
    },
  )

  test('is not held up by settlement figures in a strange spelling', () => {
    const answer = transactionAnswerSchema.parse({ 'SPECOUT.SETTLEMENTAMOUNT': '1.60' })
    expect(answer['SPECOUT.SETTLEMENTAMOUNT']).toBeUndefined()
    expect(refundAnswerSchema.safeParse({ 'SPECOUT.SETTLEMENTAMOUNT': '-160' }).success).toBe(true)
  })

  test('counts CNYAMOUNT in fen', () => {
    const fen = (text: string) =>
      transactionAnswerSchema.parse({ 'SPECOUT.CNYAMOUNT': text })['SPECOUT.CNYAMOUNT']
    expect(fen('10.00')).toEqual({ value: 1000, currency: 'CNY' })
    expect(fen('10')).toEqual({ value: 1000, currency: 'CNY' })
    expect(fen('0.1')).toEqual({ value: 10, currency: 'CNY' })
  })
})

describe('an address', () => {
  test.each(['203.0.113.7', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '192.167.1.1'])(
    '%s is public IPv4',
    (address) => {
      expect(isIpv4(address) && isRouted(address)).toBe(true)
    },
  )

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.9',
    '172.16.0.1',
    '172.31.255.255',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '2001:db8::1',
    '256.1.1.1',
    '1.2.3',
    '',
    '203.0.113.7 ',
  ])('%j is not', (address) => {
    expect(isIpv4(address) && isRouted(address)).toBe(false)
  })
})
