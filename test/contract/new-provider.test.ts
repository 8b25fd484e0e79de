import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { writeAll } from '../../scripts/new-provider/write.ts'
import { projectFiles, read, root } from '../support/source-files.ts'

/**
 * "One more provider is one more folder", tried out: in a copy of the project the generator adds one,
 * and everything that is asked of the six others is asked of it. Three more get a fault each that
 * costs money, and the contract suite must find it: a guide is worth what its examination finds.
 */

/** The children have two busy cores, and the whole of them to do. */
const PATIENCE_MS = 400_000
const PATIENCE = { timeout: PATIENCE_MS } as const
const WHOLE = { kebab: 'whole-pay', product: 'Whole Pay' } as const

interface Fault {
  readonly kebab: string
  readonly product: string
  readonly does: string
  readonly part: string
  readonly from: string
  readonly to: string
  /** The tests to run, and words of one among them that must fail. */
  readonly tests: string
  readonly claim: RegExp
}

const FAULTS: readonly Fault[] = [
  {
    kebab: 'trusting-pay',
    product: 'Trusting Pay',
    does: 'takes a word that it does not know for a payment',
    part: 'translate.ts',
    from: "status: status ?? 'pending',",
    to: "status: status ?? 'paid',",
    tests: 'Trusting Pay.+nobody has heard of',
    claim: /in a word that nobody has heard of/,
  },
  {
    kebab: 'gullible',
    product: 'Gullible',
    does: 'believes every signature',
    part: 'notification.ts',
    from: 'signedAtMs({ time, signature }, body, keys.notificationSecrets)',
    to: 'Number(time) * 1_000',
    tests: 'Gullible: a notification.+forged',
    claim: /forged is refused/,
  },
  {
    kebab: 'agreeable-pay',
    product: 'Agreeable Pay',
    does: 'repeats the sum that we expect, whatever it was told',
    part: 'index.ts',
    from: "return found && factOf(account, { found, ref, source: 'query' })",
    to: "return found && { ...factOf(account, { found, ref, source: 'query' }), amount: ref.amount }",
    tests: 'Agreeable Pay: a payment.+than the order',
    claim: /of one unit less than the order is not paid/,
  },
]

let project = ''

beforeAll(async () => {
  project = copyOfProject()
  await generate(WHOLE.kebab, WHOLE.product)
}, PATIENCE_MS)
afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('one more provider', () => {
  test('is one more folder, and a line or two in the lists that know all of them', () => {
    const { added, changed } = changes()
    const folders = ['server/providers', 'sandbox/providers', 'test/unit/server/providers']
    for (const folder of [...folders, 'test/unit/sandbox/providers']) {
      expect(added).toContain(`${folder}/${WHOLE.kebab}/`)
    }
    expect(added).toHaveLength(4)
    expect(changed).toEqual([
      'sandbox/demo-accounts.ts',
      'sandbox/providers/index.ts',
      'scripts/sandbox-accounts.ts',
      'server/providers/registry.ts',
      'test/contract/providers/pairings.ts',
    ])
  })

  test.each([
    ['a name that is taken', ['ppro', 'Another PPRO'], /server\/providers\/ppro is there already/],
    ['the name of an account of the demo', ['worldline', 'Worldline'], /knows a "worldline"/],
    ['itself again', [WHOLE.kebab, WHOLE.product], /whole-pay is there already/],
    ['a name that is no folder', ['Whole_Pay', 'Whole Pay'], /small letters and hyphens/],
    ['a name that means something else', ['wechat', 'WeChat'], /means something else/],
    ['a product that is no text', ['other-pay', "'; alert()"], /the product's name/],
    ['nothing', [], /usage: npm run new:provider/],
  ])('is refused to %s, and nothing is written', async (_, words, reason) => {
    const before = snapshot()
    const { code, output } = await node(['scripts/new-provider.ts', ...words])
    expect(output).toMatch(reason)
    expect(output).toContain('Nothing was written.')
    expect(code).toBe(1)
    expect(snapshot()).toEqual(before)
  })

  test('is refused where a list has changed its shape, and nothing is written', async () => {
    const path = join(project, 'scripts/sandbox-accounts.ts')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('function appIds() {', 'function allAppIds() {'))
    const before = snapshot()
    const { code, output } = await node(['scripts/new-provider.ts', 'other-pay', 'Other Pay'])
    expect(snapshot()).toEqual(before)
    writeFileSync(path, text)
    expect(output).toMatch(/sandbox-accounts\.ts has 0 lines that read "function appIds\(\) \{"/)
    expect(code).toBe(1)
  })

  test('is taken back where one of its files cannot be written', () => {
    const before = snapshot()
    const path = 'scripts/sandbox-accounts.ts'
    const list = { path, text: '', before: readFileSync(join(project, path), 'utf8') }
    const impossible = { path: 'package.json/index.ts', text: '', before: null }
    expect(() => writeAll([list, impossible], project)).toThrow(/package\.json/)
    expect(snapshot()).toEqual(before)
  })

  test('passes the compiler, the formatter and the linter as it is', PATIENCE, async () => {
    const paths = [...changes().added, ...changes().changed]
    expect(await bin('typescript/bin/tsc', ['-b', 'test'])).toEqual({ code: 0, output: '' })
    const format = ['ci', '--diagnostic-level=warn', '--colors=off', ...paths]
    expect((await bin('@biomejs/biome/bin/biome', format)).output).toContain('No fixes applied')
    const lint = await bin('oxlint/bin/oxlint', ['--type-aware', ...paths])
    expect(lint.output).toContain('Found 0 warnings and 0 errors')
  })

  test('keeps the habits of the project, and its own unit tests', PATIENCE, async () => {
    const { kebab } = WHOLE
    const units = [`test/unit/server/providers/${kebab}`, `test/unit/sandbox/providers/${kebab}`]
    const tests = await vitest(['test/habits/tidy', 'test/habits/imports', ...units])
    expect(tests.filter(({ status }) => status === 'failed')).toEqual([])
    expect(tests.length).toBeGreaterThan(40)
  })
})

