import { expect, test } from 'vitest'
import { payerFrom, samePayer } from '../../../../server/domain/identity.ts'

const liWei = { appId: 'wx-mini', openid: 'o-liwei' }

test('a payer is one person in one app', () => {
  expect(payerFrom<'miniProgram'>('wx-mini', 'o-liwei')).toEqual(liWei)
  expect(samePayer(liWei, { ...liWei })).toBe(true)
})

test.each([
  ['another person in the same app', { ...liWei, openid: 'o-fang' }],
  ['the same word in another app, where it names somebody else', { ...liWei, appId: 'wx-oa' }],
  ['nobody', null],
])('and not %s', (_, other) => {
  expect(samePayer(liWei, other)).toBe(false)
  expect(samePayer(other, liWei)).toBe(false)
})

test('two unknown payers are not the same payer', () => {
  expect(samePayer(null, null)).toBe(false)
})
