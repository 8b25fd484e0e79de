import type { GoldenDocument } from './types.ts'

const FILE_NOTE =
  'The columns have run together on the page; commas are put back between them, and the joined cells are compared with the print.'

export const ppro = {
  title: 'PPRO, WeChat Pay Online',
  cases: {
    'ppro-messages': [
      {
        example: 'TRANSACTION call input',
        kind: 'request',
        how: 'reproduced',
        fixture: 'ppro/transaction-input.txt',
        note: 'merchanttxid goes out in small letters: PPRO compares it without regard to case. The password, printed as it is, goes out percent-encoded.',
      },
      {
        example: 'TRANSACTION call output, as the answer to TRANSACTION',
        kind: 'response',
        how: 'read',
        fixture: 'ppro/transaction-output.txt',
        note: 'The print shows success and a fresh QR code at once. Nobody can have paid by then: the payment stays open and is reported.',
      },
      {
        example: 'TRANSACTION call output, as the answer to GETTXSTATUS',
        kind: 'response',
        how: 'read',
        fixture: 'ppro/transaction-output.txt',
      },
      { example: 'PPRO hosts the QR code', kind: 'behaviour', how: 'reproduced' },
      { example: 'You host the QR code', kind: 'behaviour', how: 'reproduced' },
      {
        example: 'Do not poll PPRO for transaction status',
        kind: 'behaviour',
        how: 'reproduced',
      },
    ],
    'ppro-parameters': [
      {
        example: 'Specific input parameters: specin.locale',
        kind: 'table',
        how: 'reproduced',
        fixture: 'ppro/input-parameters.txt',
        note: 'zh-TW is never asked for: our payers read zh-CN or en.',
      },
      {
        example: 'The currencies EUR, GBP, CNY, CHF and USD',
        kind: 'table',
        how: 'reproduced',
      },
      { example: 'The dynamic descriptor', kind: 'behaviour', how: 'reproduced' },
      {
        example: 'Specific output parameters for the TRANSACTION call',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/transaction-output-parameters.txt',
      },
      {
        example: 'SPECOUT.EXPIRYTIMESTAMP 1574869035, Wednesday 15:37:15 UTC',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/transaction-output-parameters.txt',
        note: 'The print says 2019-11-19, which was a Tuesday; the timestamp is Wednesday, 2019-11-27.',
      },
      {
        example: 'Specific output parameters for the REFUND call',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/refund-output-parameters.txt',
      },
    ],
    'ppro-settlement-currency': [
      {
        example: 'CNY and like-for-like: currency in the Transaction call',
        kind: 'table',
        how: 'reproduced',
        fixture: 'ppro/cny-versus-like-for-like.txt',
      },
      {
        example: 'CNY and like-for-like: currency in the Refund call',
        kind: 'table',
        how: 'reproduced',
        fixture: 'ppro/cny-versus-like-for-like.txt',
      },
      {
        example: 'CNY and like-for-like: SPECOUT.SETTLEMENTCURRENCY in the Transaction call',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/cny-versus-like-for-like.txt',
      },
      {
        example: 'CNY and like-for-like: SPECOUT.SETTLEMENTCURRENCY in the Refund response',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/cny-versus-like-for-like.txt',
      },
      {
        example: 'Table 8. Transaction call example',
        kind: 'request',
        how: 'reproduced',
        fixture: 'ppro/table-8-transaction-call.txt',
      },
      {
        example: 'Table 9. Succeeded Transaction response example',
        kind: 'response',
        how: 'read',
        fixture: 'ppro/table-9-transaction-response.txt',
        note: 'Settlement and rate are kept as told, and not computed from each other.',
      },
      {
        example: 'The consumer will be billed CNY 10.00 and you will be settled USD 1.60',
        kind: 'behaviour',
        how: 'read',
      },
      {
        example: 'Table 10. Refund call example',
        kind: 'request',
        how: 'reproduced',
        fixture: 'ppro/table-10-refund-call.txt',
      },
      {
        example: 'Table 11. Succeeded Refund response example',
        kind: 'response',
        how: 'read',
        fixture: 'ppro/table-11-refund-response.txt',
      },
      {
        example: 'The consumer will be refunded CNY 10.00; you will be debited USD 1.60',
        kind: 'behaviour',
        how: 'read',
      },
    ],
    'ppro-settlement-files': [
      {
        example: 'CNY and like-for-like: CURRENCY in settlement files',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/cny-versus-like-for-like.txt',
        note: 'The files tell no rate, and of a payment in CNY not the sum that was paid: both are kept from the API.',
      },
      {
        example: 'Table 12. Volume-per-transaction settlement file',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/table-12-volume-per-transaction.txt',
        note: FILE_NOTE,
      },
      {
        example: 'Table 13. Volume-per-refund settlement file',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/table-13-volume-per-refund.txt',
        note: FILE_NOTE,
      },
      {
        example: 'Table 14. Aggregate settlement file',
        kind: 'table',
        how: 'read',
        fixture: 'ppro/table-14-aggregate.txt',
        note: FILE_NOTE,
      },
      {
        example: 'Table 9. CNY 10.00 at 6.44145000 are settled as USD 1.60',
        kind: 'table',
        how: 'reproduced',
        fixture: 'ppro/table-9-transaction-response.txt',
        note: 'The quotient is 1.5525: in whole cents USD 1.55, and only in whole tenths the printed 1.60.',
      },
    ],
  },
  exceptions: [
    {
      example: 'Transaction Flow',
      kind: 'behaviour',
      reason: 'Eight steps in words; what they ask of us are the two payment scenarios.',
    },
    {
      example: 'Standard input and output parameters, the dynamic descriptor',
      kind: 'table',
      reason: 'Other pages, which this one only links to.',
    },
    {
      example: 'TRANSACTION call output: its sums',
      kind: 'response',
      reason:
        'An illustration that merges two answers: EUR 10.55 asked for, CNY 82.74 debited and EUR 0.15 settled at 6.59430000 are no one payment. They are read, and their arithmetic is not checked.',
    },
  ],
} as const satisfies GoldenDocument
