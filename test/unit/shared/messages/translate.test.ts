import { describe, expect, test } from 'vitest'
import { isProblemCode, PROBLEMS } from '../../../../shared/contract/problem.ts'
import { en } from '../../../../shared/messages/en.ts'
import { localeOf, translate } from '../../../../shared/messages/translate.ts'
import { zhCN } from '../../../../shared/messages/zh-CN.ts'
import { VERDICTS } from '../../../../shared/payment-status.ts'

const LOCALES = ['en', 'zh-CN'] as const

describe.each(LOCALES)('texts in %s', (locale) => {
  test('every verdict has a text of its own', () => {
    const texts = VERDICTS.map((verdict) => translate(locale, `verdict.${verdict}`))
    expect(new Set(texts).size).toBe(VERDICTS.length)
  })

  test.each(Object.keys(PROBLEMS).filter(isProblemCode))('%s has a short text', (code) => {
    const text = translate(locale, `problem.${code}`)
    expect(text.length).toBeGreaterThan(2)
    expect(text.length).toBeLessThanOrEqual(80)
    expect(text).not.toMatch(/Idempotency|API|JSON|toolkit/)
  })

  test('parameters are filled in', () => {
    expect(translate(locale, 'button.payAmount', { amount: '¥19.99' })).toContain('¥19.99')
    expect(translate(locale, 'qr.remaining', { time: '4:05' })).toMatch(/4:05$/)
  })

  test('a parameter is put in as it is, special signs included', () => {
    expect(translate(locale, 'button.payAmount', { amount: '$& {amount}' })).toContain(
      '$& {amount}',
    )
  })

  test('a word that only a newer server knows still gives a text', () => {
    const newer: 'problem.internal' = JSON.parse('"problem.fromTheFuture"')
    expect(translate(locale, newer)).toBe(translate(locale, 'problem.internal'))
    const reason: 'reason.declined' = JSON.parse('"reason.fromTheFuture"')
    expect(translate(locale, reason)).toBe(translate(locale, 'verdict.failed'))
    const surface: 'surfaceReason.unknown' = JSON.parse('"surfaceReason.fromTheFuture"')
    expect(translate(locale, surface)).toBe(translate(locale, 'surfaceReason.unknown'))
  })
})

describe('the two catalogues', () => {
  const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()

  test('have the same keys and the same gaps', () => {
    const entries = Object.entries(en)
    const other: Readonly<Record<string, string>> = zhCN
    expect(Object.keys(zhCN).toSorted()).toEqual(Object.keys(en).toSorted())
    for (const [key, text] of entries) expect(gaps(other[key] ?? ''), key).toEqual(gaps(text))
  })

  test('say success in one place only', () => {
    const paid = Object.entries(zhCN).filter(([, text]) => text.includes('支付成功'))
    expect(paid.map(([key]) => key)).toEqual(['verdict.paid'])
  })
})

describe('the language of a device', () => {
  test.each(['zh', 'zh-CN', 'zh_CN', 'zh-Hans-CN', 'ZH-TW'])(
    '%s is read in Chinese',
    (language) => {
      expect(localeOf(language)).toBe('zh-CN')
    },
  )

  test.each(['en', 'en_US', 'de-DE', '', 'zhx'])('%j is read in English', (language) => {
    expect(localeOf(language)).toBe('en')
  })
})
