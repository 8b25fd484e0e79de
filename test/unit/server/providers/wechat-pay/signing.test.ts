import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  appParams,
  authorization,
  doubtOf,
  encryptAccount,
  encryptField,
  isProbe,
  open,
  pageParams,
  readCertificate,
  readPrivateKey,
  readPublicKey,
  rsaSign,
} from '../../../../../server/providers/wechat-pay/signing.ts'
import {
  API_V3_KEY,
  MCH_ID,
  MERCHANT_SERIAL,
  merchant,
  NOW_MS,
  openssl,
  sealed,
  stranger,
  wechat,
  wechatHeaders,
} from './fixture.ts'
import { gcmByOpenssl } from './gcm.ts'
import { GO_NOTIFICATION, GO_SIGNER, JAVA_AEAD } from './vectors.ts'

/** Against published vectors, and against the openssl command line: no Node in it. */

const key = readPrivateKey(merchant.privateKey)
const opensslSays = (text: string | Uint8Array, signature: string) =>
  openssl(['dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature'], {
    files: { 'public.pem': merchant.publicKey, signature: Buffer.from(signature, 'base64') },
    input: text,
  }).toString()

describe('a request', () => {
  const request = {
    method: 'POST',
    pathAndQuery: '/v3/pay/transactions/jsapi?a=%E4%B8%AD',
    timestamp: '1554208460',
    nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
    body: Buffer.from('{"description":"龙井"}'),
  }
  const signer = { mchId: MCH_ID, serialNo: MERCHANT_SERIAL, privateKey: key }
  const signatureOf = (header: string) => /signature="([^"]+)"/.exec(header)?.[1] ?? ''

  test('carries five fields, and a signature that openssl confirms over its five lines', () => {
    const header = authorization(request, signer)
    expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="1900007291",nonce_str="593B/)
    expect(header).toContain(`timestamp="1554208460",serial_no="${MERCHANT_SERIAL}"`)
    const text =
      'POST\n/v3/pay/transactions/jsapi?a=%E4%B8%AD\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{"description":"龙井"}\n'
    expect(opensslSays(text, signatureOf(header))).toContain('Verified OK')
    expect(() => opensslSays(`${text}\n`, signatureOf(header))).toThrow('Command failed')
  })

  test('without a body ends in an empty line', () => {
    const bare = { ...request, method: 'GET', body: new Uint8Array() }
    const text =
      'GET\n/v3/pay/transactions/jsapi?a=%E4%B8%AD\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n'
    expect(opensslSays(text, signatureOf(authorization(bare, signer)))).toContain('Verified OK')
  })

  test('is signed as the vector of the Go SDK is', () => {
    expect(rsaSign('source', readPrivateKey(GO_SIGNER.privateKey))).toBe(GO_SIGNER.signature)
  })
})

describe('what opens the cashier', () => {
  const cashier = {
    appId: 'wx2421b1c4370ec43b',
    prepayId: 'wx2014',
    timeStamp: '1554208460',
    nonceStr: 'n',
  }

  test('in WeChat signs the whole package', () => {
    const { paySign, ...shown } = pageParams(cashier, key)
    expect(shown).toEqual({
      appId: 'wx2421b1c4370ec43b',
      timeStamp: '1554208460',
      nonceStr: 'n',
      package: 'prepay_id=wx2014',
      signType: 'RSA',
    })
    expect(opensslSays('wx2421b1c4370ec43b\n1554208460\nn\nprepay_id=wx2014\n', paySign)).toContain(
      'OK',
    )
  })

  test('in an app signs the bare prepay_id', () => {
    const { sign = '', ...shown } = appParams({ ...cashier, partnerId: MCH_ID }, key)
    expect(shown).toEqual({
      appId: 'wx2421b1c4370ec43b',
      partnerId: MCH_ID,
      prepayId: 'wx2014',
      package: 'Sign=WXPay',
      nonceStr: 'n',
      timeStamp: '1554208460',
    })
    expect(opensslSays('wx2421b1c4370ec43b\n1554208460\nn\nwx2014\n', sign)).toContain('OK')
  })
})

