import type { GoldenDocument } from './types.ts'

const fixture = 'saferpay/supported-features.txt'

export const saferpay = {
  title: 'Saferpay, WeChat Pay',
  cases: {
    'saferpay-rules': [
      {
        example: 'H5 permission: without it, mobile payments will be rejected',
        kind: 'behaviour',
        how: 'reproduced',
      },
      {
        example: 'Only via the Payment Page, not the Secure PayGate',
        kind: 'behaviour',
        how: 'reproduced',
      },
      { example: 'JSON API Version 1.40 or later', kind: 'behaviour', how: 'reproduced' },
      { example: 'A refund cannot be cancelled', kind: 'behaviour', how: 'reproduced' },
      {
        example: 'The turnover on this day must cover the amount to be refunded',
        kind: 'behaviour',
        how: 'read',
        note: 'The page names no error. NO_CREDITS_AVAILABLE and CONDITION_NOT_SATISFIED of the specification are explained with it.',
      },
      {
        example: 'The CaptureId, needed for a refund, is returned by Payment Page Assert',
        kind: 'response',
        how: 'read',
      },
      {
        example: 'OrderId is limited to 50 characters',
        kind: 'behaviour',
        how: 'reproduced',
      },
      {
        example: 'The notification URLs are mandatory',
        kind: 'behaviour',
        how: 'reproduced',
      },
    ],
    'saferpay-features': [
      { example: 'Capture/Cancel', kind: 'table', how: 'reproduced', fixture },
      { example: 'Multipart Captures', kind: 'table', how: 'reproduced', fixture },
      { example: 'Secure Card Data', kind: 'table', how: 'reproduced', fixture },
      { example: 'Refunds', kind: 'table', how: 'reproduced', fixture },
      { example: 'Recurring Payments', kind: 'table', how: 'reproduced', fixture },
      { example: '3D Secure', kind: 'table', how: 'reproduced', fixture },
      {
        example: 'Dynamic Currency Conversion (DCC)',
        kind: 'table',
        how: 'reproduced',
        fixture,
      },
      { example: 'Mail Phone Order', kind: 'table', how: 'reproduced', fixture },
    ],
  },
  exceptions: [
    {
      example: 'Licence, terminal, contract, activation',
      kind: 'behaviour',
      reason: 'Paperwork between people.',
    },
    {
      example: 'Testing ✅',
      kind: 'table',
      reason: 'A link to a chapter that this page does not print.',
      fixture,
    },
    {
      example: 'Omni-Channel ✅',
      kind: 'table',
      reason: 'Payments at a till that continue online: not in scope.',
      fixture,
    },
    {
      example: 'GET …/wechat-pay.md?ask=',
      kind: 'code',
      reason: 'A way to ask the documentation a question; no payment API.',
    },
  ],
} as const satisfies GoldenDocument
