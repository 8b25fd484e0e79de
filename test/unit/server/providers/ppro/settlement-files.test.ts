import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  footer,
  outcomeOf,
  PAID_LINE,
  REFUND_HEADER,
  REFUND_LINE,
  read,
  STEM,
  VOLUME_HEADER,
} from './settlement-world.ts'

const VOLUME = `${STEM}-volume-per-transaction.csv`
const whole = `${VOLUME_HEADER}\n${PAID_LINE}\n${footer(1, '1.60')}`

describe('a file that is not what it says is not believed', () => {
  test.each([
    ['a payment is missing', whole.replace(`${PAID_LINE}\n`, ''), 'counts 1 records'],
    ['an amount was changed', whole.replace(',1.60,USD', ',1.70,USD'), 'do not add up to 1.60'],
    [
      'the count was changed',
      whole.replace('RECORD_COUNT,1', 'RECORD_COUNT,2'),
      'counts 2 records',
    ],
  ])('%s', (_, text, why) => {
    expect(outcomeOf(VOLUME, text)).toContain('unverifiable')
    expect(outcomeOf(VOLUME, text)).toContain(why)
  })

  test('broken packing is damage', () => {
    const packed = gzipSync(whole)
    expect(outcomeOf(`${VOLUME}.gz`, packed)).toBe('read')
    expect(outcomeOf(`${VOLUME}.gz`, packed.subarray(0, -9))).toContain('unverifiable')
  })

  test('a file that has lost its end is read and reported', () => {
    const { rows, problems } = read(VOLUME, `${VOLUME_HEADER}\n${PAID_LINE}\n202106152,9991`)
    expect(rows).toHaveLength(1)
    expect(problems).toMatchObject([
      { source: VOLUME, line: 3 },
      { source: VOLUME, line: null },
    ])
  })

  test('in fee files a footer that does not fit is reported, as nobody says what it counts', () => {
    const header = VOLUME_HEADER.replace(',AMOUNT', ',FEE_TYPE,AMOUNT')
    const fee = PAID_LINE.replace(',1.60', ',ACQUIRING_FEE,-0.10')
    const name = `${STEM}-fee-per-transaction.csv`
    const { rows, problems } = read(name, `${header}\n${fee}\n${footer(3, '-0.10')}`)
    expect(rows).toHaveLength(1)
    expect(problems).toMatchObject([{ source: name, line: null }])
  })

  test.each([
    ['a name of nobody', 'settlement.csv', whole],
    ['a daily name with a settlement suffix', '20210615Z_volume-per-transaction.csv', whole],
    ['a settlement name with a daily kind', `${STEM}-transaction.csv`, whole],
    ['a report of another kind', `${STEM}-volume-per-refund.csv`, whole],
    ['nothing', VOLUME, ''],
    ['a picture', VOLUME, '\x89PNG\r\n'],
    ['broken quotes', VOLUME, `${VOLUME_HEADER}\n"${PAID_LINE}`],
  ])('%s is none of PPRO’s files', (_, name, text) => {
    expect(outcomeOf(name, text)).toContain('rejected')
  })
})

describe('a line that cannot be read is reported with its place', () => {
  test.each([
    ['no number', PAID_LINE.replace('999111222', ''), 'TX_ID is empty'],
    ['an amount in words', PAID_LINE.replace('1.60', '1,60'), 'more or fewer fields'],
    ['no amount', PAID_LINE.replace('1.60', ''), 'AMOUNT is empty'],
    ['a thousandth of a dollar', PAID_LINE.replace('1.60', '1.601'), 'decimals'],
    ['a payment of nothing', PAID_LINE.replace('1.60', '0.00'), 'above zero'],
    ['a payment that takes money away', PAID_LINE.replace('1.60', '-1.60'), 'above zero'],
    ['a currency that is none', PAID_LINE.replace('USD', 'usd'), 'CURRENCY'],
  ])('%s', (_, line, why) => {
    const { rows, problems } = read(VOLUME, `${VOLUME_HEADER}\n${line}\n${PAID_LINE}\n`)
    expect(rows).toMatchObject([{ line: 3 }])
    expect(problems[0]).toMatchObject({ source: VOLUME, line: 2 })
    expect(problems[0]?.message).toContain(why)
  })

  test('a refund that brings money is reported', () => {
    const name = `${STEM}-volume-per-refund.csv`
    const { rows, problems } = read(
      name,
      `${REFUND_HEADER}\n${REFUND_LINE.replace('-1.60', '1.60')}\n`,
    )
    expect(rows).toEqual([])
    expect(problems[0]?.message).toContain('below zero')
  })

  test('one line twice in a file counts once', () => {
    const text = `${VOLUME_HEADER}\n${PAID_LINE}\n${PAID_LINE}\n${footer(2, '3.20')}`
    const { rows, problems } = read(VOLUME, text)
    expect(rows).toHaveLength(1)
    expect(problems).toMatchObject([{ line: 3 }])
  })
})

