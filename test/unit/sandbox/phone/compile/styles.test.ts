import { parse } from 'postcss'
import { describe, expect, test } from 'vitest'
import { transformValue, transformWxss } from '../../../../../sandbox/phone/compile/styles.ts'
import type { Problem } from '../../../../../sandbox/phone/compile.ts'

const COMPONENT = { kind: 'component', scope: 'row', host: 'row' } as const

function transform(wxss: string, reach: Parameters<typeof transformWxss>[0]['reach']) {
  const warnings: Problem[] = []
  const css = transformWxss({ rules: parse(wxss), file: 'a.wxss', reach, warnings })
  return { css, warnings }
}

describe('lengths of WXSS', () => {
  test.each([
    ['750rpx', '100vw'],
    ['1rpx', '0.13333vw'],
    ['-15rpx auto .5rpx', '-2vw auto 0.06667vw'],
    ['calc(100% - 75rpx)', 'calc(100% - 10vw)'],
    ['100vh', '100cqh'],
    ['12px', '12px'],
    ['url(data:image/svg+xml;10rpx)', 'url(data:image/svg+xml;10rpx)'],
    ['"10rpx"', '"10rpx"'],
    ['env(safe-area-inset-bottom)', 'var(--safe-area-bottom, 0px)'],
    ['calc(24rpx + constant(safe-area-inset-top))', 'calc(3.2vw + var(--safe-area-top, 0px))'],
  ])('%s becomes %s', (written, meant) => {
    expect(transformValue(written)).toBe(meant)
  })

  test('a media query counts on a phone of 375 points, because it knows no relative width', () => {
    const { css } = transform('@media (min-width: 700rpx) { .a { width: 75rpx } }', { kind: 'app' })
    expect(css).toContain('(min-width: 350px)')
    expect(css).toContain('width: 10vw')
  })
})

describe('the theme of the phone', () => {
  test.each(['dark', 'light'])('is asked for where the sheet asks for %s', (theme) => {
    const wxss = `@media (prefers-color-scheme: ${theme}) { .a { width: 75rpx } }`
    const { css, warnings } = transform(wxss, { kind: 'app' })
    expect(css).toBe(`@container style(--wechat-theme: ${theme}) { .a { width: 10vw } }`)
    expect(warnings).toEqual([])
  })

  test('is not guessed in a query that asks for more', () => {
    const { css, warnings } = transform(
      '@media (prefers-color-scheme: dark) and (min-width: 1px) { .a { top: 0 } }',
      { kind: 'app' },
    )
    expect(css).toMatch(/^@media/)
    expect(warnings).toHaveLength(1)
  })
})

describe('rules of WXSS', () => {
  test('the steps of an animation are no selectors', () => {
    const { css } = transform('@keyframes turn { from { top: 0 } 50% { top: 75rpx } }', COMPONENT)
    expect(css).toBe('@keyframes turn { from { top: 0 } 50% { top: 10vw } }')
  })

  test('a tag in a component is warned of, with its line', () => {
    const { warnings } = transform('.a { top: 0 }\nview { top: 0 }', COMPONENT)
    expect(warnings).toEqual([
      { file: 'a.wxss', line: 2, message: expect.stringContaining('"view"') },
    ])
  })

  test('a local picture is warned of, a remote one is not', () => {
    const local = transform('.a { background: url("/images/a.png") }', { kind: 'app' })
    const remote = transform('.a { background: url(https://a.example/a.png) }', { kind: 'app' })
    expect(local.warnings).toHaveLength(1)
    expect(remote.warnings).toEqual([])
  })
})
