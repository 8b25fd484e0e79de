import { expect, test } from 'vitest'
import { seal, unseal } from '../../../../server/platform/seal.ts'

const LOCK = { secret: 'app-secret-0123456789', purpose: 'accessToken wx-mini' }

test.each(['72_token', '', '茶 '.repeat(300)])('what was sealed opens again: %j', (text) => {
  const sealed = seal(text, LOCK)
  expect(unseal(sealed, LOCK)).toBe(text)
  if (text !== '') expect(sealed).not.toContain(text)
})

test('another secret, another purpose and a changed byte open nothing', () => {
  const sealed = seal('72_token', LOCK)
  expect(unseal(sealed, { ...LOCK, secret: 'another-secret' })).toBeNull()
  expect(unseal(sealed, { ...LOCK, purpose: 'accessToken wx-other' })).toBeNull()
  const bytes = Buffer.from(sealed, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
  expect(unseal(bytes.toString('base64url'), LOCK)).toBeNull()
  expect(unseal('short', LOCK)).toBeNull()
})