describe('words that no document has stay open and are reported', () => {
  test.each([
    ['SUCCEEDED', 'paid', false],
    ['READY', 'paid', false],
    ['FUNDSRECEIVED', 'paid', false],
    ['FUNDSMISSING', 'pending', true],
    ['TELEPORTED', 'pending', true],
    ['constructor', 'pending', true],
  ])('a payment that is %s', (word, status, unknownStatus) => {
    const { rows } = read(VOLUME, `${VOLUME_HEADER}\n${PAID_LINE.replace('SUCCEEDED', word)}\n`)
    expect(rows).toMatchObject([{ kind: 'payment', status, unknownStatus, providerStatus: word }])
  })

  test.each([
    ['SUCCEEDED', 'succeeded', false],
    ['FUNDSREJECTED', 'failed', false],
    ['TELEPORTED', 'processing', true],
  ])('a refund that is %s', (word, status, unknownStatus) => {
    const text = `${REFUND_HEADER}\n${REFUND_LINE.replace('SUCCEEDED', word)}\n`
    const { rows } = read(`${STEM}-volume-per-refund.csv`, text)
    expect(rows).toMatchObject([
      { kind: 'refund', status, unknownStatus, settled: { value: -160 } },
    ])
  })
})

describe('only our own lines are taken', () => {
  test('lines of other contracts and methods count in the footer and are left to their owners', () => {
    const others = [
      PAID_LINE.replace('TESTCONTRACT', 'OTHERCONTRACT').replace('999111222', '1'),
      PAID_LINE.replace('WeChatPay', 'iDEAL').replace('999111222', '2'),
    ]
    const text = [VOLUME_HEADER, ...others, PAID_LINE, footer(3, '4.80')].join('\n')
    const { rows, problems } = read(VOLUME, text)
    expect(rows).toMatchObject([{ providerPaymentId: '999111222' }])
    expect(problems).toEqual([])
  })

  test('a file with nothing but other people’s lines is told, an empty one is not', () => {
    const other = PAID_LINE.replace('TESTCONTRACT', 'OTHERCONTRACT')
    const foreign = read(VOLUME, `${VOLUME_HEADER}\n${other}\n${footer(1, '1.60')}`)
    expect(foreign.rows).toEqual([])
    expect(foreign.problems).toMatchObject([{ line: null }])
    expect(read(VOLUME, `${VOLUME_HEADER}\n${footer(0, '0.00')}`)).toEqual({
      rows: [],
      problems: [],
    })
  })
})

