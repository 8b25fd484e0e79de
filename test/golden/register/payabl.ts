import type { GoldenDocument } from './types.ts'

const REQUEST_NOTE =
  'url_success and url_failed are sent as the field tables demand, and the notification address names the payment. The optional address fields are not sent: the toolkit does not know where the payer lives.'

export const payabl = {
  title: 'payabl., WeChat Pay',
  cases: {
    'payabl-requests': [
      {
        example: 'Payment type, markets, processing currencies, refunds',
        kind: 'table',
        how: 'reproduced',
        fixture: 'payabl/facts.txt',
      },
      {
        example: 'General flow',
        kind: 'behaviour',
        how: 'reproduced',
        fixture: 'payabl/general-flow.txt',
        note: 'Its last line names errorcode=0, the callback of other payment methods; the notifications printed further down have STATUS.',
      },
      {
        example: 'Desktop: endpoint',
        kind: 'request',
        how: 'reproduced',
        fixture: 'payabl/desktop-endpoint.txt',
      },
      {
        example: 'Desktop: request fields',
        kind: 'table',
        how: 'reproduced',
        fixture: 'payabl/desktop-request-fields.txt',
      },
      {
        example: 'Desktop: request example',
        kind: 'request',
        how: 'reproduced',
        fixture: 'payabl/desktop-request.txt',
        note: REQUEST_NOTE,
      },
      {
        example: 'Mobile: endpoint',
        kind: 'request',
        how: 'reproduced',
        fixture: 'payabl/mobile-endpoint.txt',
      },
      {
        example: 'Mobile: request fields',
        kind: 'table',
        how: 'reproduced',
        fixture: 'payabl/mobile-request-fields.txt',
        note: 'The table says url_fail where the desktop table and the example say url_failed, which is sent.',
      },
      {
        example: 'Mobile: request example',
        kind: 'request',
        how: 'reproduced',
        fixture: 'payabl/mobile-request.txt',
        note: `${REQUEST_NOTE} One address of ours serves success, failure and return. The fields that the example sends empty are left out, but for the name and e-mail address that the table demands.`,
      },
      {
        example:
          'url_return and notification_url should be passed in the Pre-authorization request',
        kind: 'behaviour',
        how: 'reproduced',
      },
      {
        example: 'Refunds: through API integration',
        kind: 'behaviour',
        how: 'reproduced',
      },
    ],
    'payabl-responses': [
      {
        example: 'Desktop: response example',
        kind: 'response',
        how: 'read',
        fixture: 'payabl/desktop-response.txt',
      },
      {
        example: 'Desktop: response fields',
        kind: 'table',
        how: 'read',
        fixture: 'payabl/desktop-response-fields.txt',
      },
      {
        example: 'Mobile: response example',
        kind: 'response',
        how: 'read',
        fixture: 'payabl/mobile-response.txt',
        note: 'redirect_url stands there unescaped; its &rs= and &cs= are put back.',
      },
      {
        example: 'Mobile: response fields',
        kind: 'table',
        how: 'read',
        fixture: 'payabl/mobile-response-fields.txt',
      },
    ],
    'payabl-notifications': [
      {
        example: 'Desktop: notification signature',
        kind: 'behaviour',
        how: 'reproduced',
        fixture: 'payabl/desktop-notification-signature.txt',
      },
      {
        example: 'Desktop: notification example',
        kind: 'notification',
        how: 'read',
        fixture: 'payabl/desktop-notification.txt',
        note: 'Its HASH is verified with the secret that payabl. publishes for its sandbox. It names no sum, so it is a reason to ask and no verdict.',
      },
      {
        example: 'Desktop: notification fields',
        kind: 'table',
        how: 'read',
        fixture: 'payabl/desktop-notification-fields.txt',
      },
      {
        example: 'Mobile: notification signature',
        kind: 'behaviour',
        how: 'reproduced',
        fixture: 'payabl/mobile-notification-signature.txt',
      },
      {
        example: 'Mobile: notification example',
        kind: 'notification',
        how: 'read',
        fixture: 'payabl/mobile-notification.txt',
        note: 'It has no HASH, so nothing in it is believed, its settlement included; it costs one question. TXID is the ppro_id here, against the field table; it is looked up as both.',
      },
      {
        example: 'Mobile: notification fields',
        kind: 'table',
        how: 'read',
        fixture: 'payabl/mobile-notification-fields.txt',
      },
      {
        example: 'Redirection to url_return does not confirm that the transaction is successful',
        kind: 'behaviour',
        how: 'reproduced',
      },
    ],
    'payabl-device-recognition': [
      {
        example: 'Code for Device Type Recognition',
        kind: 'code',
        how: 'reproduced',
        fixture: 'payabl/device-recognition.txt',
        note: 'Beyond the script, a page inside WeChat and an iPad that asks for desktop pages are told apart. Phones on which WeChat never ran (webOS, Opera Mini on Java) get the QR code.',
      },
    ],
  },
  elsewhere: [
    {
      example: 'Refunds: only on a successful captured transaction',
      kind: 'behaviour',
      how: 'reproduced',
      note: 'Refused before payabl. is asked, as for every provider.',
      test: {
        file: 'test/unit/server/usecases/refunds.test.ts',
        title: 'of money that was never paid is refused',
      },
    },
  ],
  exceptions: [
    {
      example: 'Desktop: request example, its signature',
      kind: 'request',
      reason: 'The e-mail address, which is signed, is blacked out on the page.',
    },
    {
      example: 'Mobile: request example, its signature',
      kind: 'request',
      reason:
        'The published secret does not give it: another one must have been used, on hosts of their own.',
    },
    {
      example: 'Public Sandbox information',
      kind: 'behaviour',
      reason: 'Advice to people: no personal data in the shared sandbox.',
    },
    {
      example: 'A notification_url to be used by default',
      kind: 'behaviour',
      reason:
        'Not used: each payment names its own address, which tells our number where TXID does not.',
    },
    {
      example: 'Refunds: through payabl. dashboard',
      kind: 'behaviour',
      reason: 'Done by people; the toolkit has no part in it.',
    },
    {
      example: 'Pre-Authorization, Refund, Signature Calculation',
      kind: 'table',
      reason: 'Other pages, which this one only links to.',
    },
  ],
} as const satisfies GoldenDocument
