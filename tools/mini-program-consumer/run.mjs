// Proves that the package survives WeChat's own npm build and compiler: npm run check:consumer
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, posix } from 'node:path'
import { buildClientPackage, CLIENT_PACKAGE } from '../../scripts/miniprogram/client-package.ts'

const here = import.meta.dirname
const root = join(here, '..', '..')
const work = join(here, '.cache')
const program = join(work, 'program')
const require = createRequire(import.meta.url)
/** What the program, its pages and the package must have become. */
const EXPECTED = [
  'app.js',
  'app.json',
  'pages/pay/pay.js',
  'pages/pay/pay.wxml',
  'pages/pay/pay.wxss',
  `miniprogram_npm/${CLIENT_PACKAGE}/index.js`,
  `miniprogram_npm/${CLIENT_PACKAGE}/payment.js`,
  `miniprogram_npm/${CLIENT_PACKAGE}/pay-button/pay-button.js`,
  `miniprogram_npm/${CLIENT_PACKAGE}/pay-button/pay-button.wxml`,
  `miniprogram_npm/${CLIENT_PACKAGE}/payment-result/payment-result.js`,
  `miniprogram_npm/${CLIENT_PACKAGE}/verdict/verdict.wxss`,
]

const run = (file, args, cwd) =>
  execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** A consumer's folder as an npm install leaves it, from the tarball that would be published. */
async function installPackage() {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  cpSync(join(here, 'program'), program, { recursive: true })
  const folder = join(work, 'package')
  await buildClientPackage({ root, folder, version: '0.0.0-consumer' })
  run('npm', ['pack', folder, '--pack-destination', work, '--ignore-scripts'], work)
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts']
  run('npm', ['install', join(work, tarball), ...flags], program)
}

/** As in DevTools' template: the linter of the root, with a newer compiler, would refuse it. */
const CONFIG = {
  compilerOptions: {
    target: 'ES2020',
    module: 'CommonJS',
    moduleResolution: 'node',
    lib: ['ES2020'],
    types: ['miniprogram-api-typings'],
    typeRoots: [join(here, 'node_modules')],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
}

/** By the compiler and the module resolution that DevTools users have. */
function checkTypes() {
  const compiler = require.resolve('typescript/bin/tsc')
  const config = join(program, 'tsconfig.json')
  writeFileSync(config, JSON.stringify(CONFIG))
  run(process.execPath, [compiler, '--project', config], program)
  rmSync(config)
}

/** Exactly one package, copied word for word, and nothing to complain of. */
async function buildNpm(ci) {
  const { miniProgramPackNum, otherNpmPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: join(program, 'package.json'),
    miniprogramNpmDistDir: program,
  })
  const packed = JSON.stringify({ miniProgramPackNum, otherNpmPackNum, warnList })
  if (packed !== '{"miniProgramPackNum":1,"otherNpmPackNum":0,"warnList":[]}') {
    throw new Error(`the npm build packed ${packed}`)
  }
}

/** The files that would be uploaded. No account: the key is thrown away, and WeChat is not asked. */
async function compile(ci, projectPath) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateKeyPath = join(work, 'throw-away.key')
  writeFileSync(privateKeyPath, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath,
    privateKeyPath,
    ignores: ['node_modules/**/*'],
  })
  project.attr = async () => ATTRIBUTES
  const setting = { es6: true, minify: true, useProjectConfig: true }
  return ci.getCompiledResult({ project, version: '0.0.0', setting, onProgressUpdate: () => {} })
}

const ATTRIBUTES = {
  platform: false,
  appType: 0,
  isSandbox: false,
  released: false,
  gameApp: false,
  setting: {
    MaxCodeSize: 2,
    MaxSubpackageSubCodeSize: 2,
    MaxSubpackageFullCodeSize: 20,
    NavigateMiniprogramLimit: 10,
    MaxSubPackageLimit: 100,
    MinTabbarCount: 2,
    MaxTabbarCount: 5,
    MaxTabbarIconSize: 40,
  },
}

/** WeChat's compiler does not look for components of npm packages; a page would just stay empty. */
function strayComponents(files) {
  return Object.keys(files)
    .filter((name) => name.endsWith('.json') && files[`${name.slice(0, -5)}.wxml`] !== undefined)
    .flatMap((name) => {
      const { usingComponents = {} } = JSON.parse(String(files[name]))
      return Object.values(usingComponents).map((used) =>
        used.startsWith('.') ? posix.join(name, '..', used) : `miniprogram_npm/${used}`,
      )
    })
    .filter((unit) => ['js', 'json', 'wxml'].some((kind) => files[`${unit}.${kind}`] === undefined))
}

/**
 * A copy with one broken script: a gate that lets this through checks nothing. In a process of its
 * own, which the compiler takes down with promises that nobody holds.
 */
function expectRefusal(broken) {
  const folder = join(work, 'broken')
  rmSync(folder, { recursive: true, force: true })
  cpSync(program, folder, { recursive: true })
  const file = join(folder, broken)
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nconst = 1\n`)
  const self = join(here, 'run.mjs')
  const { status, stderr } = spawnSync(process.execPath, [self, folder], { encoding: 'utf8' })
  if (status === 0) throw new Error(`${broken} does not parse, and was compiled`)
  if (!stderr.includes(broken)) throw new Error(`${broken}: refused for something else\n${stderr}`)
}

if (!existsSync(join(here, 'node_modules', 'miniprogram-ci'))) {
  console.error(
    'WeChat’s build tools have a folder of their own: npm ci --prefix tools/mini-program-consumer',
  )
  process.exit(2)
}
const ci = require(join(here, 'node_modules', 'miniprogram-ci'))
const [, , only] = process.argv
if (only !== undefined) {
  await compile(ci, only)
  process.exit(0)
}
await installPackage()
console.log('installed: the tarball that would be published')
checkTypes()
console.log('types: TypeScript 5.9, moduleResolution node, miniprogram-api-typings')
await buildNpm(ci)
console.log('npm build: one package, no warning')
const files = await compile(ci, program)
const missing = EXPECTED.filter((name) => files[name] === undefined)
if (missing.length > 0) throw new Error(`the compiler left out ${missing.join(', ')}`)
const bytes = Object.values(files).reduce((sum, file) => sum + Buffer.byteLength(file), 0)
console.log(`compiled: ${Object.keys(files).length} files, ${Math.ceil(bytes / 1024)} KiB`)
const stray = strayComponents(files)
if (stray.length > 0) throw new Error(`no page can use ${stray.join(', ')}`)
console.log('components: every one that a page or a component uses is there')
expectRefusal('pages/pay/pay.ts')
expectRefusal(`miniprogram_npm/${CLIENT_PACKAGE}/payment.js`)
console.log('refused: a page, and a package, with one broken script')
process.exit(0)
