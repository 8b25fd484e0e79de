import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { checkMiniProgram, packageBytes } from '../../scripts/miniprogram/check.ts'
import { buildClientPackage, writeClientModules } from '../../scripts/miniprogram/client-package.ts'
import { emitPlainJs } from '../../scripts/miniprogram/emit.ts'
import { checkWithWcc } from '../../scripts/miniprogram/wcc.ts'
import { root } from '../support/source-files.ts'

const miniprogram = path.join(root, 'miniprogram')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tea-shop-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the Mini Program is sound: files, components, templates, styles, sitemap', async () => {
  expect(await checkMiniProgram(miniprogram)).toEqual({ pages: 7, components: 9, problems: [] })
})

test('and WeChat’s older template compiler has nothing to say either', async () => {
  const complaints = await checkWithWcc(miniprogram)
  if (process.arch === 'x64') expect(complaints).toEqual([])
  else expect(complaints).toBeNull()
})

test.runIf(process.arch === 'x64')('which finds what it is there to find', async () => {
  await writeFile(path.join(folder, 'a.wxml'), '<view wx:else>b</view>')
  expect(String(await checkWithWcc(folder))).toContain('a.wxml:1')
})

describe('the check finds', () => {
  /** A copy of the Mini Program with one file changed; null takes the file away. */
  async function problemsAfter(file: string, change: (text: string) => string | null) {
    const copy = path.join(folder, 'copy')
    await cp(miniprogram, copy, {
      recursive: true,
      filter: (source) => !/node_modules|miniprogram_npm/.test(path.relative(miniprogram, source)),
    })
    const target = path.join(copy, file)
    const changed = change(await readFile(target, 'utf8'))
    if (changed === null) await rm(target)
    else await writeFile(target, changed)
    return (await checkMiniProgram(copy)).problems
  }

  test.each([
    ['an end tag that is missing', 'pages/order/order.wxml', '</view>', ''],
    [
      'an expression that does not end',
      'pages/order/order.wxml',
      '{{t.order.items}}',
      '{{t.order.items',
    ],
    ['wx:else without wx:if', 'payment/verdict/verdict.wxml', 'wx:if="{{text}}"', 'wx:else'],
    ['a tag that no JSON names', 'pages/cashier/cashier.wxml', '<price ', '<prize '],
  ])('%s', async (_, file, from, to) => {
    const problems = await problemsAfter(file, (text) => text.replace(from, to))
    expect(problems.join('\n')).toContain(file)
  })

  test('a page without its template, and a component that app.json knows but the disk does not', async () => {
    const gone = await problemsAfter('pages/result/result.wxml', () => null)
    expect(gone.join()).toContain('pages/result/result.wxml')
    const lost = await problemsAfter('pages/result/result.json', (text) =>
      text.replace('payment-result/payment-result', 'payment-result/opinion'),
    )
    expect(lost.join()).toContain('opinion')
  })

  test('a component that nobody uses, and a sitemap for pages that are not there', async () => {
    const unused = await problemsAfter('pages/catalogue/catalogue.json', (text) =>
      text.replace('"order-notice": "/components/order-notice/order-notice",', ''),
    )
    expect(unused.join()).toContain('order-notice')
    const stray = await problemsAfter('sitemap.json', (text) => text.replace('catalogue/c', 'x/c'))
    expect(stray.join()).toContain('pages/x/catalogue')
  })

  test('a style sheet that does not read', async () => {
    const problems = await problemsAfter('app.wxss', (text) => `${text}\n.open {`)
    expect(problems.join()).toContain('app.wxss')
  })
})

test('the client package is what an npm build of WeChat takes, and really runs', async () => {
  const { dist } = await buildClientPackage({
    root,
    folder: path.join(folder, 'p'),
    version: '1.2.3',
  })
  const code = await readFile(path.join(dist, 'index.js'), 'utf8')
  // Its parser knows ES2018: none of what came after may be left.
  expect(code).not.toMatch(/\?\?|\?\.[A-Za-z_[(]|catch \{|\bimport\(|\bBuffer\b|\bfetch\(/)
  const client: unknown = createRequire(import.meta.url)(dist)
  expect(Object.keys(Object(client))).toEqual(
    expect.arrayContaining(['createCheckout', 'createSession', 'createWxBridge']),
  )
  const money: unknown = createRequire(import.meta.url)(path.join(dist, 'money.js'))
  expect(money).toHaveProperty('formatMoney')
  const about: unknown = JSON.parse(await readFile(path.join(folder, 'p/package.json'), 'utf8'))
  expect(about).toMatchObject({
    name: 'wechat-pay-client',
    version: '1.2.3',
    main: 'miniprogram_dist/index.js',
    miniprogram: 'miniprogram_dist',
  })
})

/** What a payer waits for on a slow network, before the first page. */
const BUDGET_BYTES = 200_000

test('the plain JavaScript build is complete and small', async () => {
  const dist = path.join(folder, 'client')
  const out = path.join(folder, 'out')
  await mkdir(dist)
  await writeClientModules(root, dist)
  await emitPlainJs({ root: miniprogram, dist, out })
  const app = z
    .object({ pages: z.array(z.string()) })
    .parse(JSON.parse(await readFile(path.join(out, 'app.json'), 'utf8')))
  for (const page of app.pages) {
    expect(await readFile(path.join(out, `${page}.js`), 'utf8')).toContain('Component(')
  }
  const bytes = await packageBytes(out)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(BUDGET_BYTES)
})

test('the package carries the components as they are used here, and the payment module runs', async () => {
  const { dist } = await buildClientPackage({
    root,
    folder: path.join(folder, 'p'),
    version: '1.2.3',
  })
  for (const name of ['pay-button', 'payment-result', 'verdict']) {
    for (const kind of ['js', 'json', 'wxml', 'wxss']) {
      const shipped = await readFile(path.join(dist, name, `${name}.${kind}`), 'utf8')
      expect(shipped.length, `${name}.${kind}`).toBeGreaterThan(10)
      if (kind === 'js') continue
      const source = path.join(miniprogram, 'payment', name, `${name}.${kind}`)
      expect(shipped).toBe(await readFile(source, 'utf8'))
    }
  }
  const payment: unknown = createRequire(import.meta.url)(path.join(dist, 'payment.js'))
  expect(payment).toHaveProperty('createPayment')
  const declared = await readFile(path.join(dist, 'payment.d.ts'), 'utf8')
  expect(declared).not.toContain('.ts')
})
