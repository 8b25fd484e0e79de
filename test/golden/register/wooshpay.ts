import type { GoldenDocument } from './types.ts'

const REQUEST_NOTE = 'Our number (merchant_order_id) and a description go along.'

export const wooshpay = {
  title: 'WooshPay, 微信支付 (WeChat Pay)',
  cases: {
    'wooshpay-tables': [
      {
        example: '特点: 用户支付货币 (currencies of the payer)',
        kind: 'table',
        how: 'reproduced',
        fixture: 'wooshpay/features.txt',
      },
      {
        example: '特点: 最小交易金额, 最大交易金额 (limits)',
        kind: 'table',
        how: 'reproduced',
        fixture: 'wooshpay/features.txt',
        note: 'The limit is checked exactly for USD; what is equal to it in other currencies is left to WooshPay.',
      },
      {
        example: '特点: 退款, 部分退款, 多次部分退款 (refunds)',
        kind: 'table',
        how: 'reproduced',
        fixture: 'wooshpay/features.txt',
      },
      {
        example: '子产品 (products)',
        kind: 'table',
        how: 'reproduced',
        fixture: 'wooshpay/products.txt',
        note: 'A Mini Program is listed here and has no terminal_type anywhere: the scene is offered only once the account is configured with one.',
      },
      {
        example: 'Payment method enumeration values: wechat_pay',
        kind: 'behaviour',
        how: 'reproduced',
      },
      {
        example: 'terminal_type enumeration values',
        kind: 'table',
        how: 'reproduced',
        fixture: 'wooshpay/terminal-types.txt',
      },
      {
        example: 'get_brand_wcpay_request:ok is not absolutely reliable',
        kind: 'behaviour',
        how: 'reproduced',
      },
      {
        example: '微信公众号支付: js example',
        kind: 'code',
        how: 'reproduced',
        fixture: 'wooshpay/official-account-page.txt',
      },
    ],
    'wooshpay-payments': [
      {
        example: 'Web Payment: Request',
        kind: 'request',
        how: 'reproduced',
        fixture: 'wooshpay/web-request.txt',
        note: REQUEST_NOTE,
      },
      {
        example: 'Web Payment: Response',
        kind: 'response',
        how: 'read',
        fixture: 'wooshpay/web-response.txt',
        note: 'Printed with a comma after the last element of a list, which is no JSON; read without it.',
      },
      {
        example: 'H5 Payment: Request',
        kind: 'request',
        how: 'reproduced',
        fixture: 'wooshpay/h5-request.txt',
        note: `${REQUEST_NOTE} The comment in the print is left out.`,
      },
      {
        example: 'H5 Payment: Response',
        kind: 'response',
        how: 'read',
        fixture: 'wooshpay/h5-response.txt',
      },
      {
        example: 'Quick Pay: Request',
        kind: 'request',
        how: 'reproduced',
        fixture: 'wooshpay/quick-pay-request.txt',
        note: `${REQUEST_NOTE} The payment code and the address are blacked out in the print; real ones stand in.`,
      },
      {
        example: 'Quick Pay: Response',
        kind: 'response',
        how: 'read',
        fixture: 'wooshpay/quick-pay-response.txt',
        note: 'Of another payment than the request: 20 fen in live mode, where 10 were asked for.',
      },
      {
        example: 'Quick Pay: the password-free payment can be paid directly',
        kind: 'behaviour',
        how: 'read',
        note: 'Such an answer is not printed; it is the printed one with the status succeeded.',
      },
      {
        example: '微信公众号支付: Request',
        kind: 'request',
        how: 'reproduced',
        fixture: 'wooshpay/official-account-request.txt',
        note: `${REQUEST_NOTE} The openid is empty in the print; without one nothing is sent.`,
      },
      {
        example: '微信公众号支付: Response',
        kind: 'response',
        how: 'read',
        fixture: 'wooshpay/official-account-response.txt',
        note: 'The six parameters are blacked out; those of the js example stand in.',
      },
    ],
  },
  exceptions: [
    {
      example: '微信公众号支付: Response, its six XXXX',
      kind: 'response',
      fixture: 'wooshpay/official-account-response.txt',
      reason:
        'Blacked out: XXXX is no signType of WeChat, and such a payment is not put before a payer.',
    },
    {
      example: '微信公众号支付: js example, its paySign',
      kind: 'code',
      reason: 'MD5 with a key that is not published. It is handed on as it is, as ours would be.',
    },
    {
      example: '特点: 客户所在地, 结算给商户货币 (where customers live, settlement currencies)',
      kind: 'table',
      reason: 'No message carries either: the first is marketing, the second a contract.',
    },
    {
      example: '特点: 争议 ❌ (no disputes)',
      kind: 'table',
      reason: 'Nothing to do: WeChat Pay has none.',
    },
    {
      example: '支付流程: three pictures',
      kind: 'behaviour',
      reason: 'Pictures behind links, without text.',
    },
    {
      example: 'Checkout 收银台',
      kind: 'behaviour',
      reason:
        'The other way of integration, without a sample on this page; payments use Direct API.',
    },
    {
      example: 'Create a PaymentIntent, Create a Webhook, Create a Refund',
      kind: 'behaviour',
      reason: 'Other pages, which this one only links to.',
    },
  ],
} as const satisfies GoldenDocument
