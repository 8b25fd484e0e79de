import { describe, expect, test } from 'vitest'
import {
  createCheckoutPaymentRequestSchema,
  createPaymentRequestSchema,
} from '../../../../shared/contract/payments.ts'

const CODE = '130061098828009406'
const till = { orderRef: 'tea-1001', scene: 'paymentCode', paymentCode: CODE }
const placesOf = (schema: typeof createPaymentRequestSchema, body: unknown) =>
  schema.safeParse(body).error?.issues.map(({ path }) => path.join('.'))

describe('a payment that the merchant asks for', () => {
  test('names the order, the scene, and the code that was scanned', () => {
    expect(createPaymentRequestSchema.parse(till)).toEqual({ ...till, locale: 'zh-CN' })
  })

  test('has no code in any other scene', () => {
    const wish = { orderRef: 'tea-1001', scene: 'miniProgram', accountId: 'hk', locale: 'en' }
    expect(createPaymentRequestSchema.parse(wish)).toEqual(wish)
  })

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
  ])('may tell where the payer is: %s', (payerIp, kept) => {
    expect(createPaymentRequestSchema.parse({ ...till, payerIp }).payerIp).toBe(kept)
  })

  test.each<[string, object]>([
    ['paymentCode', { paymentCode: undefined }],
    ['paymentCode', { paymentCode: '123456789012345' }],
    ['paymentCode', { paymentCode: '1234567890123456789012345' }],
    ['paymentCode', { paymentCode: '13006109882800940x' }],
    ['paymentCode', { scene: 'desktopQr' }],
    ['scene', { scene: 'till' }],
    ['orderRef', { orderRef: 'a b' }],
    ['payerIp', { payerIp: 'payer.example' }],
    ['locale', { locale: 'de' }],
    ['', { amount: { value: 1, currency: 'CNY' } }],
    ['', { openid: 'o-liwei' }],
  ])('is refused at %s', (place, fields) => {
    expect(placesOf(createPaymentRequestSchema, { ...till, ...fields })).toEqual([place])
  })
})

describe('a payment that the payer asks for', () => {
  test.each(['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'])(
    'may be in the scene %s',
    (scene) => {
      expect(createCheckoutPaymentRequestSchema.safeParse({ scene }).success).toBe(true)
    },
  )

  test.each([{}, { paymentCode: CODE }])(
    'is never by code, and is told where that goes',
    (more) => {
      const result = createCheckoutPaymentRequestSchema.safeParse({ scene: 'paymentCode', ...more })
      expect(result.error?.issues[0]?.message).toContain('POST /v1/payments')
    },
  )
})
