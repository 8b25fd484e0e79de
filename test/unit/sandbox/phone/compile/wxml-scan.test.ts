import { expect, test } from 'vitest'
import { scanWxml } from '../../../../../sandbox/phone/compile/wxml-scan.ts'

const BUILT_IN = new Set(['view', 'button'])
const scan = (source: string) => scanWxml(source, (tag) => BUILT_IN.has(tag))

test('tags are found with their lines; comments, expressions and scripts hold none', () => {
  const source = `<view>
  <!-- <gone/> -->
  {{ a <b }}
  <wxs module="m">if (a <c) { }</wxs>
  <product-row label="a <d" />
</view>`
  expect(scan(source).tags).toEqual([
    { name: 'view', line: 1 },
    { name: 'wxs', line: 4 },
    { name: 'product-row', line: 5 },
  ])
})

test('every way to bind an event names its method', () => {
  const source = `<view bindtap="a" catch:tap='b' capture-bind:touchstart="c" mut-bind:tap="d" />`
  expect(scan(source).handlers.map(({ method, event }) => [method, event])).toEqual([
    ['a', 'tap'],
    ['b', 'tap'],
    ['c', 'touchstart'],
    ['d', 'tap'],
  ])
})

test('a property of an own component may begin like an event; a computed handler is unknown', () => {
  const source = '<product-row bindings="x" /><view bindtap="{{ how }}" data-bind="y" />'
  expect(scan(source).handlers).toEqual([])
})
