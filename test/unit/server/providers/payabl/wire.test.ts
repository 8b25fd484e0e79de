import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  answerSchema,
  daysSince,
  decodeForm,
  encodeForm,
  inLatin1,
  lastMonth,
  readDiagnosis,
} from '../../../../../server/providers/payabl/wire.ts'
import {
  aCapture,
  anItem,
  diagnosis,
  PUBLISHED_ADDRESS,
  PUBLISHED_ANSWER,
  PUBLISHED_H5_ADDRESS,
  PUBLISHED_H5_ANSWER,
} from './fixture.ts'

const decode = (text: string) => decodeForm(Buffer.from(text, 'latin1'))
const read = (text: string) => readDiagnosis(Buffer.from(text, 'latin1'))

describe('a form', () => {
  test('of the published desktop answer is read', () => {
    expect(decode(PUBLISHED_ANSWER)).toEqual({
      transactionid: '105175176',
      transid: '105175176',
      status: '0',
      errormessage: 'pending',
      errmsg: 'pending',
      amount: '19.99',
      price: '19.99',
      currency: 'EUR',
      orderid: 'Payabl-Test',
      payment_guarantee: '',
      redirect_url: PUBLISHED_ADDRESS,
      fail_reason: '',
      ppro_id: '2075066542',
      redirect_secret: 'sLxXi3B718nT8WRa13B9MCZ3Miti2XL0',
      user_id: '704535',
    })
  })

  test('of the published H5 answer gets its unescaped address back', () => {
    const fields = decode(PUBLISHED_H5_ANSWER)
    expect(fields).toMatchObject({
      redirect_url: PUBLISHED_H5_ADDRESS,
      payment_guarantee: '',
      redirect_secret: 'Sdaf0Tn8j7LYK3Oagsl2eJ01YQLaUAjM',
      custom2: 'wechatpayh5',
    })
    expect(fields).not.toHaveProperty('rs')
    expect(fields).not.toHaveProperty('cs')
  })

  test('keeps what an unescaped address has escaped, in whatever order its parameters come', () => {
    expect(decode('redirect_url=https://x.example/?rs=a%2Bb+c&tx=1&user_id=7&cs=2')).toEqual({
      redirect_url: 'https://x.example/?rs=a%2Bb+c&tx=1&cs=2',
      user_id: '7',
    })
  })

  test('has fields of these names where no unescaped address came before them', () => {
    expect(decode('rs=1&redirect_url=https%3A%2F%2Fx.example%2F%3Ftx%3D2&cs=3')).toEqual({
      rs: '1',
      redirect_url: 'https://x.example/?tx=2',
      cs: '3',
    })
  })

  test.each([
    ['a=b+c%20d%2B', { a: 'b c d+' }],
    ['a=%E9', { a: 'é' }],
    ['a=%C3%A9', { a: 'Ã©' }],
    ['a=%', { a: '%' }],
    ['a=x=y&b=', { a: 'x=y', b: '' }],
    ['a=1&a=1', { a: '1' }],
    ['nonsense&=x&a=1&&\r\n', { a: '1' }],
    ['', {}],
  ])('%j is read as %j', (text, fields) => {
    expect(decode(text)).toEqual(fields)
  })

  test('that gives one name two values is none', () => {
    expect(decode('status=0&status=2000')).toBeNull()
  })

  test('comes back as it was sent, in Latin-1 bytes', () => {
    expect(Buffer.from(encodeForm({ a: 'Zoë & Söhne', b: '' })).toString('latin1')).toBe(
      'a=Zo%EB%20%26%20S%F6hne&b=',
    )
    const names = fc.stringMatching(/^[a-z]{1,8}$/)
    const latin1 = fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => Buffer.from(bytes).toString('latin1'))
    fc.assert(
      fc.property(fc.dictionary(names, latin1), (fields) => {
        fc.pre(!('redirect_url' in fields))
        expect(decodeForm(encodeForm(fields))).toEqual({ ...fields })
      }),
      { seed: 46 },
    )
  })

  test('is not written with letters that it cannot carry', () => {
    expect(() => encodeForm({ a: '李' })).toThrow(RangeError)
    expect(() => encodeForm({ a: '𝒳' })).toThrow(RangeError)
  })
})

