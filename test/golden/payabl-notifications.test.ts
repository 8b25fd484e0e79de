import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { isNotificationHash } from '../../server/providers/payabl/signing.ts'
import { decimalToMinor } from '../../shared/money.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, formOf, golden, postedForm, rowsOf, unwrapped } from './golden.ts'
import { DESKTOP_WISH, MOBILE_WISH, payablAnswering, SECRET, tableOf } from './payabl.ts'
import { payabl } from './register/payabl.ts'

const DESKTOP = unwrapped('payabl/desktop-notification.txt')
const MOBILE = unwrapped('payabl/mobile-notification.txt')
const FIELD_NAMES = ['TAG', 'PAYMENTGUARANTEE', 'REQUESTSTATUS', 'STATUS', 'ERRMSG', 'TXID', 'HASH']

const { provider } = payablAnswering([])
const taken = (body: string, query = '') => provider.parseNotification(postedForm(body, query))
const outcomeOf = async (body: string) => (await failureOf(() => taken(body))).outcome

/** The three printed steps, one by one, the last of them by the openssl command line. */
function hashByHand(fields: Readonly<Record<string, string>>): string {
  const { HASH: _, ...signed } = fields
  const sorted = Object.keys(signed).toSorted()
  const text = sorted.map((name) => signed[name]).join('') + SECRET
  const said = execFileSync('openssl', ['dgst', '-sha1', '-r'], { input: text, encoding: 'utf8' })
  return said.slice(0, 40)
}

function expectThreeSteps(path: string): void {
  const [sort, append, hash] = rowsOf(path)
  expect(sort).toContain('Sort all notification parameters values by parameter name')
  expect(append).toContain('Append your secret')
  expect(hash).toContain('SHA-1 hex value')
}

