import { describe, expect, test } from 'vitest'
import { clientAction } from '../../../../../server/providers/ppro/translate.ts'
import { transactionAnswerSchema } from '../../../../../server/providers/ppro/wire.ts'

const CODE = 'weixin://wxpay/bizpayurl?pr=abcdefg'
const shown = (fields: Record<string, string>, showCode = true) =>
  clientAction(transactionAnswerSchema.parse(fields), {
    accountId: 'ppro',
    showCode,
    expiresAtMs: 7_000,
  })

describe('what the payer does next', () => {
  test('is to scan the code on the merchant’s own page, where the account wants that', () => {
    const both = { 'SPECOUT.QRCODEURL': CODE, REDIRECTURL: 'https://ppro.example/1' }
    const code = { kind: 'qrCode', content: CODE, image: null, expiresAtMs: 7_000 }
    expect(shown(both)).toEqual(code)
    expect(shown(both, false)).toMatchObject({ kind: 'redirect' })
  })

  test('ends when PPRO says, in seconds', () => {
    const fields = { 'SPECOUT.QRCODEURL': CODE, 'SPECOUT.EXPIRYTIMESTAMP': '1618842495' }
    expect(shown(fields).expiresAtMs).toBe(1_618_842_495_000)
  })

  test.each(['https://ppro.example/wechatpay/1', 'HTTP://ppro.example/wechatpay/1'])(
    'is else to go to %s',
    (url) => {
      expect(shown({ REDIRECTURL: url })).toEqual({ kind: 'redirect', url, expiresAtMs: 7_000 })
    },
  )

  test.each([
    {},
    { REDIRECTURL: 'javascript:open("https://evil.example")' },
    { REDIRECTURL: 'https://' },
  ])('is not made of %j: the payment exists, and cannot be shown', (fields) => {
    expect(() => shown(fields)).toThrow(
      expect.objectContaining({
        outcome: 'unknown',
        message: expect.stringContaining('neither a QR code nor an address'),
      }),
    )
  })
})
