import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compileMiniProgram, MiniProgramCompileError } from '../../../../sandbox/phone/compile.ts'
import { APP_ID, FIXTURE } from '../../../support/phone.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'phone-compile-'))
  await cp(FIXTURE, root, { recursive: true })
})
afterEach(() => rm(root, { recursive: true }))

const write = (file: string, text: string) => writeFile(path.join(root, file), text)
const compile = (aliases = {}) => compileMiniProgram({ root, appId: APP_ID, aliases })

async function problems(): Promise<string[]> {
  const error: unknown = await compile().catch((thrown: unknown) => thrown)
  if (!(error instanceof MiniProgramCompileError)) throw new Error('it compiled')
  for (const { message } of error.problems) expect(error.message).toContain(message)
  return error.problems.map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)
}

describe('a Mini Program that is right', () => {
  test('compiles to one script, one sheet and its title, without a warning', async () => {
    const compiled = await compile()
    expect(compiled.title).toBe('Fixture Shop')
    expect(compiled.warnings).toEqual([])
    expect(compiled.js).toMatch(/^window\.miniProgram = \(function \(window, self, document/)
    expect(compiled.sourceMap).toContain('pages/shop/shop.js')
    expect(compiled.css).toContain('color: #07c160')
    expect(compiled.css).toContain('.components_stepper_stepper--amount')
    expect(compiled.css).toContain('[wx-host="components_stepper_stepper"]')
  })

  test('imports packages by their alias', async () => {
    await write('lib/client.ts', 'export const client = "the client"')
    await write('lib/price.ts', 'export { client as price } from "pay-client"')
    const { js } = await compile({ 'pay-client': path.join(root, 'lib/client.ts') })
    expect(js).toContain('the client')
  })

  test('may be dark, where theme.json names every colour for both themes', async () => {
    const window = { navigationBarBackgroundColor: '@paper' }
    const app = {
      pages: ['pages/detail/detail'],
      darkmode: true,
      themeLocation: 'theme.json',
      window,
    }
    await write('app.json', JSON.stringify(app))
    await write('theme.json', '{ "light": { "paper": "#fff" }, "dark": {} }')
    expect(await problems()).toContain('theme.json: dark has no paper, which app.json asks for')
    await write('theme.json', '{ "light": { "paper": "#fff" }, "dark": { "paper": "#111" } }')
    expect((await compile()).js).toMatch(/"?dark"?: ?\{ ?"?paper"?: ?"#111" ?\}/)
  })

  test('may keep pages in sub-packages', async () => {
    await write(
      'app.json',
      '{ "pages": ["pages/detail/detail"], "subPackages": [{ "root": "pages", "pages": ["gone/gone"] }] }',
    )
    expect(await problems()).toEqual(['app.json: the page pages/gone/gone.ts does not exist'])
  })

  test('is warned of a tab bar, which the phone does not draw', async () => {
    await write('app.json', '{ "pages": ["pages/detail/detail"], "tabBar": { "list": [] } }')
    expect((await compile()).warnings).toEqual([
      { file: 'app.json', message: expect.stringContaining('tabBar') },
    ])
  })

  test('prefers a .ts over a .js of the same name', async () => {
    await write('components/stepper/stepper.ts', 'Component({ methods: { more() { "typed" } } })')
    expect((await compile()).js).toContain('"typed"')
  })
})

describe('a Mini Program that is wrong says what and where', () => {
  test('a page that does not exist', async () => {
    await write('app.json', '{ "pages": ["pages/shop/shop", "pages/gone/gone"] }')
    expect(await problems()).toContain('app.json: the page pages/gone/gone.ts does not exist')
  })

  test('a component that does not exist', async () => {
    await write('pages/shop/shop.json', '{ "usingComponents": { "gone": "../../gone/gone" } }')
    expect(await problems()).toEqual([
      'pages/shop/shop.json: the component gone/gone.ts does not exist',
    ])
  })

  test('a component that does not call itself one', async () => {
    await write('components/stepper/stepper.json', '{}')
    expect(await problems()).toEqual([
      expect.stringMatching(/^components\/stepper\/stepper\.json: needs "component": true/),
    ])
  })

  test('a tag that nobody declared', async () => {
    await write('pages/detail/detail.wxml', '<view>\n<stranger/>\n</view>')
    expect(await problems()).toEqual([
      expect.stringMatching(/^pages\/detail\/detail\.wxml:2 <stranger> is neither/),
    ])
  })

  test('a handler that no script mentions', async () => {
    await write('pages/detail/detail.wxml', '<view>\n\n<button bindtap="payy">Pay</button></view>')
    expect(await problems()).toEqual([
      'pages/detail/detail.wxml:3 "tap" is bound to payy, but pages/detail/detail.js has no such method',
    ])
  })

  test('a handler of a component is not looked for in the page', async () => {
    await write('components/stepper/stepper.wxml', '<view bindtap="openTea" />')
    expect(await problems()).toEqual([expect.stringContaining('"tap" is bound to openTea')])
  })

  test.each([
    ['a missing end tag', '<view><text></view>', 'missing end tag'],
    ['an expression without an end', '<view>{{ a </view>', 'missing expression end'],
    ['an else without an if', '<view wx:else />', 'else'],
  ])('%s', async (_, wxml, message) => {
    await write('pages/detail/detail.wxml', wxml)
    expect(await problems()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^pages/detail/detail\\.wxml:1 .*${message}`)),
      ]),
    )
  })

  test('a template, a script or a sheet that is imported but not there', async () => {
    await write('pages/detail/detail.wxml', '<import src="./gone.wxml" /><view />')
    await write('pages/detail/detail.wxss', '@import "./gone.wxss";')
    await write('app.js', 'import "./gone"\nApp({})')
    expect(await problems()).toEqual([
      'pages/detail/detail.wxml: pages/detail/gone.wxml does not exist',
      'pages/detail/detail.wxss: pages/detail/gone.wxss does not exist',
      'app.js:1 Could not resolve "./gone"',
    ])
  })

  test('sheets that import each other in a circle', async () => {
    await write('shared/price.wxss', '@import "/pages/shop/shop.wxss";')
    expect(await problems()).toEqual([expect.stringContaining('goes in a circle')])
  })

  test('broken JSON, broken styles, broken scripts: all at once', async () => {
    await write('pages/shop/shop.json', '{')
    await write('app.wxss', '.a { color: red')
    await write('app.js', 'App({')
    const found = await problems()
    expect(found.map((problem) => problem.split(':')[0])).toEqual([
      'pages/shop/shop.json',
      'app.wxss',
      'app.js',
    ])
  })

  test('no app at all', async () => {
    await rm(path.join(root, 'app.json'))
    await rm(path.join(root, 'app.js'))
    const found = await problems()
    expect(found).toHaveLength(2)
    expect(found[0]).toMatch(/^app\.json: ENOENT/)
    expect(found[1]).toBe('app.ts: there is no app.ts or app.js')
  })

  test('a WXS script that is no script', async () => {
    await write('pages/detail/detail.wxml', '<wxs module="m">var = 1</wxs><view />')
    expect(await problems()).toEqual([
      expect.stringMatching(/^pages\/detail\/detail\.wxml: <wxs module="m">: Expected identifier/),
    ])
  })

  test('a WXS file that is no script, with its line', async () => {
    await write('pages/detail/m.wxs', 'var a = 1\nvar = 2')
    await write('pages/detail/detail.wxml', '<wxs module="m" src="./m.wxs" /><view />')
    expect(await problems()).toEqual([
      expect.stringMatching(/^pages\/detail\/m\.wxs:2 Expected identifier/),
    ])
  })

  test('a wrong type in app.json', async () => {
    await write('app.json', '{ "pages": "pages/shop/shop" }')
    expect(await problems()).toEqual([expect.stringMatching(/^app\.json: pages: /)])
  })
})
