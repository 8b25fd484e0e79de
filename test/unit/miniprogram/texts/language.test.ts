import { expect, test } from 'vitest'
import { localeOf } from '../../../../miniprogram/payment/locale.ts'
import { paymentTexts } from '../../../../miniprogram/payment/texts/texts.ts'
import { formatInstant } from '../../../../miniprogram/texts/instant.ts'
import { textsFor } from '../../../../miniprogram/texts/language.ts'

const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const

test.each([
  ['zh_CN', 'zh-CN'],
  ['zh_TW', 'zh-TW'],
  ['zh_HK', 'zh-TW'],
  ['en', 'en'],
  ['fr', 'en'],
])('WeChat in %s shows the shop in %s', (language, locale) => {
  expect(localeOf(language)).toBe(locale)
})

test.each(LOCALES)('every outcome has a title, words, and a next step (%s)', (locale) => {
  const { outcomes, whyElse } = paymentTexts(locale)
  for (const [kind, { title, text, main }] of Object.entries(outcomes)) {
    expect({ kind, title, main }).toEqual({
      kind,
      title: expect.stringMatching(/\S/),
      main: expect.stringMatching(/\S/),
    })
    if (kind !== 'problem' && kind !== 'refused') expect(text).not.toBe('')
  }
  expect(whyElse).not.toBe('')
})

test.each(LOCALES)('nobody is told that they cancelled, which may not be true (%s)', (locale) => {
  const { title, text } = paymentTexts(locale).outcomes.dismissed
  expect(title + text).not.toMatch(/cancel|取消/i)
})

const allOf = (locale: (typeof LOCALES)[number]) =>
  JSON.stringify([textsFor(locale), paymentTexts(locale)])

test('the languages are three: no Chinese in the English, and Chinese in the others', () => {
  const han = /\p{Script=Han}/u
  expect(allOf('en')).not.toMatch(han)
  for (const locale of ['zh-CN', 'zh-TW'] as const) {
    for (const { title } of Object.values(paymentTexts(locale).outcomes)) {
      expect(title).toMatch(han)
    }
  }
})

test('Traditional Chinese has no simplified character, and the words of Taiwan', () => {
  const simplified = /[们个这还单请说为时间网络问题关闭联开币种类额动应电脑设备级进实际条务读页银]/u
  expect(allOf('zh-TW')).not.toMatch(simplified)
  expect(allOf('zh-TW')).toContain('小程式')
  expect(allOf('zh-TW')).not.toContain('小程序')
})

test('a time is written for people, and nonsense is not written at all', () => {
  expect(formatInstant('2026-06-24T02:05:00.000Z')).toMatch(/^2026-06-2[34] \d\d:05$/)
  expect([formatInstant(null), formatInstant('soon')]).toEqual(['', ''])
})