golden(payabl, 'payabl-notifications', {
  'Desktop: notification signature': () => {
    expectThreeSteps('payabl/desktop-notification-signature.txt')
    const fields = formOf(DESKTOP)
    expect(hashByHand(fields)).toBe(fields['HASH'])
    expect(isNotificationHash(fields, SECRET)).toBe(true)
    expect(isNotificationHash(fields, 'b186')).toBe(false)
  },

  'Desktop: notification example': async () => {
    expect(taken(DESKTOP)).toMatchObject({
      kind: 'event',
      eventId: 'signed.Payabl-Test.138217dc940e0698eb9a9803afb31025ff3d3b87',
      facts: [],
      queries: [{ outTradeNo: 'Payabl-Test', providerPaymentId: null }],
    })
    expect(await outcomeOf(DESKTOP.replace('&STATUS=SUCCEEDED', '&STATUS=FAILED'))).toBe(
      'unverifiable',
    )
  },

  'Desktop: notification fields': async () => {
    const rows = tableOf('payabl/desktop-notification-fields.txt', FIELD_NAMES)
    expect(Object.keys(formOf(DESKTOP)).toSorted()).toEqual([...rows.keys()].toSorted())
    // Every field is under the hash: none can be changed.
    for (const name of FIELD_NAMES) {
      const other = name === 'TAG' ? 'wechatpayh5' : 'FAILED'
      const changed = new URLSearchParams({ ...formOf(DESKTOP), [name]: other })
      expect(await outcomeOf(changed.toString()), name).toBe('unverifiable')
    }
  },

  'Mobile: notification signature': () => {
    expectThreeSteps('payabl/mobile-notification-signature.txt')
    const fields = formOf(MOBILE)
    const signed = { ...fields, HASH: hashByHand(fields) }
    expect(isNotificationHash(signed, SECRET)).toBe(true)
    expect(isNotificationHash(fields, SECRET)).toBe(false)
  },

  'Mobile: notification example': async () => {
    expect(formOf(MOBILE)).not.toHaveProperty('HASH')
    expect(taken(MOBILE, 'payment=Payabl-Test')).toMatchObject({
      kind: 'event',
      eventId: 'unsigned.Payabl-Test.SUCCEEDED',
      facts: [],
      queries: [{ outTradeNo: 'Payabl-Test', providerPaymentId: null }],
    })
    // Also without the hint in the address it finds the payment of the printed response.
    const { provider: creating } = payablAnswering([unwrapped('payabl/mobile-response.txt')])
    const { providerReference } = (await creating.createPayment(MOBILE_WISH)).fact
    expect(providerReference).toBe('2138384845')
    expect(taken(MOBILE)).toMatchObject({ queries: [{ providerReference }] })
    // Signed, it would have to be signed rightly.
    expect(await outcomeOf(`${MOBILE}&HASH=${'0'.repeat(40)}`)).toBe('unverifiable')
    // And signed rightly, its figures would be kept, which decides nothing.
    const fields = formOf(MOBILE)
    const signed = new URLSearchParams({ ...fields, HASH: hashByHand(fields) }).toString()
    const [source, settled] = [
      { value: 964, currency: 'CNY' },
      { value: 123, currency: 'USD' },
    ]
    const settlement = { source, settled, rate: '7.843417' }
    expect(taken(signed)).toMatchObject({ facts: [{ status: 'pending', settlement }] })
    // Its sums agree with each other: 9.64 yuan are 964 fen, and at this rate 123 US cents.
    const told = formOf(MOBILE)
    expect(decimalToMinor(told['SPECOUT.CNYAMOUNT'] ?? '', 'CNY')).toEqual({
      value: Number(told['SPECOUT.SRCAMOUNT']),
      currency: told['SPECOUT.SRCCURRENCY'],
    })
    expect(told).toMatchObject({
      'SPECOUT.SETTLEMENTAMOUNT': '123',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
    })
    const [millionths, rate] = [964n * 1_000_000n, 7_843_417n]
    expect(told['SPECOUT.FXRATE']).toBe('7.843417')
    expect((millionths + rate / 2n) / rate).toBe(123n)
  },

  'Mobile: notification fields': () => {
    const rows = tableOf('payabl/mobile-notification-fields.txt', FIELD_NAMES)
    const { TAG, STATUS, REQUESTSTATUS, TXID, ...others } = formOf(MOBILE)
    expect(rows.get('STATUS')).toContain('SUCCEEDED for success')
    expect([TAG, STATUS, REQUESTSTATUS]).toEqual(['wechatpayh5', 'SUCCEEDED', 'SUCCEEDED'])
    expect(Object.keys(others)).toEqual(expect.arrayContaining(['PAYMENTGUARANTEE', 'ERRMSG']))
    // "TXID: payabl. order ID" holds for the desktop example; here it is the ppro_id of the answer.
    expect(TXID).toBe(formOf(unwrapped('payabl/mobile-response.txt'))['ppro_id'])
    expect(taken(MOBILE)).toMatchObject({ queries: [{ outTradeNo: TXID }] })
  },

  'Redirection to url_return does not confirm that the transaction is successful': async () => {
    // Nobody is asked but the diagnose interface; and error code 0 alone is no success either.
    const listed = '<transaction_id>105175176</transaction_id><order_id>Payabl-Test</order_id>'
    const sum = '<amount>19.99</amount><currency>EUR</currency>'
    const accepted = diagnosis(`${listed}${sum}<error_code>0</error_code>`)
    const payment = aReference({
      outTradeNo: 'Payabl-Test',
      providerPaymentId: '105175176',
      amount: DESKTOP_WISH.amount,
    })
    const asked = payablAnswering([accepted, diagnosis()])
    expect(await asked.provider.queryPayment(payment)).toMatchObject({ status: 'pending' })
    expect(asked.sent.map(({ url }) => url.split('/').at(-1))).toEqual([
      'tx_diagnose',
      'tx_diagnose',
    ])
    const captured = payablAnswering([accepted, diagnosis(`${listed}${sum}`)])
    expect(await captured.provider.queryPayment(payment)).toMatchObject({
      status: 'paid',
      amount: { value: 1999, currency: 'EUR' },
    })
  },
})

/** An answer of the diagnose interface, which this page names and another one prints. */
function diagnosis(transaction?: string): string {
  const process = '<process><error_message/><status>0</status></process>'
  const listed = transaction === undefined ? '' : `<transaction>${transaction}</transaction>`
  return `<?xml version="1.0" encoding="ISO-8859-1"?><response>${process}${listed}</response>`
}