describe('processing files tell of states, in cents of the payment’s own currency', () => {
  const header =
    'TXID,TXSTATE,FAILTYPE,FUNDSTATE,AMOUNT,CURRENCY,ACCOUNTHOLDER,TAG,MERCHANTTXID,INITTS,SUCCEEDEDTS,FAILEDTS,MCONTRACT'
  const daily = (state: string) => `20210615Z_transaction_${state}.consolidated.csv`
  const line = (fields: Partial<Record<'state' | 'fail' | 'tag' | 'contract', string>> = {}) => {
    const {
      state = 'SUCCEEDED',
      fail = 'UNKNOWN',
      tag = 'livechannel',
      contract = 'TESTCONTRACT',
    } = fields
    const times = `2021-06-15T11:30:00Z,${state === 'SUCCEEDED' ? '2021-06-15 11:37:01' : ''},${state === 'FAILED' ? '2021-06-15T11:40:00.500Z' : ''}`
    return `999111222,${state},${fail},WAITING,1000,CNY,"Li, ""W""",${tag},p1001,${times},${contract}`
  }

  test.each([
    [{}, 'paid', false, Date.UTC(2021, 5, 15, 11, 37, 1)],
    [{ state: 'PENDING' }, 'pending', false, Date.UTC(2021, 5, 15, 11, 30)],
    [
      { state: 'FAILED', fail: 'USER_ABORT' },
      'cancelled',
      false,
      Date.UTC(2021, 5, 15, 11, 40) + 500,
    ],
    [{ state: 'FAILED', fail: 'TIMEOUT' }, 'expired', false, Date.UTC(2021, 5, 15, 11, 40) + 500],
    [
      { state: 'FAILED', fail: 'REMOTE_DECLINE' },
      'failed',
      false,
      Date.UTC(2021, 5, 15, 11, 40) + 500,
    ],
    [{ state: 'INDOUBT' }, 'pending', true, Date.UTC(2021, 5, 15, 11, 30)],
  ])('%j', (fields, status, unknownStatus, occurredAtMs) => {
    const { rows, problems } = read(daily('any'), `${header}\n${line(fields)}\n`)
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      {
        kind: 'payment',
        status,
        unknownStatus,
        occurredAtMs,
        outTradeNo: 'p1001',
        providerPaymentId: '999111222',
        amount: { value: 1000, currency: 'CNY' },
        settled: null,
      },
    ])
  })

  test('the same state in the files of two days is one row, a new state another', () => {
    const idIn = (name: string, state: string) =>
      read(name, `${header}\n${line({ state })}\n`).rows[0]?.rowId
    const next = '20210616Z_transaction_pending.consolidated.csv'
    expect(idIn(next, 'PENDING')).toBe(idIn(daily('pending'), 'PENDING'))
    expect(idIn(daily('succeeded'), 'SUCCEEDED')).not.toBe(idIn(daily('pending'), 'PENDING'))
  })

  test('other contracts, other methods and the test channel are left out', () => {
    const foreign = [{ contract: 'OTHER' }, { tag: 'ideal' }, { tag: 'testchannel' }].map(line)
    const own = [line({ tag: 'wechatpayh5' }).replace('999111222', '7'), line()]
    const { rows } = read(daily('succeeded'), [header, ...foreign, ...own].join('\n'))
    expect(rows.map(({ providerPaymentId }) => providerPaymentId)).toEqual(['7', '999111222'])
  })

  test('an amount in major units is not taken for cents', () => {
    const { rows, problems } = read(
      daily('succeeded'),
      `${header}\n${line().replace('1000', '10.00')}\n`,
    )
    expect(rows).toEqual([])
    expect(problems).toMatchObject([{ line: 2 }])
  })

  const refundHeader =
    'REFUNDID,REFUNDSTATE,FAILTYPE,FUNDSSTATE,AMOUNT,CURRENCY,REFTXID,MERCHANTREFUNDID,INITTS,SUCCEEDEDTS,MCONTRACT'
  test.each([
    ['SUCCEEDED,,SENT', 'succeeded', false],
    ['SUCCEEDED,,FUNDSREJECTED', 'failed', false],
    ['FAILED,QUOTA,NOT_EXPECTED', 'failed', false],
    ['TELEPORTED,,WAITING', 'processing', true],
  ])('a refund %s', (words, status, unknownStatus) => {
    const refund = `555,${words},500,CNY,999111222,rf1,2021-06-15T12:00:00Z,,TESTCONTRACT`
    const { rows } = read('20210615Z_refund_any.consolidated.csv', `${refundHeader}\n${refund}\n`)
    expect(rows).toMatchObject([
      {
        kind: 'refund',
        status,
        unknownStatus,
        outRefundNo: 'rf1',
        providerRefundId: '555',
        providerPaymentId: '999111222',
        amount: { value: -500, currency: 'CNY' },
      },
    ])
  })

  test('a chargeback names its payment and is no fact', () => {
    const text =
      'CBID,AMOUNT,CURRENCY,ACCOUNTHOLDER,PAYMENTPURPOSE,TXID,MERCHANTTXID,CHARGEBACKTS,IMPORTEDTS,MCONTRACT\n' +
      '88,1000,CNY,,,999111222,p1001,2021-06-20T00:00:00Z,2021-06-20T00:00:00Z,TESTCONTRACT\n'
    expect(read('20210620Z_chargeback.consolidated.csv', text)).toMatchObject({
      rows: [
        {
          kind: 'chargeback',
          status: null,
          outTradeNo: 'p1001',
          providerPaymentId: '999111222',
          amount: { value: -1000, currency: 'CNY' },
        },
      ],
      problems: [],
    })
  })
})
