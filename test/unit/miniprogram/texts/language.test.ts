import { expect, test } from 'vitest'
import { formatInstant } from '../../../../miniprogram/texts/instant.ts'
import { readLocale, textsFor } from '../../../../miniprogram/texts/language.ts'
import { FakeWx } from '../fake-wx.ts'

test.each([
  ['zh_CN', 'zh-CN'],
  ['zh_TW', 'zh-CN'],
  ['zh_HK', 'zh-CN'],
  ['en', 'en'],
  ['fr', 'en'],
])('WeChat in %s shows the shop in %s', (language, locale) => {
  new FakeWx().install().language = language
  expect(readLocale()).toBe(locale)
})

test('every screen has a title, words, and a next step, in both languages', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    const { screens, whyElse } = textsFor(locale)
    for (const [kind, { title, text, main }] of Object.entries(screens)) {
      expect({ kind, title, main }).toEqual({
        kind,
        title: expect.stringMatching(/\S/),
        main: expect.stringMatching(/\S/),
      })
      if (kind !== 'problem' && kind !== 'refused') expect(text).not.toBe('')
    }
    expect(whyElse).not.toBe('')
  }
})

test('the two languages are two: no Chinese in the English, and the other way round', () => {
  const han = /\p{Script=Han}/u
  expect(JSON.stringify(textsFor('en'))).not.toMatch(han)
  const chinese = Object.values(textsFor('zh-CN').screens).map(({ title }) => title)
  for (const title of chinese) expect(title).toMatch(han)
})

test('a time is written for people, and nonsense is not written at all', () => {
  expect(formatInstant('2026-06-24T02:05:00.000Z')).toMatch(/^2026-06-2[34] \d\d:05$/)
  expect([formatInstant(null), formatInstant('soon')]).toEqual(['', ''])
})
