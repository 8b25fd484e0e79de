import { describe, expect, test } from 'vitest'
import {
  CODE_MEANINGS,
  httpOutcome,
  refusalOf,
} from '../../../../../server/providers/payabl/translate.ts'

describe('a refusal', () => {
  test.each([
    ['-999', 'rejected', 'unknown'],
    ['-998', 'unknown', 'unknown'],
    ['-5000', 'unknown', 'unknown'],
    ['-5002', 'unknown', 'unknown'],
    ['-6000', 'rejected', 'rejected'],
    ['-2400', 'notSent', 'notSent'],
    ['-2407', 'notSent', 'notSent'],
    ['-2454', 'rejected', 'rejected'],
    ['-6110', 'rejected', 'rejected'],
  ])('%s leaves a payment %s and a refund %s', (code, payment, refund) => {
    expect(refusalOf(code, 'create').outcome).toBe(payment)
    expect(refusalOf(code, 'refund').outcome).toBe(refund)
  })

  test('has words for every documented code', () => {
    const codes = Object.keys(CODE_MEANINGS)
    expect(codes).toHaveLength(29)
    for (const code of codes) {
      expect(code).toMatch(/^-\d+$/)
      expect(refusalOf(code, 'create').says).not.toBe('')
    }
    expect(refusalOf('-6110', 'create').says).toContain('customer field')
  })

  test('leaves it open, or is worth another try, with these codes only', () => {
    const open = ['-998', '-5000', '-5002']
    const later = ['-2400', '-2402', '-2404', '-2405', '-2406', '-2407']
    for (const code of Object.keys(CODE_MEANINGS)) {
      const otherwise = later.includes(code) ? 'notSent' : 'rejected'
      const outcome = open.includes(code) ? 'unknown' : otherwise
      expect(`${code} ${refusalOf(code, 'create').outcome}`).toBe(`${code} ${outcome}`)
    }
  })

  test.each([
    [400, 'rejected'],
    [404, 'rejected'],
    [408, 'unknown'],
    [409, 'unknown'],
    [425, 'notSent'],
    [429, 'notSent'],
    [302, 'unknown'],
    [500, 'unknown'],
    [504, 'unknown'],
  ])('by HTTP %d leaves it %s', (status, outcome) => {
    expect(httpOutcome(status)).toBe(outcome)
  })
})
