import { describe, expect, test } from 'vitest'
import { contradict, joinSettlement } from '../../../../server/domain/fact.ts'

describe('two words about the same thing', () => {
  test('contradict each other only where both are known and differ', () => {
    expect(contradict('wx1', 'wx2')).toBe(true)
    expect(contradict('wx1', 'wx1')).toBe(false)
    expect(contradict(null, 'wx1')).toBe(false)
    expect(contradict('wx1', null)).toBe(false)
  })
})

describe('how the money reached the bank', () => {
  const cny = { value: 1999, currency: 'CNY' }
  const usd = { value: 310, currency: 'USD' }
  const nothing = { source: null, settled: null, rate: null }
  const all = { source: cny, settled: usd, rate: '6.44145000' }

  test('is put together from what several sources tell', () => {
    expect(joinSettlement({ ...nothing, source: cny }, { ...all, source: null })).toEqual(all)
    expect(joinSettlement(nothing, all)).toEqual(all)
    expect(joinSettlement(null, all)).toEqual(all)
    expect(joinSettlement(all, null)).toEqual(all)
    expect(joinSettlement(nothing, null)).toEqual(nothing)
    expect(joinSettlement(null, null)).toBeNull()
  })

  test('stays as it was told first', () => {
    const later = { source: usd, settled: cny, rate: '1.00000000' }
    expect(joinSettlement(all, later)).toEqual(all)
  })
})
