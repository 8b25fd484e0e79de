import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { bundleClient } from './bundle-client.ts'
import { CLIENT_PACKAGE, emitPaymentParts, PAYMENT } from './payment-parts.ts'

export { CLIENT_PACKAGE } from './payment-parts.ts'

/** The modules of the package: file name → source. Money is apart: not every page shows amounts. */
const CLIENT_MODULES = { index: 'shared/mini-program.ts', money: 'shared/money.ts' } as const
/** All that has declarations, the payment module included. */
const TYPED_MODULES = { ...CLIENT_MODULES, payment: `${PAYMENT}/payment.ts` } as const

/** The folder that a Mini Program's npm build copies word for word. */
const DIST = 'miniprogram_dist'

/**
 * Makes the npm package for Mini Programs in `folder`: the checkout client, the `payment` module and
 * the components, as CommonJS in ES2017, which also the old parser of WeChat's npm build reads, and
 * their declarations. Nothing of it is written by hand, so it cannot differ from its sources.
 */
export async function buildClientPackage(options: {
  root: string
  folder: string
  version: string
}): Promise<{ dist: string }> {
  const { root, folder, version } = options
  const dist = path.join(folder, DIST)
  await rm(folder, { recursive: true, force: true })
  await mkdir(dist, { recursive: true })
  await emitDeclarations(root, path.join(dist, 'types'))
  await writeClientModules(root, dist)
  for (const [name, entry] of Object.entries(TYPED_MODULES)) {
    const source = `./types/${entry.replace(/\.ts$/, '')}`
    await writeFile(path.join(dist, `${name}.d.ts`), `export * from '${source}'\n`)
  }
  const about = { name: CLIENT_PACKAGE, version, license: 'MIT' }
  await writeJson(path.join(dist, 'package.json'), {
    ...about,
    main: 'index.js',
    types: 'index.d.ts',
  })
  await writeJson(path.join(folder, 'package.json'), {
    ...about,
    description: 'WeChat Pay for Mini Programs: components, a payment module, the checkout client.',
    main: `${DIST}/index.js`,
    types: `${DIST}/index.d.ts`,
    miniprogram: DIST,
    // For compilers that find modules as Node once did, as most Mini Programs' are set to.
    typesVersions: { '*': { money: [`${DIST}/money.d.ts`], payment: [`${DIST}/payment.d.ts`] } },
    exports: {
      '.': { types: `./${DIST}/index.d.ts`, default: `./${DIST}/index.js` },
      './money': { types: `./${DIST}/money.d.ts`, default: `./${DIST}/money.js` },
      './payment': { types: `./${DIST}/payment.d.ts`, default: `./${DIST}/payment.js` },
    },
    // The declarations of the wire's messages are inferred from its schemas; no code needs them.
    peerDependencies: { zod: '^4.0.0' },
    peerDependenciesMeta: { zod: { optional: true } },
  })
  return { dist }
}

/** The code of the package alone: one file per module, and the components with what they share. */
export async function writeClientModules(root: string, dist: string): Promise<void> {
  for (const [name, entry] of Object.entries(CLIENT_MODULES)) {
    const { code } = await bundleClient({ root, entry })
    await writeFile(path.join(dist, `${name}.js`), code)
  }
  await emitPaymentParts({ root, dist })
}

/** Leaves the package where "Build npm" looks for it, and where that command would put it. */
export async function installClientPackage(options: {
  folder: string
  dist: string
  miniprogram: string
}): Promise<void> {
  const { folder, dist, miniprogram } = options
  await replaceFolder(folder, path.join(miniprogram, 'node_modules', CLIENT_PACKAGE))
  await replaceFolder(dist, path.join(miniprogram, 'miniprogram_npm', CLIENT_PACKAGE))
}

async function replaceFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
}

async function emitDeclarations(root: string, outDir: string): Promise<void> {
  const config = path.join(path.dirname(outDir), 'tsconfig.json')
  const client = (entry: string) => [path.join(root, entry)]
  await writeJson(config, {
    extends: path.join(root, 'shared/tsconfig.json'),
    compilerOptions: {
      composite: false,
      declaration: true,
      rootDir: root,
      outDir,
      module: 'esnext',
      moduleResolution: 'bundler',
      // The payment module's timers; WeChat's own typings must not get into the declarations.
      types: ['miniprogram-api-typings'],
      typeRoots: [path.join(root, 'node_modules')],
      paths: {
        [CLIENT_PACKAGE]: client(CLIENT_MODULES.index),
        [`${CLIENT_PACKAGE}/money`]: client(CLIENT_MODULES.money),
      },
    },
    files: Object.values(TYPED_MODULES).map((entry) => path.join(root, entry)),
    include: [],
  })
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [compiler, '--project', config])
  await rm(config)
  await relateDeclarations(outDir)
}

/** Older compilers take no `.ts` in an import, and the package need not find itself by its name. */
async function relateDeclarations(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const file = path.join(folder, name)
    const up = path.relative(path.dirname(file), path.join(folder, 'shared')) || '.'
    const text = await readFile(file, 'utf8')
    const related = text
      .replaceAll(/(['"])(\.{1,2}\/[^'"]+)\.ts\1/g, "'$2'")
      .replaceAll(`'${CLIENT_PACKAGE}'`, `'${up}/mini-program'`)
      .replaceAll(`'${CLIENT_PACKAGE}/money'`, `'${up}/money'`)
    await writeFile(file, related)
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`)
}
