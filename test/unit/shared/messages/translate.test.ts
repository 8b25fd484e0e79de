import { describe, expect, test } from 'vitest'
import { isProblemCode, PROBLEMS } from '../../../../shared/contract/problem.ts'
import { LOCALES } from '../../../../shared/locale.ts'
import { en } from '../../../../shared/messages/en.ts'
import { translate } from '../../../../shared/messages/translate.ts'
import { zhCN } from '../../../../shared/messages/zh-CN.ts'
import { zhTW } from '../../../../shared/messages/zh-TW.ts'
import { VERDICTS } from '../../../../shared/payment-status.ts'

const CATALOGUES = { en, 'zh-CN': zhCN, 'zh-TW': zhTW }

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

describe.each(['zh-CN', 'zh-TW'] as const)('the catalogue in %s', (locale) => {
  const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()
  const texts: Readonly<Record<string, string>> = CATALOGUES[locale]

  test('has the keys and the gaps of the English one', () => {
    expect(Object.keys(texts).toSorted()).toEqual(Object.keys(en).toSorted())
    for (const [key, text] of Object.entries(en)) {
      expect(gaps(texts[key] ?? ''), key).toEqual(gaps(text))
    }
  })

  test('says success in one place only', () => {
    const success = texts['verdict.paid'] ?? ''
    const paid = Object.entries(texts).filter(([, text]) => text.includes(success))
    expect(paid.map(([key]) => key)).toEqual(['verdict.paid'])
  })
})

test('traditional Chinese is written in traditional characters, in words of its own', () => {
  // Simplified characters that have another traditional form, of those that the catalogues need.
  const simplified =
    /[这请单支扫码开关闭时问题联系络无没试订确认认证处环应发现过为仍续购务导页刷统还]/
  const own = Object.values(zhTW).filter((text) =>
    simplified.test(text.replaceAll(/[支仍刷]/g, '')),
  )
  expect(own).toEqual([])
  expect(Object.values(zhCN).some((text) => simplified.test(text))).toBe(true)
  const words = Object.values(zhTW).join('')
  for (const mainland of ['二維碼', '網絡', '服務器', '商家', '小程序', '鏈接']) {
    expect(words).not.toContain(mainland)
  }
})
