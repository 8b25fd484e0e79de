import { expect } from 'vitest'
import type { SettlementReport } from '../../server/domain/settlement.ts'
import { settlementFor } from '../../server/providers/ppro/wire-settlement.ts'
import { minorToDecimal } from '../../shared/money.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { golden, rowsOf } from './golden.ts'
import { pproAnswering } from './ppro.ts'
import { ppro } from './register/ppro.ts'

/** The cells of a printed table, whose rows say them without anything in between. */
function cellsOf(path: string, rows: readonly string[]): readonly (readonly string[])[] {
  const cells = rows.map((row) => row.split(' '))
  expect(cells.map((row) => row.join(''))).toEqual(rowsOf(path))
  return cells
}

async function read(
  suffix: string,
  cells: readonly (readonly string[])[],
): Promise<SettlementReport> {
  const { provider } = pproAnswering([], { contractId: 'TESTCONTRACT' })
  const bytes = Buffer.from(cells.map((row) => row.join(',')).join('\n'))
  const name = `1-999-W-2021-24-${suffix}.csv`
  const report = await provider.readSettlement?.({ kind: 'file', name, bytes })
  if (!report) throw new Error('PPRO has no reader')
  return report
}

const NO_FOOTER = expect.objectContaining({ message: expect.stringContaining('no footer') })

const VOLUME_HEAD =
  'MERCHANT_TX_ID TX_ID PAYMENT_REFERENCE EVENT_TYPE EVENT_TIMESTAMP MERCHANT_ID PAYMENT_METHOD AMOUNT CURRENCY COUNTRY'
/** Which nine digits are the TX_ID is told by the refund's REFERENCE_TX_ID. */
const VOLUME = cellsOf('ppro/table-12-volume-per-transaction.txt', [
  VOLUME_HEAD,
  '202106151 999111222 3CPCKRA SUCCEEDED 2021-06-15T11:37:01Z TESTCONTRACT WeChatPay 1.60 USD CN',
])
const REFUNDS = cellsOf('ppro/table-13-volume-per-refund.txt', [
  `${VOLUME_HEAD.replace(' TX_ID', ' RF_ID')} REFERENCE_TX_ID`,
  '202106151 999111222 3PZ0FWA SUCCEEDED 2021-06-15T15:16:02Z TESTCONTRACT WeChatPay -1.60 USD CN 999111222',
])
const AGGREGATE = cellsOf('ppro/table-14-aggregate.txt', [
  'MERCHANT_ID PAYMENT_METHOD EVENT_TYPE EVENT-COUNT AGGREGATE_AMOUNT CURRENCY',
  'TESTCONTRACT WeChatPay TRANSACTION 1 1.60 USD',
  'TESTCONTRACT WeChatPay REFUND 1 -1.60 USD',
  'TESTCONTRACT WeChatPay ACQUIRING_FEE 2 -0.20 USD',
  'TESTCONTRACT WeChatPay SUCCEEDED_FEE 2 -0.20 USD',
])

/** The printed payment in another currency. */
const volumeIn = (currency: string) =>
  VOLUME.map((row) => row.map((cell) => (cell === 'USD' ? currency : cell)))

golden(ppro, 'ppro-settlement-files', {
  'CNY and like-for-like: CURRENCY in settlement files': async () => {
    const page = rowsOf('ppro/cny-versus-like-for-like.txt')
    expect(page).toContain('Our settlement files will not show or track foreign exchange rates')
    for (const currency of ['USD', 'EUR']) {
      const [row] = (await read('volume-per-transaction', volumeIn(currency))).rows
      expect(row).toMatchObject({ amount: null, settled: { value: 160, currency }, rate: null })
    }
    const [row] = (await read('volume-per-transaction', volumeIn('GBP'))).rows
    const pounds = { value: 160, currency: 'GBP' }
    expect(row).toMatchObject({ amount: pounds, settled: pounds, rate: null })
  },

  'Table 12. Volume-per-transaction settlement file': async () => {
    expect(await read('volume-per-transaction', VOLUME)).toMatchObject({
      rows: [
        {
          kind: 'payment',
          status: 'paid',
          unknownStatus: false,
          outTradeNo: '202106151',
          providerPaymentId: '999111222',
          settled: { value: 160, currency: 'USD' },
          amount: null,
          rate: null,
          occurredAtMs: Date.UTC(2021, 5, 15, 11, 37, 1),
        },
      ],
      problems: [NO_FOOTER],
    })
    // Under another name it is another file, with columns that are not there.
    expect((await failureOf(() => read('volume-per-refund', VOLUME))).outcome).toBe('rejected')
  },

  'Table 13. Volume-per-refund settlement file': async () => {
    expect(await read('volume-per-refund', REFUNDS)).toMatchObject({
      rows: [
        {
          kind: 'refund',
          status: 'succeeded',
          unknownStatus: false,
          // The same number as in table 12: that of the payment.
          outTradeNo: '202106151',
          outRefundNo: null,
          providerRefundId: '999111222',
          providerPaymentId: '999111222',
          settled: { value: -160, currency: 'USD' },
          amount: null,
          rate: null,
          occurredAtMs: Date.UTC(2021, 5, 15, 15, 16, 2),
        },
      ],
      problems: [NO_FOOTER],
    })
    // Money that came in is no refund: the line is reported, and brings no row.
    const positive = REFUNDS.map((row) => row.map((cell) => cell.replace('-1.60', '1.60')))
    const report = await read('volume-per-refund', positive)
    expect(report.rows).toEqual([])
    expect(report.problems).toContainEqual(expect.objectContaining({ line: 2 }))
  },

  'Table 14. Aggregate settlement file': async () => {
    const { rows, problems } = await read('aggregate', AGGREGATE)
    expect(problems).toEqual([NO_FOOTER])
    expect(rows.map(({ kind }) => kind)).toEqual(['total', 'total', 'total', 'total'])
    expect(
      rows.map(({ providerStatus, settled }) => [
        providerStatus,
        settled && minorToDecimal(settled),
      ]),
    ).toEqual([
      ['TRANSACTION 1', '1.60'],
      ['REFUND 1', '-1.60'],
      ['ACQUIRING_FEE 2', '-0.20'],
      ['SUCCEEDED_FEE 2', '-0.20'],
    ])
  },

  'Table 9. CNY 10.00 at 6.44145000 are settled as USD 1.60': () => {
    const paid = { value: 1000, currency: 'CNY' }
    const terms = { currency: 'USD', rate: '6.44145000' }
    const inTenths = settlementFor(paid, { ...terms, stepMinor: 10 })
    expect(inTenths).toEqual({ value: 160, currency: 'USD' })
    expect(settlementFor(paid, terms)).toEqual({ value: 155, currency: 'USD' })
  },
})
