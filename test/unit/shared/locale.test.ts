import { describe, expect, test } from 'vitest'
import { localeOf, localeOfAccepted } from '../../../shared/locale.ts'

describe('the language of a device', () => {
  test.each(['zh', 'zh-CN', 'zh_CN', 'zh-Hans-CN', 'ZH-cn', 'zh-SG', 'zh-Hans-HK'])(
    '%s is read in simplified Chinese',
    (language) => {
      expect(localeOf(language)).toBe('zh-CN')
    },
  )

  test.each(['zh-TW', 'zh_TW', 'zh-HK', 'zh_HK', 'zh-Hant', 'zh-Hant-TW', 'ZH-MO', 'zh-Hant-CN'])(
    '%s is read in traditional Chinese',
    (language) => {
      expect(localeOf(language)).toBe('zh-TW')
    },
  )

  test.each(['en', 'en_US', 'de-DE', '', 'zhx', 'zhtw'])('%j is read in English', (language) => {
    expect(localeOf(language)).toBe('en')
  })
})

describe('a browser with several languages', () => {
  test.each([
    [['zh-TW', 'zh', 'en'], 'zh-TW'],
    [['en', 'zh-CN'], 'en'],
    [['de', 'zh-HK', 'en'], 'zh-TW'],
    [['de', 'fr'], 'en'],
    [['*'], 'zh-CN'],
    [['de', '*'], 'zh-CN'],
    [[], 'en'],
  ] as const)('that asks for %j reads %s', (languages, locale) => {
    expect(localeOfAccepted(languages)).toBe(locale)
  })
})
