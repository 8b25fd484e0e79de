import { describe, expect, test } from 'vitest'
import { sha256Hex } from '../../../../server/platform/hash.ts'
import type { Session } from '../../../../server/store/store.ts'
import { mayPay, maySee } from '../../../../server/usecases/access.ts'
import { anOrder, aPayment } from '../../../support/domain.ts'

const LIWEI = { appId: 'wx-mini', openid: 'o-liwei' }
const ANNA = { appId: 'wx-mini', openid: 'o-anna' }

function sessionOf(fields: Partial<Session>): Session {
  const times = { createdAtMs: 0, expiresAtMs: 1_000 }
  return { tokenHash: 'b'.repeat(64), payer: null, orderRef: null, ...times, ...fields }
}

describe('an order may be paid', () => {
  const order = anOrder({ checkoutTokenHash: sha256Hex('the-token') })
  const nobody = { sessions: [], checkoutToken: undefined }

  test.each([
    ['by whoever holds its checkout token', { ...nobody, checkoutToken: 'the-token' }, true],
    ['not with another token', { ...nobody, checkoutToken: 'another-token' }, false],
    ['not with its hash', { ...nobody, checkoutToken: sha256Hex('the-token') }, false],
    ['not with an empty one', { ...nobody, checkoutToken: '' }, false],
    ['not by nobody', nobody, false],
    [
      'in a session of its own',
      { ...nobody, sessions: [sessionOf({ orderRef: 'tea-1001' })] },
      true,
    ],
    [
      'not in that of another order',
      { ...nobody, sessions: [sessionOf({ orderRef: 'x' })] },
      false,
    ],
    ['by the merchant', { ...nobody, isMerchant: true as const }, true],
  ])('%s', (_, visitor, may) => {
    expect(mayPay(order, visitor)).toBe(may)
  })

  test('that names its payer: by nobody else who is known, whatever else they hold', () => {
    const named = { ...order, payer: LIWEI }
    const visitor = (payer: Session['payer']) => ({
      sessions: [sessionOf({ payer })],
      checkoutToken: 'the-token',
    })
    expect(mayPay(named, visitor(LIWEI))).toBe(true)
    expect(mayPay(named, visitor(ANNA))).toBe(false)
    expect(mayPay(named, visitor({ ...LIWEI, appId: 'wx-other' }))).toBe(false)
  })
})

describe('a payment is seen', () => {
  test('by its payer alone, where it has one', () => {
    const payment = aPayment({ payer: LIWEI })
    expect(maySee(payment, [sessionOf({ payer: LIWEI })])).toBe(true)
    expect(maySee(payment, [sessionOf({ payer: ANNA })])).toBe(false)
    expect(maySee(payment, [sessionOf({ orderRef: 'tea-1001' })])).toBe(false)
  })

  test('in a session of its order alone, where nobody logged in', () => {
    const payment = aPayment({ payer: null })
    expect(maySee(payment, [sessionOf({ orderRef: 'tea-1001' })])).toBe(true)
    expect(maySee(payment, [sessionOf({ orderRef: 'tea-1002' })])).toBe(false)
    expect(maySee(payment, [sessionOf({ payer: ANNA })])).toBe(false)
    expect(maySee(payment, [])).toBe(false)
  })
})