describe('the contract suite', () => {
  let tests: readonly Told[] = []
  const of = (product: string) => tests.filter(({ fullName }) => fullName.startsWith(product))

  beforeAll(async () => {
    for (const { kebab, product, ...fault } of FAULTS) {
      await generate(kebab, product)
      spoil(join(project, 'server/providers', kebab, fault.part), fault)
    }
    const wanted = [WHOLE.product, ...FAULTS.map((fault) => fault.tests)]
    tests = await vitest([...suiteFiles(), '-t', `^(?:${wanted.join('|')})`])
  }, PATIENCE_MS)

  test('holds for a provider that is as the generator made it', () => {
    const failed = of(WHOLE.product).filter(({ status }) => status !== 'passed')
    expect(failed).toEqual([])
    expect(of(WHOLE.product).length).toBeGreaterThan(60)
  })

  test.each(FAULTS)('finds an adapter that $does', ({ product, claim }) => {
    const failed = of(product).filter(({ status }) => status === 'failed')
    expect(failed.map(({ fullName }) => fullName)).toContainEqual(expect.stringMatching(claim))
    const whole = of(WHOLE.product).filter(({ fullName }) => claim.test(fullName))
    expect(whole.length).toBeGreaterThan(0)
  })
})

/** Everything that a provider touches, and what examines it; under the eyes of git, as the habits need. */
function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'one-more-provider-'))
  const needed = /^(?:scripts|server|shared|sandbox|test)\/|^[^/]+$/
  for (const path of projectFiles()) {
    if (!needed.test(path) || !existsSync(join(root, path))) continue
    cpSync(join(root, path), join(copy, path))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  // In the child, tests have no PostgreSQL, and its caches are not to be ours.
  writeFileSync(join(copy, '.gitignore'), `${read('.gitignore')}\nnode_modules\nvitest.child.*\n`)
  writeFileSync(join(copy, 'vitest.child.config.ts'), CHILD_CONFIG)
  execFileSync('git', ['init', '--quiet'], { cwd: copy, env: ENVIRONMENT })
  execFileSync('git', ['add', '--all'], { cwd: copy, env: ENVIRONMENT })
  return copy
}

const CHILD_CONFIG = `export default {
  cacheDir: '.cache/vite',
  test: {
    include: ['test/**/*.test.ts'],
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
}
`

/** Without whatever this run of the tests has told its own processes. */
const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR', 'LANG']
    .map((name) => [name, process.env[name]] as const)
    .filter(([, value]) => value !== undefined),
)

interface Ended {
  readonly code: number | null
  readonly output: string
}

function node(words: readonly string[]): Promise<Ended> {
  const options = { cwd: project, env: { ...ENVIRONMENT, NO_COLOR: '1' } }
  const child = spawn(process.execPath, words, options)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }))
  })
}

function bin(path: string, words: readonly string[]): Promise<Ended> {
  return node([join('node_modules', path), ...words])
}

async function generate(kebab: string, product: string): Promise<void> {
  const { code, output } = await node(['scripts/new-provider.ts', kebab, product])
  if (code !== 0) throw new Error(`the generator ended with ${code}: ${output}`)
}

const toldSchema = z.object({ fullName: z.string(), status: z.string() })
const resultsSchema = z.object({
  testResults: z.array(z.object({ message: z.string(), assertionResults: z.array(toldSchema) })),
})
type Told = z.infer<typeof toldSchema>

/** Every test that ran and how it ended; throws where one of the files could not be loaded. */
async function vitest(words: readonly string[]): Promise<readonly Told[]> {
  const report = join(project, 'vitest.child.json')
  rmSync(report, { force: true })
  const options = ['--config', 'vitest.child.config.ts', '--reporter=json', '--outputFile', report]
  const { output } = await bin('vitest/vitest.mjs', ['run', ...options, ...words])
  if (!existsSync(report)) throw new Error(`no test ran: ${output}`)
  const { testResults } = resultsSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
  const unread = testResults.filter(({ assertionResults }) => assertionResults.length === 0)
  if (unread.length > 0) throw new Error(unread.map(({ message }) => message).join('\n'))
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
}

/** Those files of the suite that ask the same of every provider. */
function suiteFiles(): readonly string[] {
  return projectFiles()
    .filter((path) => /^test\/contract\/providers\/.*\.test\.ts$/.test(path))
    .filter((path) => existsSync(join(root, path)) && read(path).includes('each(PAIRINGS)'))
}

function spoil(path: string, { from, to }: Pick<Fault, 'from' | 'to'>): void {
  const text = readFileSync(path, 'utf8')
  if (text.split(from).length < 2) throw new Error(`${path} does not say: ${from}`)
  const spoilt = text.replace(from, () => to).replace('unknownStatus: status === undefined', LIE)
  writeFileSync(path, spoilt)
}

/** An adapter that guesses does not say so. */
const LIE = 'unknownStatus: false'

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: project, env: ENVIRONMENT, encoding: 'utf8' })
}

function changes(): { added: readonly string[]; changed: readonly string[] } {
  const lines = git('status', '--porcelain').split('\n')
  const marked = (mark: string) =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(3))
  return { added: marked('?? '), changed: marked('AM ') }
}

/** What is there, and what it says. */
function snapshot(): readonly string[] {
  return [git('status', '--porcelain', '--untracked-files=all'), git('diff')]
}
