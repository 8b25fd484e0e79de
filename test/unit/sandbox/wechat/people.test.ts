import { expect, test } from 'vitest'
import { createRegistry } from '../../../../sandbox/wechat/apps.ts'
import { createPeople, PERSONAS, UnknownPerson } from '../../../../sandbox/wechat/people.ts'
import { MINI, PAGE } from './world.ts'

const { openPlatform: _bound, ...REST } = PAGE
const UNBOUND = { ...REST, appId: 'wx3333333333333333' }

function people() {
  return createPeople(PERSONAS, createRegistry([MINI, PAGE, UNBOUND], []))
}

test('a person has another openid in each app, and always the same one', () => {
  const first = people()
  const openid = first.openid('anna', MINI.appId)
  expect(openid).toMatch(/^o[\w-]{27}$/)
  expect(first.openid('anna', PAGE.appId)).not.toBe(openid)
  expect(first.openid('li-wei', MINI.appId)).not.toBe(openid)
  expect(people().openid('anna', MINI.appId)).toBe(openid)
})

test('an openid leads back to its person in its own app only', () => {
  const known = people()
  const openid = known.openid('anna', MINI.appId)
  expect(known.owner(openid, MINI.appId)).toBe('anna')
  expect(known.owner(openid, PAGE.appId)).toBeUndefined()
})

test('apps of one Open Platform account share unionids, an unbound app has none', () => {
  const known = people()
  expect(known.unionid('anna', MINI.appId)).toBe(known.unionid('anna', PAGE.appId))
  expect(known.unionid('anna', MINI.appId)).not.toBe(known.unionid('li-wei', MINI.appId))
  expect(known.unionid('anna', UNBOUND.appId)).toBeUndefined()
})

test('nobody unknown can hold the phone, and the error names who could', () => {
  const known = people()
  known.use('anna')
  expect(known.resolve(undefined)).toBe('anna')
  expect(() => known.use('bob')).toThrow(UnknownPerson)
  expect(() => known.use('bob')).toThrow('li-wei, anna')
  expect(known.current()).toBe('anna')
})

test('an app or merchant cannot be registered twice', () => {
  const registry = createRegistry([MINI], [{ mchId: '1', name: 'One' }])
  expect(() => registry.addApp(MINI)).toThrow('registered already')
  expect(() => registry.addMerchant({ mchId: '1', name: 'Other' })).toThrow('registered already')
})
