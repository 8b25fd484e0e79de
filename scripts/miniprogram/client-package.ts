import { execFile } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { bundleClient } from './bundle-client.ts'

export const CLIENT_PACKAGE = 'wechat-pay-client'

/** The modules of the package: file name → source. Money is apart: not every page shows amounts. */
const CLIENT_MODULES = { index: 'shared/mini-program.ts', money: 'shared/money.ts' } as const

/** The folder that a Mini Program's npm build copies word for word. */
const DIST = 'miniprogram_dist'

/**
 * Makes the npm package of the checkout client in `folder`: one CommonJS file in ES2017 per module,
 * which also the old parser of WeChat's npm build reads, and their declarations. Nothing of it is written by hand,
 * so it cannot differ from `shared/`.
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
  for (const [name, entry] of Object.entries(CLIENT_MODULES)) {
    await writeFile(path.join(dist, `${name}.d.ts`), `export * from './types/${entry}'\n`)
  }
  const about = { name: CLIENT_PACKAGE, version, license: 'MIT' }
  await writeJson(path.join(dist, 'package.json'), {
    ...about,
    main: 'index.js',
    types: 'index.d.ts',
  })
  await writeJson(path.join(folder, 'package.json'), {
    ...about,
    description: 'WeChat Pay checkout for Mini Programs: create, invoke, confirm.',
    main: `${DIST}/index.js`,
    types: `${DIST}/index.d.ts`,
    miniprogram: DIST,
    exports: {
      '.': { types: `./${DIST}/index.d.ts`, default: `./${DIST}/index.js` },
      './money': { types: `./${DIST}/money.d.ts`, default: `./${DIST}/money.js` },
    },
    // The declarations of the wire's messages are inferred from its schemas; no code needs them.
    peerDependencies: { zod: '^4.0.0' },
    peerDependenciesMeta: { zod: { optional: true } },
  })
  return { dist }
}

/** The code of the package alone, one file per module. */
export async function writeClientModules(root: string, dist: string): Promise<void> {
  for (const [name, entry] of Object.entries(CLIENT_MODULES)) {
    const { code } = await bundleClient({ root, entry })
    await writeFile(path.join(dist, `${name}.js`), code)
  }
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
  await writeJson(config, {
    extends: path.join(root, 'shared/tsconfig.json'),
    compilerOptions: { composite: false, declaration: true, rootDir: root, outDir },
    files: Object.values(CLIENT_MODULES).map((entry) => path.join(root, entry)),
    include: [],
  })
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [compiler, '--project', config])
  await rm(config)
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`)
}
