import type { GoldenDocument } from './types.ts'

export const worldlineConnect = {
  title: 'Worldline Connect, WeChat Pay: Integration, Technical introduction',
  cases: {
    'worldline-connect-requests': [
      {
        example: 'Integration types: five ways to pay',
        kind: 'behaviour',
        how: 'reproduced',
        fixture: 'worldline-connect/integration-types.txt',
      },
      {
        example: 'integrationType: the allowed values',
        kind: 'table',
        how: 'reproduced',
        fixture: 'worldline-connect/integration-type-values.txt',
      },
      {
        example: 'productId 863 and paymentProduct863SpecificInput',
        kind: 'request',
        how: 'reproduced',
      },
      { example: 'fraudFields.customerIpAddress', kind: 'request', how: 'reproduced' },
      {
        example: 'Poll once every three seconds',
        kind: 'behaviour',
        how: 'reproduced',
        note: 'The payment itself is asked about, at most so often; the Third-Party Payment Status API is not used.',
      },
      {
        example: 'COMPLETED does not indicate that the payment was successful',
        kind: 'behaviour',
        how: 'reproduced',
      },
    ],
    'worldline-connect-responses': [
      {
        example: 'Status REDIRECTED and MerchantAction SHOW_FORM',
        kind: 'response',
        how: 'read',
      },
      {
        example: 'desktopQRCode',
        kind: 'table',
        how: 'read',
        fixture: 'worldline-connect/desktop-qr-code.txt',
      },
      {
        example: 'urlIntent',
        kind: 'table',
        how: 'read',
        fixture: 'worldline-connect/url-intent.txt',
      },
      {
        example: 'nativeInApp',
        kind: 'table',
        how: 'read',
        fixture: 'worldline-connect/native-in-app.txt',
      },
      {
        example: 'javaScriptAPI and MiniProgram',
        kind: 'table',
        how: 'read',
        fixture: 'worldline-connect/java-script-api-and-mini-program.txt',
        note: "Read alike from showData (SHOW_FORM), as this page has it, and from thirdPartyData (CALL_THIRD_PARTY), as the API reference has it. signType is not in the table: where it is missing, MD5 is taken, WeChat's own default.",
      },
    ],
  },
  exceptions: [
    {
      example: 'String(32) and String(64)',
      kind: 'table',
      reason:
        'Lengths that cannot hold what they are said to hold (a PNG picture in 64 characters); none is enforced.',
    },
    {
      example: 'Hosted Checkout: no extra fields',
      kind: 'behaviour',
      reason: 'The toolkit shows code, button and cashier itself and makes no hosted checkouts.',
    },
    {
      example: 'Third-Party Payment Status API: WAITING and COMPLETED',
      kind: 'behaviour',
      reason:
        'Not called: it says only that the payer is done, after which the payment has to be asked about in any case.',
    },
    {
      example: 'Next Process flows',
      kind: 'behaviour',
      reason: 'A link to another page.',
    },
  ],
} as const satisfies GoldenDocument
