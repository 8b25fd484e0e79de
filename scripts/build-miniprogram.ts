/**
 * `npm run build:miniprogram`: gets the Mini Program ready for DevTools, and says what it did.
 * `--out <folder>` also writes it as plain JavaScript, for tools that know no TypeScript.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { checkMiniProgram, PACKAGE_LIMIT_BYTES, packageBytes } from './miniprogram/check.ts'
import {
  buildClientPackage,
  CLIENT_PACKAGE,
  installClientPackage,
} from './miniprogram/client-package.ts'
import { emitPlainJs } from './miniprogram/emit.ts'
import { checkWithWcc } from './miniprogram/wcc.ts'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const miniprogram = path.join(root, 'miniprogram')

export interface Built {
  readonly pages: number
  readonly components: number
  /** What would be uploaded. */
  readonly bytes: number
  readonly problems: readonly string[]
}

/** Builds everything; the answer lists every problem found, and nothing throws for those. */
export async function buildMiniProgram(options: { out?: string } = {}): Promise<Built> {
  const version = await readVersion()
  const folder = path.join(root, '.cache', CLIENT_PACKAGE)
  const { dist } = await buildClientPackage({ root, folder, version })
  await installClientPackage({ folder, dist, miniprogram })
  const { pages, components, problems: found } = await checkMiniProgram(miniprogram)
  const problems = [...found, ...((await checkWithWcc(miniprogram)) ?? [])]
  const bytes = await emitAndMeasure(dist, options.out)
  const tooLarge = `${bytes} bytes are more than the ${PACKAGE_LIMIT_BYTES} that WeChat takes`
  return {
    pages,
    components,
    bytes,
    problems: bytes > PACKAGE_LIMIT_BYTES ? [...problems, tooLarge] : problems,
  }
}

/** Measured on the plain JavaScript, which is what DevTools uploads. */
async function emitAndMeasure(dist: string, out: string | undefined): Promise<number> {
  const folder = out ?? (await mkdtemp(path.join(os.tmpdir(), 'tea-shop-')))
  try {
    await emitPlainJs({ root: miniprogram, dist, out: folder })
    return await packageBytes(folder)
  } finally {
    if (out === undefined) await rm(folder, { recursive: true })
  }
}

async function readVersion(): Promise<string> {
  const text = await readFile(path.join(root, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  const out = values.out === undefined ? {} : { out: path.resolve(values.out) }
  const { pages, components, bytes, problems } = await buildMiniProgram(out)
  console.log(`${CLIENT_PACKAGE}: bundled into miniprogram/miniprogram_npm`)
  console.log(`checked: ${pages} pages, ${components} components, WXML and WXSS`)
  console.log(`size: ${(bytes / 1024).toFixed(0)} KiB of ${PACKAGE_LIMIT_BYTES / 1024} KiB`)
  if (out.out) console.log(`plain JavaScript: ${out.out}`)
  for (const problem of problems) console.error(`problem: miniprogram/${problem}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log('Open this folder in WeChat DevTools: project.config.json is ready.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
