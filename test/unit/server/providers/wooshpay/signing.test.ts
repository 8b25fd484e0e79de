import { describe, expect, test } from 'vitest'
import {
  authorization,
  signedAtSeconds,
  webhookSignature,
} from '../../../../../server/providers/wooshpay/signing.ts'

const BODY = Buffer.from('{"id":"evt_1","type":"payment_intent.succeeded"}')
const V1 = '001ce3ef73e456cedaab328328720d3ad59defb8bbd0f1518f46c04ad4ac0bb7'
const OTHER = '6fdfb9c357542b8ee07277f5fca2c6f728bae2dce9be2f91412f4de922c1bae4'
const verified = (header: string, { body = BODY, secrets = ['whsec_test'] } = {}) =>
  signedAtSeconds(header, body, secrets)

describe('the Authorization header', () => {
  test('is the secret key with an empty password', () => {
    const [scheme, word = ''] = authorization('sk_test_abc').split(' ')
    expect(scheme).toBe('Basic')
    expect(Buffer.from(word, 'base64').toString()).toBe('sk_test_abc:')
  })
})

describe('the signature of a webhook', () => {
  test('is the one computed from the written rule', () => {
    expect(webhookSignature('1700000000', BODY, 'whsec_test')).toBe(V1)
    expect(verified(`t=1700000000,v1=${V1}`)).toBe(1_700_000_000)
  })

  test('may stand among others, and among elements of other names', () => {
    expect(verified(`t=1700000000,v1=${OTHER},v1=${V1},v0=x`)).toBe(1_700_000_000)
    expect(verified(`v1=${V1}, t=1700000000`)).toBe(1_700_000_000)
  })

  test('is taken under every secret while one replaces another', () => {
    const header = `t=1700000000,v1=${V1}`
    expect(verified(header, { secrets: ['new', 'whsec_test'] })).toBe(1_700_000_000)
    expect(verified(header, { secrets: ['new'] })).toBeNull()
    expect(verified(header, { secrets: [] })).toBeNull()
  })

  test('uses a secret that looks like base64 as the text it is', () => {
    const secret = 'c2tfdGVzdF9kR1Z6ZERwMFpYTjBNVEl6TkRVMjo='
    const v1 = webhookSignature('1700000000', BODY, secret)
    expect(verified(`t=1700000000,v1=${v1}`, { secrets: [secret] })).toBe(1_700_000_000)
    const decoded = Buffer.from(secret, 'base64').toString()
    expect(verified(`t=1700000000,v1=${v1}`, { secrets: [decoded] })).toBeNull()
  })

  test.each([
    ['', 'nothing'],
    [`v1=${V1}`, 'no time'],
    [`t=,v1=${V1}`, 'an empty time'],
    [`t=1700000001,v1=${V1}`, 'another time'],
    [`t=1700000000,t=1700000000,v1=${V1}`, 'two times'],
    [`t=1700000000.0,v1=${V1}`, 'a time that is no whole number'],
    [`t,v1=${V1}`, 'a time without a value'],
    ['t=1700000000', 'no signature'],
    ['t=1700000000,v1', 'a signature without a value'],
    ['t=1700000000,v1=', 'an empty signature'],
    [`t=1700000000,v1=${OTHER}`, 'another signature'],
    [`t=1700000000,v1=${V1.toUpperCase()}`, 'capital letters'],
    [`t=1700000000,v1=${V1.slice(1)}`, 'half a signature'],
    [`t=1700000000,v1=${V1}=`, 'a signature with something after it'],
    [`t=1700000000=1,v1=${V1}`, 'a time with something after it'],
    [`t=1700000000,v0=${V1}`, 'a signature under another name'],
  ])('is not genuine in "%s": %s', (header) => {
    expect(verified(header)).toBeNull()
  })

  test.each(['x1700000000', '1700000000x', '1700000000.5', '170000000000'])(
    'says nothing about a moment that is no Unix time: %s',
    (time) => {
      const v1 = webhookSignature(time, BODY, 'whsec_test')
      expect(verified(`t=${time},v1=${v1}`)).toBeNull()
    },
  )

  test('belongs to exactly these bytes', () => {
    const spaced = Buffer.from(BODY.toString().replace(':', ': '))
    expect(verified(`t=1700000000,v1=${V1}`, { body: spaced })).toBeNull()
  })
})
