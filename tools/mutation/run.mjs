// Mutation testing of the files where a wrong character costs money: npm run mutation -- signing
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const here = import.meta.dirname
const root = join(here, '..', '..')
const out = join(root, '.cache', 'mutation')
const stryker = join(here, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
const vitestConfig = fileURLToPath(import.meta.resolve('./vitest.config.mjs'))
const GROUPS = {
  domain: 'server/domain/*.ts',
  signing: 'server/providers/*/signing.ts',
  translate: 'server/providers/*/translate*.ts',
}
/** Killed, of all mutants, in per cent: below it the command fails. */
const FLOOR = 90
const USAGE = `npm run mutation -- ${Object.keys(GROUPS).join(' | ')} | <file or glob> ...
  --concurrency 2   mutants at the same time (1)
  --force           forget what earlier runs found
  --report          only print what earlier runs found`

/** What Stryker need not copy into its working copy of the project. */
const ASIDE = ['.cache', '.tsbuild', '.git', '.ci', 'data', 'dist', 'docs', 'tools', 'test/browser']

/** A file answers to the tests of its own folder: what only some wider flow would notice is not held. */
function testsOf(file) {
  const own = join('test', 'unit', dirname(file))
  return existsSync(join(root, own)) ? own : join('test', 'unit')
}

function optionsFor(file, name) {
  return {
    mutate: [file],
    testRunner: 'vitest',
    vitest: { configFile: vitestConfig, dir: testsOf(file), related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    timeoutMS: 10_000,
    ignorePatterns: ASIDE,
    tempDirName: join(out, 'tmp', name),
    cleanTempDir: 'always',
    incremental: true,
    incrementalFile: join(out, `${name}.incremental.json`),
    force: values.force,
    reporters: ['json', 'html', 'clear-text'],
    jsonReporter: { fileName: join(out, `${name}.json`) },
    htmlReporter: { fileName: join(out, `${name}.html`) },
    clearTextReporter: {
      reportTests: false,
      logTests: false,
      reportScoreTable: false,
      allowColor: false,
    },
  }
}

/** One file at a time: only the tests that reach it are loaded, and a crash costs one file. */
function mutate(file, name) {
  mkdirSync(out, { recursive: true })
  const config = join(out, `${name}.config.json`)
  const options = optionsFor(file, name)
  writeFileSync(config, JSON.stringify(options, null, 2))
  forgetSurvivors(options.incrementalFile)
  const run = spawnSync(process.execPath, [stryker, 'run', config], { cwd: root, stdio: 'inherit' })
  return run.status === 0
}

/** Stryker would believe old survivors in tables and constants, whatever new test there is. */
function forgetSurvivors(incrementalFile) {
  if (!existsSync(incrementalFile)) return
  const earlier = JSON.parse(readFileSync(incrementalFile, 'utf8'))
  for (const found of Object.values(earlier.files)) {
    found.mutants = found.mutants.filter(({ status }) => status === 'Killed')
  }
  writeFileSync(incrementalFile, JSON.stringify(earlier))
}

function summaryOf(file, name) {
  const report = join(out, `${name}.json`)
  if (!existsSync(report)) return { file, score: Number.NaN }
  const { files } = JSON.parse(readFileSync(report, 'utf8'))
  const statuses = Object.values(files).flatMap((found) => found.mutants.map((m) => m.status))
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length
  const killed = count('Killed', 'Timeout')
  const survived = count('Survived', 'NoCoverage')
  const mutants = killed + survived
  const score = mutants === 0 ? 100 : Math.round((killed / mutants) * 1_000) / 10
  return { file, mutants, killed, survived, score }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '1' },
    force: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  },
})
const files = positionals
  .flatMap((word) => globSync(GROUPS[word] ?? word, { cwd: root }))
  .toSorted()
if (files.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
if (!values.report && !existsSync(stryker)) {
  console.error('Stryker has a folder and a lockfile of its own: npm ci --prefix tools/mutation')
  process.exit(2)
}
const summaries = files.map((file) => {
  const name = file.replaceAll(/[/\\]/g, '.').replace(/\.ts$/, '')
  const ran = values.report || mutate(file, name)
  return ran ? summaryOf(file, name) : { file, score: Number.NaN }
})
console.table(summaries)
if (!summaries.every(({ score }) => score >= FLOOR)) {
  console.error(`Not every file reached ${FLOOR} %.`)
  process.exit(1)
}