describe('a message of WeChat’s', () => {
  const publicKey = readPublicKey(wechat.publicKey)
  const body = Buffer.from('{"code_url":"weixin://wxpay/bizpayurl?pr=x"}')
  const about = (headers: Record<string, string>, bytes: Uint8Array = body, nowMs = NOW_MS) =>
    doubtOf({ headers, body: bytes }, { keyOf: () => publicKey, nowMs })

  test('is believed with openssl’s signature over time, nonce and bytes', () => {
    const headers = wechatHeaders(body)
    const text = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body.toString()}\n`
    const signature = openssl(['dgst', '-sha256', '-sign', 'key.pem'], {
      files: { 'key.pem': wechat.privateKey },
      input: text,
    }).toString('base64')
    expect(about({ ...headers, 'wechatpay-signature': signature })).toBeNull()
  })

  test('is believed as the vector of the Go SDK is, and not a byte away from it', () => {
    const { headers, body: text, certificate, atMs } = GO_NOTIFICATION
    const { publicKey: theirs, serialNo } = readCertificate(certificate)
    expect(serialNo).toBe(headers['wechatpay-serial'])
    const doubt = (bytes: string) =>
      doubtOf({ headers, body: Buffer.from(bytes) }, { keyOf: () => theirs, nowMs: atMs })
    expect(doubt(text)).toBeNull()
    expect(doubt(text.replace('签约成功', '签约成切'))).toContain('does not belong')
  })

  test('is not, with any bit of its body changed', () => {
    const headers = wechatHeaders(body)
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Buffer.from(body)
        other[at] = (other[at] ?? 0) ^ change
        expect(about(headers, other)).toContain('does not belong')
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    [299_000, null],
    [-299_000, null],
    [300_000, 'our clock says 2026-06-24T10:20:00.000Z'],
    [-300_000, 'our clock says 2026-06-24T10:10:00.000Z'],
  ])('stamped %i ms from now: %s', (awayMs, doubt) => {
    const told = about(wechatHeaders(body), body, NOW_MS + awayMs)
    if (doubt === null) expect(told).toBeNull()
    else expect(told).toContain(doubt)
  })

  test.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature'])(
    'without %s, or with an empty one, is not signed',
    (name) => {
      const headers: Record<string, string> = wechatHeaders(body)
      expect(about({ ...headers, [name]: '' })).toBe('it is not signed')
      delete headers[name]
      expect(about(headers)).toBe('it is not signed')
    },
  )

  test('that names no key is not believed, whichever keys we have', () => {
    const { 'wechatpay-serial': _, ...headers } = wechatHeaders(body)
    const keyOf = (serialNo: string) => (serialNo === '' ? null : publicKey)
    expect(doubtOf({ headers, body }, { keyOf, nowMs: NOW_MS })).toContain('do not have')
  })

  test('with a time that is no number, a stranger’s key or another base64 is not believed', () => {
    const headers = wechatHeaders(body)
    expect(about({ ...headers, 'wechatpay-timestamp': '1e9' })).toBe('it is not signed')
    expect(about(wechatHeaders(body, { privateKey: stranger.privateKey }))).toContain('not belong')
    const signature = ` ${headers['wechatpay-signature']}`
    expect(about({ ...headers, 'wechatpay-signature': signature })).toContain('not belong')
  })

  test('stamped long ago costs no look for a key', () => {
    const keyOf = () => {
      throw new Error('looked')
    }
    const message = { headers: wechatHeaders(body), body }
    expect(doubtOf(message, { keyOf, nowMs: NOW_MS + 300_000 })).toContain('stamped')
  })

  test('is a probe by its prefix', () => {
    expect(isProbe('WECHATPAY/SIGNTEST/abc')).toBe(true)
    expect(isProbe(wechatHeaders(body)['wechatpay-signature'])).toBe(false)
  })
})

describe('what is sealed', () => {
  const unsealed = (box: ReturnType<typeof sealed>, apiV3Key = API_V3_KEY) =>
    open({ ...box, associatedData: box.associated_data }, apiV3Key).toString()

  test('opens as the vector of the Java SDK does', () => {
    expect(open(JAVA_AEAD, API_V3_KEY).toString()).toBe('message')
  })

  test('opens as openssl and GHASH by hand have sealed it', () => {
    const nonce = 'fdasflkja484'
    const plain = Buffer.from('{"trade_state":"SUCCESS","description":"龙井茶，两盒"}')
    const ciphertext = gcmByOpenssl(plain, {
      key: API_V3_KEY,
      nonce,
      associatedData: 'transaction',
    })
    const box = { ciphertext: ciphertext.toString('base64'), nonce, associatedData: 'transaction' }
    expect(open(box, API_V3_KEY)).toEqual(plain)
  })

  test('does not open with any byte of text or tag changed', () => {
    const box = sealed('{"a":1}')
    const bytes = Buffer.from(box.ciphertext, 'base64')
    for (let at = 0; at < bytes.length; at += 1) {
      const other = Buffer.from(bytes)
      other[at] = (other[at] ?? 0) ^ 1
      expect(() => unsealed({ ...box, ciphertext: other.toString('base64') })).toThrow()
    }
    expect(unsealed(box)).toBe('{"a":1}')
  })

  test.each([
    ['another key', { key: 'b'.repeat(32) }, 'authenticate'],
    ['other associated data', { associated_data: 'refund' }, 'authenticate'],
    ['another nonce', { nonce: 'uluk4a9R25RX' }, 'authenticate'],
    ['a longer nonce', { nonce: 'uluk4a9R25RW0' }, 'a nonce has 12 bytes'],
    [
      'its tag cut short',
      { ciphertext: sealed('{"a":1}').ciphertext.slice(0, -4) },
      'authenticate',
    ],
    ['less than a tag', { ciphertext: 'AAAA' }, 'shorter than its tag'],
  ])('does not open with %s', (_, change, why) => {
    const { key: apiV3Key, ...box } = { key: API_V3_KEY, ...sealed('{"a":1}'), ...change }
    expect(() => unsealed(box, apiV3Key)).toThrow(why)
  })

  test('may be nothing but its tag: an empty text', () => {
    expect(unsealed(sealed(''))).toBe('')
  })
})

describe('a field for WeChat’s eyes only', () => {
  const decrypted = (ciphertext: string) =>
    openssl(
      [
        'pkeyutl',
        '-decrypt',
        '-inkey',
        'key.pem',
        '-pkeyopt',
        'rsa_padding_mode:oaep',
        '-in',
        'in',
      ],
      { files: { 'key.pem': wechat.privateKey, in: Buffer.from(ciphertext, 'base64') } },
    ).toString()

  test('is opened by openssl with OAEP and SHA-1', () => {
    expect(decrypted(encryptField('张三', readPublicKey(wechat.publicKey)))).toBe('张三')
  })

  test('is each of the account and the name, where they are there', () => {
    const plain = { out_refund_no: 'rf1', type: 'USER_BANK_CARD', bank_type: 'CMB_DEBIT' } as const
    const body = encryptAccount(
      { ...plain, bank_account: '6225', real_name: '张三' },
      readPublicKey(wechat.publicKey),
    )
    expect(body).toMatchObject(plain)
    expect(decrypted(body.bank_account ?? '')).toBe('6225')
    expect(decrypted(body.real_name ?? '')).toBe('张三')
    expect(encryptAccount(plain, readPublicKey(wechat.publicKey))).toEqual(plain)
  })
})
