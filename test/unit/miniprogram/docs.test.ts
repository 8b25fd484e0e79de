import { execFile } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../../shared/bridges/outcome.ts'
import { buildConsumerProgram, CONSUMER } from '../../support/consumer-program.ts'
import { read, root } from '../../support/source-files.ts'

/** What docs/mini-program.md says is so: its samples, its tables, and what WeChat's words come to. */

const guide = read('docs/mini-program.md')
const samples = [...guide.matchAll(/^```(?:ts|json|html) (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', code = '']) => ({ file, code }),
)
/** The text between that heading and the next of its rank or above. */
const section = (heading: string) => guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
const words = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

describe('the samples', () => {
  test('are there', () => {
    expect(samples.map(({ file }) => file)).toEqual([
      'app.ts',
      'pages/pay/pay.json',
      'pages/pay/pay.wxml',
      'pages/pay/pay.ts',
    ])
  })

  test.each(samples)('$file is the program that a browser test pays with', ({ file, code }) => {
    expect(code).toBe(read(`${CONSUMER}/${file}`))
  })

  describe.each([
    ['miniprogram-api-typings', 'miniprogram-api-typings'],
    ['@types/wechat-miniprogram', '@types/wechat-miniprogram'],
  ])('with %s', (_, typings) => {
    /** What the compiler says of the program, with one more file in it. */
    async function complaints(more = ''): Promise<string> {
      const program = await buildConsumerProgram()
      try {
        await writeFile(path.join(program, 'more.ts'), more)
        const config = {
          compilerOptions: {
            target: 'es2020',
            lib: ['es2020'],
            module: 'esnext',
            moduleResolution: 'bundler',
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
            noEmit: true,
            types: [path.join(root, 'node_modules', typings)],
          },
          include: ['**/*.ts'],
          exclude: ['miniprogram_npm', 'node_modules'],
        }
        await writeFile(path.join(program, 'tsconfig.json'), JSON.stringify(config))
        const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
        const compile = promisify(execFile)(process.execPath, [compiler, '-p', program])
        return await compile.then(
          () => '',
          (error: unknown) => String(Object(error).stdout),
        )
      } finally {
        await rm(path.dirname(program), { recursive: true })
      }
    }

    test('compile', async () => {
      expect(await complaints()).toBe('')
    })

    test('and a mistake does not', async () => {
      const mistake = `import type { Payment } from 'wechat-pay-client/payment'
        export const pay = (payment: Payment) => payment.pay({ amount: 1 })`
      expect(await complaints(mistake)).toContain('more.ts')
    })
  })
})

describe('the tables', () => {
  const component = (name: string, kind: string) =>
    read(`miniprogram/payment/${name}/${name}.${kind}`)

  test.each(['pay-button', 'payment-result'])('name the properties of %s, all of them', (name) => {
    const [, block = ''] = /properties: \{([\s\S]*?)\n {2}\},/.exec(component(name, 'ts')) ?? []
    const properties = [...block.matchAll(/^ {4}(\w+): \{/gm)].map(([, property]) => property)
    const documented = rows(section(`\`<${name}>\``))
      .filter(([first = '']) => first.startsWith('`'))
      .flatMap(([first]) => words(first))
    expect(new Set(documented)).toEqual(new Set(properties))
  })

  test('name every variable, and none that does not exist', async () => {
    const sheets = ['pay-button', 'payment-result', 'verdict'].map((name) =>
      component(name, 'wxss'),
    )
    const used = [...sheets.join('\n').matchAll(/var\((--[a-z-]+),/g)].map(([, name]) => name)
    const documented = rows(section('Colours')).flatMap(([first]) => words(first))
    expect(new Set(documented)).toEqual(new Set(used))
  })

  test('name every outcome', () => {
    const source = read('miniprogram/payment/outcome.ts').split('export type Why')[0] ?? ''
    const kinds = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, kind]) => kind)
    const documented = rows(section('The payment module'))
      .map(([first]) => words(first)[0])
      .filter((word) => kinds.includes(word ?? ''))
    expect(documented).toEqual(kinds)
  })

  test('every file that the guide names is there', async () => {
    const named = [...guide.matchAll(/`((?:miniprogram|sandbox)\/[\w/.-]+)`/g)]
    expect(named.length).toBeGreaterThan(4)
    for (const [, file = ''] of named) {
      const folder = await readdir(path.join(root, path.dirname(file)))
      expect(folder, file).toContain(path.basename(file))
    }
  })
})

describe('what WeChat says', () => {
  test.each([
    ['requestPayment:ok', { surface: 'finished' }],
    ['requestPayment:fail cancel', { surface: 'dismissed' }],
    ['requestPayment:cancel', { surface: 'dismissed' }],
    ['requestPayment:fail missing parameter: total_fee', { reason: 'prepayInvalid' }],
    ['requestPayment:fail 缺少参数 total_fee', { reason: 'prepayInvalid' }],
    ['requestPayment:fail appid mismatch', { reason: 'prepayInvalid' }],
    ['requestPayment:fail scene illegal', { reason: 'prepayInvalid' }],
    ['requestPayment:fail 场景不正确', { reason: 'prepayInvalid' }],
    ['requestPayment:fail no permission', { reason: 'noPermission' }],
    ['requestPayment:fail access denied', { reason: 'noPermission' }],
    ['requestPayment:fail banned', { reason: 'noPermission' }],
    ['requestPayment:fail jsapi has no permission', { reason: 'noPermission' }],
    [
      'wx.requestPayment is disabled in the current context',
      { reason: 'noPermission', surface: 'unavailable' },
    ],
  ])('%s comes to what the guide says', (errMsg, meaning) => {
    expect(outcomeOf({ errMsg })).toMatchObject(meaning)
    const [reason] = Object.values(meaning)
    if ('reason' in meaning) expect(guide).toContain(`\`${reason}\``)
  })
})