describe('text in Latin-1', () => {
  test.each([
    ['Zoë Müller', 'Zoë Müller'],
    ['Zoe\u0308', 'Zoë'],
    ['Łukasz Dvořák', 'Lukasz Dvorák'],
    ['Œuvre – “x”…', 'OEuvre - "x"...'],
    ['5 €', '5 EUR'],
    ['ＡＢ', 'AB'],
    ['李伟', '\ufffd\ufffd'],
    ['tea 🍵', 'tea \ufffd'],
  ])('%s is %s', (text, expected) => {
    expect(inLatin1(text)).toBe(expected)
  })

  test('is all that ever comes out, but for the mark of what was lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const letters = Array.from(inLatin1(text))
        expect(letters.filter((one) => one > '\u00ff' && one !== '\ufffd')).toEqual([])
      }),
      { seed: 46 },
    )
  })
})

describe('an answer', () => {
  const good = decode(PUBLISHED_ANSWER)

  test('is read without its old duplicates, and by them where they stand alone', () => {
    const { transactionid: _, amount: __, ...old } = { ...good }
    for (const fields of [good, old]) {
      expect(answerSchema.parse(fields)).toMatchObject({
        status: '0',
        transactionid: '105175176',
        amount: '19.99',
        errormessage: 'pending',
        redirect_url: PUBLISHED_ADDRESS,
      })
    }
  })

  test.each([{ transid: '1' }, { price: '1.00' }, { status: '' }])(
    'that says %j besides cannot be read',
    (fields) => {
      expect(answerSchema.safeParse({ ...good, ...fields }).success).toBe(false)
    },
  )
})

describe('a diagnosis', () => {
  test('is read with its transactions, empty elements and entities', () => {
    const list = diagnosis([anItem(), aCapture({ order_id: 'a&amp;b&#233;&#xe9;' })])
    expect(read(list)).toMatchObject({
      status: '0',
      items: [
        { transaction_id: '105175176', order_id: 'Payabl-Test', error_code: '0', amount: '19.99' },
        { order_id: 'a&béé', booking_date: '24.06.2026' },
      ],
    })
  })

  test('of nothing has no transactions; of a failed question it has the message', () => {
    expect(read(diagnosis([]))).toEqual({ status: '0', message: '', items: [] })
    const failed = diagnosis([], { status: '-6000', error_message: 'wrong signature' })
    expect(read(failed)).toMatchObject({ status: '-6000', message: 'wrong signature', items: [] })
  })

  test('may have comments, sections of text, attributes and its list inside another element', () => {
    const text = [
      '<response a="1"><!-- x --><process><status><![CDATA[0]]></status></process>',
      '<transactions><transaction><order_id>1</order_id></transaction></transactions></response>',
    ].join('')
    expect(read(text)).toMatchObject({ status: '0', items: [{ order_id: '1' }] })
  })

  test.each([
    ['nothing', ''],
    ['HTML', '<html><br><body></html>'],
    ['a form', 'status=0'],
    ['no process', '<response><transaction/></response>'],
    ['no status', '<response><process/></response>'],
    ['a document type', '<!DOCTYPE r [<!ENTITY x "y">]><response/>'],
    ['two roots', '<a><process><status>0</status></process></a><b/>'],
    ['an end that is missing', '<response><process><status>0</status></process>'],
    ['an end too many', '<response><process><status>0</status></process></response></x>'],
    ['one name twice', '<r><process><status>0</status><status>1</status></process></r>'],
    ['text around it', `x${diagnosis([])}`],
  ])('is not %s', (_, text) => {
    expect(read(text)).toBeNull()
  })

  test('never breaks the reader, and a cut-off one is none', () => {
    const whole = diagnosis([anItem()])
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(read(whole.slice(0, length))).toBeNull()
      }),
      { seed: 46 },
    )
  })
})

describe('a range of days', () => {
  const nowMs = Date.UTC(2026, 5, 24, 23, 30)

  test('is the last month until tomorrow', () => {
    expect(lastMonth(nowMs)).toEqual({ start_date: '25.05.2026', end_date: '25.06.2026' })
  })

  test('begins a day before the payment, and is never longer than a month', () => {
    expect(daysSince('24.06.2026 10:10:00', nowMs)).toEqual({
      start_date: '23.06.2026',
      end_date: '25.06.2026',
    })
    expect(daysSince('01.01.2026 10:10:00', nowMs)).toEqual({
      start_date: '31.12.2025',
      end_date: '31.01.2026',
    })
  })

  test.each([undefined, '', '2026-06-24', '24.06.2027'])(
    'is the last month where the payment was made at %j',
    (created) => {
      expect(daysSince(created, nowMs)).toEqual(lastMonth(nowMs))
    },
  )
})
