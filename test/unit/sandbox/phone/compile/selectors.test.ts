import { describe, expect, test } from 'vitest'
import { scopeSelector } from '../../../../../sandbox/phone/compile/selectors.ts'

const PAGE = { kind: 'page', path: 'pages/a/a' } as const
const COMPONENT = { kind: 'component', scope: 'row', host: 'row' } as const
const SHARED = { kind: 'component', scope: null, host: 'row' } as const

const rewritten = (selector: string, reach: Parameters<typeof scopeSelector>[1]) =>
  scopeSelector(selector, reach).selector

describe('selectors of WXSS reach what they reach in WeChat', () => {
  test.each([
    ['.card', '.card'],
    ['page', 'wx-page'],
    ['view.card > text', 'wx-view.card > wx-text'],
    ['scroll-view::after', 'wx-scroll-view::after'],
    ['product-row', 'product-row'],
    ['.a:not(.b, view)', '.a:not(.b, wx-view)'],
    ['.row:nth-child(2n+1)', '.row:nth-child(2n+1)'],
    ['[data-kind="a.b"]', '[data-kind="a.b"]'],
    ['#total', ':is([id$="--total"], #wx-id-weight)'],
  ])('the app writes %s and reaches %s', (written, reached) => {
    expect(rewritten(written, { kind: 'app' })).toBe(reached)
  })

  test.each([
    ['.card', ':where([data-page="pages/a/a"]) .card'],
    ['page', 'wx-page:where([data-page="pages/a/a"])'],
    ['page.dark .card', 'wx-page:where([data-page="pages/a/a"]).dark .card'],
  ])('a page writes %s and reaches nothing beyond itself: %s', (written, reached) => {
    expect(rewritten(written, PAGE)).toBe(reached)
  })

  test.each([
    ['.card .name', '.row--card .row--name'],
    ['.card.big:active', '.row--card.row--big:active'],
    [':host', '[wx-host="row"]'],
    [':host(.wide) .card', '[wx-host="row"]:is(.row--wide) .row--card'],
    ['.a:is(.b, .c)', '.row--a:is(.row--b, .row--c)'],
  ])('a component writes %s and reaches its own classes: %s', (written, reached) => {
    expect(rewritten(written, COMPONENT)).toBe(reached)
  })

  test('a component with shared styles keeps the class names of the page', () => {
    expect(rewritten('.card', SHARED)).toBe('.card')
  })

  test('a tag in a component is named as refused and stays inside the component', () => {
    expect(scopeSelector('view', COMPONENT)).toEqual({
      selector: ':where([wx-host="row"]) wx-view',
      refused: ['view'],
    })
  })

  test('a class in a component is refused nothing', () => {
    expect(scopeSelector('.view', COMPONENT).refused).toEqual([])
  })
})
