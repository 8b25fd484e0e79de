import { describe, expect, test } from 'vitest'
import { PLANTED_BUGS } from '../planted/bugs.ts'
import { inWorlds } from '../planted/hunt.ts'

/**
 * A few of the planted bugs, looked for in earnest, so that the simulation is seen to bite with every
 * run of the tests. All of them: `npm run planted`.
 */
const FEW_SEEDS = 20
const timeout = 240_000

describe('a mistake that costs money is noticed within a few simulated worlds', () => {
  test.each([
    ['late-success-ignored', 'I2'],
    ['paid-order-closed', 'I2'],
    ['event-written-twice', 'I3'],
  ])('%s', { timeout }, async (name, promise) => {
    const bug = PLANTED_BUGS.find((planted) => planted.name === name)
    const { found, clue } = await inWorlds(FEW_SEEDS, bug)
    expect(found).toBe(true)
    expect(clue.split(' ')[0]).toBe(promise)
  })
})

test('and where there is none, nothing is noticed', { timeout }, async () => {
  expect(await inWorlds(3)).toMatchObject({ found: false })
})
