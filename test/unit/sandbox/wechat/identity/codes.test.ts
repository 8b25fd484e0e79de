import { expect, test } from 'vitest'
import { VirtualClock } from '../../../../../sandbox/clock.ts'
import { createRandom } from '../../../../../sandbox/random.ts'
import { createCodes, type Grant } from '../../../../../sandbox/wechat/identity/codes.ts'
import { SEED, START_MS } from '../world.ts'

const GRANT: Grant = {
  kind: 'login',
  appId: 'wx1',
  person: 'anna',
  scope: 'snsapi_base',
  snapshot: false,
}
const WANT = { kind: 'login', appId: 'wx1' } as const

function codes() {
  const clock = new VirtualClock(START_MS)
  return { clock, codes: createCodes({ clock, random: createRandom(SEED) }) }
}

test('a code lives for five minutes to the millisecond', async () => {
  const { clock, codes: book } = codes()
  const [kept, late] = [book.issue(GRANT), book.issue(GRANT)]
  await clock.advance(5 * 60_000 - 1)
  expect(book.redeem(kept, WANT)).toEqual(GRANT)
  await clock.advance(1)
  expect(() => book.redeem(late, WANT)).toThrow(expect.objectContaining({ errcode: 40029 }))
})

test('a code is good for one exchange', () => {
  const { codes: book } = codes()
  const code = book.issue(GRANT)
  book.redeem(code, WANT)
  expect(() => book.redeem(code, WANT)).toThrow(expect.objectContaining({ errcode: 40163 }))
})

test('another app cannot use the code up', () => {
  const { codes: book } = codes()
  const code = book.issue(GRANT)
  expect(() => book.redeem(code, { kind: 'login', appId: 'wx2' })).toThrow(
    expect.objectContaining({ errcode: 40029 }),
  )
  expect(book.redeem(code, WANT)).toEqual(GRANT)
})

test('the same seed gives the same codes, and no code comes twice', () => {
  const first = codes().codes
  const issued = [first.issue(GRANT), first.issue(GRANT)]
  expect(new Set(issued).size).toBe(2)
  expect(codes().codes.issue(GRANT)).toBe(issued[0])
})
