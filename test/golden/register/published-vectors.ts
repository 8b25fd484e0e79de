import type { GoldenDocument } from './types.ts'

const REQUESTS = 'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336)'
const SKILLS = 'WeChat Pay, 签名与验签规则 (official skills, 2026-04)'
const folder = 'published-vectors'
const unit = 'test/unit/server/providers'

/** Vectors that stand on other pages and in the vendors' own tests. */
export const publishedVectors = {
  title: 'Published vectors',
  cases: {
    'published-vectors-wechat-pay': [
      {
        example: `${REQUESTS}: GET with a number in its path`,
        kind: 'request',
        how: 'reproduced',
        fixture: `${folder}/request-path.txt`,
      },
      {
        example: `${REQUESTS}: POST jsapi, mchid 1900007291`,
        kind: 'request',
        how: 'reproduced',
        fixture: `${folder}/request-body-1900007291.txt`,
      },
      {
        example: `${REQUESTS}: POST jsapi, mchid 1230000109`,
        kind: 'request',
        how: 'reproduced',
        fixture: `${folder}/request-body-1230000109.txt`,
      },
      {
        example: `${REQUESTS}: GET with an encoded query`,
        kind: 'request',
        how: 'reproduced',
        fixture: `${folder}/request-query.txt`,
      },
      {
        example: `${REQUESTS}: meta of an image`,
        kind: 'request',
        how: 'reproduced',
        fixture: `${folder}/request-meta.txt`,
      },
      {
        example: `${SKILLS}: paySign of JSAPI and Mini Program`,
        kind: 'code',
        how: 'reproduced',
        fixture: `${folder}/cashier-page.txt`,
      },
      {
        example: `${SKILLS}: sign of an app`,
        kind: 'code',
        how: 'reproduced',
        fixture: `${folder}/cashier-app.txt`,
      },
      {
        example: 'WeChat Pay, 验签 (doc 4013053249): answer with a code_url',
        kind: 'response',
        how: 'read',
        fixture: `${folder}/response.txt`,
      },
      {
        example: 'wechatpay-java 0.2.17, RSAVerifierTest: signature of "message"',
        kind: 'code',
        how: 'reproduced',
        fixture: `${folder}/java-message.signature.txt`,
      },
    ],
    'published-vectors-other': [
      {
        example: 'payabl., Signature Calculation: transactionid 104837645',
        kind: 'request',
        how: 'reproduced',
      },
      {
        example: 'Worldline Connect, Node SDK 5.2.0: v1HMAC of a DELETE with vendor headers',
        kind: 'request',
        how: 'reproduced',
      },
      {
        example: 'Worldline Connect, Node SDK 5.2.0: v1HMAC of a GET',
        kind: 'request',
        how: 'reproduced',
      },
      {
        example: 'PPRO, notification hash by the written rule',
        kind: 'notification',
        how: 'reproduced',
        note: 'PPRO publishes no value; ours and the one of the openssl command line agree.',
      },
      {
        example: 'PPRO, checksum of the return by the written rule',
        kind: 'behaviour',
        how: 'reproduced',
        note: 'PPRO publishes no value; ours and the one of the openssl command line agree.',
      },
      {
        example: 'WooshPay, webhook signature by the written rule',
        kind: 'notification',
        how: 'reproduced',
        note: 'WooshPay publishes no value; ours and the one of the openssl command line agree.',
      },
    ],
  },
  elsewhere: [
    {
      example: 'Worldline Connect, Node SDK 5.2.0: signature of a webhook',
      kind: 'notification',
      how: 'read',
      test: {
        file: `${unit}/worldline-connect/signing.test.ts`,
        title: 'belongs to the bytes of the published vector',
      },
    },
    {
      example: 'Worldline Connect, Node SDK 5.2.0: the same webhook a minute later is refused',
      kind: 'notification',
      how: 'read',
      test: {
        file: `${unit}/worldline-connect/signing.test.ts`,
        title: 'does not belong to the same event a minute later',
      },
    },
    {
      example: 'wechatpay-go 0.2.21, sha256withrsa_signer_test: signature of "source"',
      kind: 'code',
      how: 'reproduced',
      test: {
        file: `${unit}/wechat-pay/signing.test.ts`,
        title: 'is signed as the vector of the Go SDK is',
      },
    },
    {
      example: 'wechatpay-go 0.2.21, notify_test: signature of a notification',
      kind: 'notification',
      how: 'read',
      test: {
        file: `${unit}/wechat-pay/signing.test.ts`,
        title: 'is believed as the vector of the Go SDK is, and not a byte away from it',
      },
    },
    {
      example: 'wechatpay-java 0.2.17, AeadAesCipherTest: "message" under a key of 32 bytes',
      kind: 'code',
      how: 'read',
      test: {
        file: `${unit}/wechat-pay/signing.test.ts`,
        title: 'opens as the vector of the Java SDK does',
      },
    },
    {
      example: 'WeChat Pay v2, signature page: MD5 and HMAC-SHA256',
      kind: 'code',
      how: 'reproduced',
      note: 'Only the sandbox speaks v2, as the wallet behind providers that still do.',
      test: {
        file: 'test/unit/sandbox/providers/wechat-pay-sign.test.ts',
        title: 'gives the published MD5 and HMAC-SHA256 signatures',
      },
    },
  ],
  exceptions: [
    {
      example: 'wechatpay-go 0.2.21, notify_test: decryption; aes_test: "Hello World"',
      kind: 'code',
      reason: 'AES-128: their keys have 16 bytes, and every APIv3 key has 32.',
    },
    {
      example: 'wechatpay-java 0.2.17, NotificationParserTest',
      kind: 'notification',
      reason:
        'Its verifier and its cipher are fakes that check nothing; the notification is that of the Go SDK.',
    },
    {
      example: 'wechatpay-java 0.2.17, RSAPrivacyDecryptorTest',
      kind: 'code',
      reason: 'We seal fields for WeChat Pay and open none.',
    },
    {
      example: 'WeChat Pay v2, JSAPI page: paySign by MD5 and HMAC-SHA256',
      kind: 'code',
      reason:
        'The product speaks v3. The rule is that of the v2 signature page, which the sandbox reproduces.',
    },
    {
      example: 'WeChat Pay, 查询订单 (doc 4012365865): its printed signature',
      kind: 'request',
      reason: 'Others report that it cannot be reproduced with the published key.',
    },
    {
      example: 'wechatpay-axios-plugin: Hash.md5, certificates, helpers of v2',
      kind: 'code',
      reason: 'Third-party; no vector of WeChat Pay itself.',
    },
    {
      example: 'wechatpay-axios-plugin: bill.ALL.csv',
      kind: 'table',
      reason:
        "A real trade bill made anonymous by a third party, which is not copied here; bills of that form are in the adapter's own tests.",
    },
    {
      example: 'wechatpay-php: tests',
      kind: 'code',
      reason: 'Round trips only: what they seal, they open.',
    },
  ],
} as const satisfies GoldenDocument
