import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { projectFiles, read, root } from '../support/source-files.ts'

const files = projectFiles().filter((file) => file.startsWith('miniprogram/'))
const json = (file: string): unknown => JSON.parse(read(file))

/** From the JSON schemas inside miniprogram-ci 2.1.42, read 2026-11: as far as this project goes. */
const APP_KEYS = keys(`
  pages window networkTimeout style componentFramework lazyCodeLoading sitemapLocation darkmode
  themeLocation usingComponents subPackages`)
const SETTING_KEYS = keys(`
  useCompilerPlugins packNpmManually packNpmRelationList es6 enhance postcss minified minifyWXSS
  minifyWXML urlCheck uploadWithSourceMap ignoreDevUnusedFiles ignoreUploadUnusedFiles
  compileHotReLoad babelSetting condition`)
const PACK_TYPES = ['file', 'folder', 'suffix', 'prefix', 'regexp', 'glob']

test('DevTools opens the project as it is: no account, TypeScript, npm, no domain check', () => {
  expect(json('project.config.json')).toMatchObject({
    appid: 'touristappid',
    compileType: 'miniprogram',
    miniprogramRoot: 'miniprogram/',
    setting: {
      useCompilerPlugins: ['typescript'],
      packNpmManually: true,
      packNpmRelationList: [
        { packageJsonPath: './miniprogram/package.json', miniprogramNpmDistDir: './miniprogram/' },
      ],
      urlCheck: false,
      es6: true,
      enhance: true,
    },
  })
  expect(json('miniprogram/package.json')).toMatchObject({
    dependencies: { 'wechat-pay-client': expect.stringContaining('file:') },
  })
})

test('app.json asks for the component framework of today', () => {
  expect(json('miniprogram/app.json')).toMatchObject({
    componentFramework: 'glass-easel',
    style: 'v2',
    lazyCodeLoading: 'requiredComponents',
    sitemapLocation: 'sitemap.json',
    darkmode: true,
    themeLocation: 'theme.json',
  })
})

test('every colour of the dark is a colour of the light too', () => {
  const { light, dark } = Object(json('miniprogram/theme.json'))
  expect(Object.keys(light)).toEqual(Object.keys(dark))
  const named = read('miniprogram/app.json').match(/"@\w+"/g) ?? []
  for (const name of named) expect(Object.keys(light)).toContain(name.slice(2, -1))
  const variables = read('miniprogram/app.wxss').split('@media (prefers-color-scheme: dark)')
  const colours = (sheet = '') =>
    new Set([...sheet.matchAll(/(--[a-z-]+): #/g)].map(([, name]) => name))
  expect(colours(variables[1])).toEqual(colours(variables[0]))
})

test('app.json and project.config.json use only keys that WeChat’s schema knows', () => {
  const app = Object.keys(Object(json('miniprogram/app.json')))
  expect(app.filter((key) => !APP_KEYS.has(key))).toEqual([])
  const { setting, packOptions } = Object(json('project.config.json'))
  expect(Object.keys(setting).filter((key) => !SETTING_KEYS.has(key))).toEqual([])
  for (const { type } of packOptions.ignore) expect(PACK_TYPES).toContain(type)
})

test('start pages that DevTools offers are pages of the program', () => {
  const listSchema = z.object({
    condition: z.object({
      miniprogram: z.object({ list: z.array(z.object({ pathName: z.string() })) }),
    }),
  })
  const appSchema = z.object({ pages: z.array(z.string()) })
  const { list } = listSchema.parse(json('project.config.json')).condition.miniprogram
  const { pages } = appSchema.parse(json('miniprogram/app.json'))
  for (const { pathName } of list) expect(pages).toContain(pathName)
})

describe('every page and component has its four files, all of one name', () => {
  const units = files.filter((file) => file.endsWith('.wxml')).map((file) => file.slice(0, -5))

  test('there are some', () => expect(units.length).toBeGreaterThanOrEqual(8))

  test.each(units)('%s', (unit) => {
    expect(path.basename(path.dirname(unit))).toBe(path.basename(unit))
    for (const ending of ['ts', 'wxml', 'wxss', 'json']) {
      expect(existsSync(path.join(root, `${unit}.${ending}`))).toBe(true)
    }
  })
})

describe('pages hold no wire logic', () => {
  const scripts = files.filter((file) => file.endsWith('.ts'))

  test('only the api folder and the payment module send requests and log in', () => {
    const callers = scripts.filter((file) => /\bwx\.(request|login)\(/.test(read(file)))
    expect(callers.filter((file) => !/^miniprogram\/(api|payment)\//.test(file))).toEqual([])
    expect(callers).not.toEqual([])
  })

  test('no page touches the client, and nobody calls requestPayment but the client', () => {
    const pages = scripts.filter((file) => file.startsWith('miniprogram/pages/'))
    expect(pages.filter((file) => read(file).includes('wechat-pay-client'))).toEqual([])
    expect(scripts.filter((file) => /\brequestPayment\(/.test(read(file)))).toEqual([])
  })

  test('addresses stand in config.ts alone', () => {
    const withoutComments = (file: string) => read(file).replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    const named = scripts.filter((file) => /https?:\/\/[a-z0-9]/.test(withoutComments(file)))
    expect(named).toEqual(['miniprogram/config.ts'])
  })

  test('nobody imports with an ending, which WeChat’s require does not take', () => {
    const own = scripts.filter((file) => !file.endsWith('bridge-check.ts'))
    expect(own.filter((file) => /from '\.[^']*\.ts'/.test(read(file)))).toEqual([])
  })
})

function keys(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}
