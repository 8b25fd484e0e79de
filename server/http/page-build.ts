import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { InlineConfig, Rolldown } from 'vite'
import { LOCALES } from '../../shared/locale.ts'
import { BUILT_FOLDER, MANIFEST, SOURCE_FOLDER } from './page-files.ts'

/**
 * Bundles the pages with Vite into `server/pages/dist`, and answers with the names of the files; null
 * where Vite, a development dependency, is not installed. Several processes may do so at once: files
 * are named by their content, and the manifest that names them is put in place last, in one step.
 */
export async function buildPages(): Promise<readonly string[] | null> {
  const vite = await import('vite').catch(nullIfNotInstalled)
  if (!vite) return null
  const sources = await sourcesOf()
  if (sources === null) throw new Error(`there are no sources of pages in ${SOURCE_FOLDER}`)
  const output = await bundle(vite)
  const files = new Map(output.map((part) => [basename(part.fileName), contentOf(part)]))
  await mkdir(BUILT_FOLDER, { recursive: true })
  await Promise.all([...files].map(([name, content]) => putInPlace(name, content)))
  const manifest = { sources, checkout: addressesIn(output), files: [...files.keys()] }
  await putInPlace(MANIFEST, JSON.stringify(manifest, null, 1))
  return [...files.keys()]
}

/** The same from an empty folder, so that nothing of an older build is left in it. */
export async function rebuildPages(): Promise<readonly string[]> {
  await rm(BUILT_FOLDER, { recursive: true, force: true })
  const files = await buildPages()
  if (!files) throw new Error('vite is not installed: run npm ci with development dependencies')
  return files
}

type Output = Rolldown.RolldownOutput['output']
type OutputPart = Output[number]
type Chunk = Extract<OutputPart, { type: 'chunk' }>

async function bundle({ build }: typeof import('vite')): Promise<Output> {
  // Vite means to be the whole process, and says "production" to everything in it.
  const { NODE_ENV: before } = process.env
  try {
    const result = await build(CONFIG)
    const [output] = [result].flat()
    if (!output || !('output' in output)) throw new Error('vite has built nothing')
    return output.output
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
  }
}

const STYLE = 'checkout-style'
const PARTS = { wechat: 'wechat.ts', code: 'qr-code.ts', elsewhere: 'elsewhere.ts' } as const

const CONFIG: InlineConfig = {
  configFile: false,
  root: SOURCE_FOLDER,
  publicDir: false,
  logLevel: 'silent',
  build: {
    write: false,
    // iOS 15, the oldest for what iOS 13 ran on, has it; on Android WeChat brings its own engine.
    target: 'es2022',
    // The policy of the pages runs no inline script, and needs no exception for a helper.
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        ...Object.fromEntries(
          LOCALES.map((locale) => [
            `checkout-${locale}`,
            join(SOURCE_FOLDER, 'checkout/entries', `${locale}.ts`),
          ]),
        ),
        ...Object.fromEntries(
          Object.entries(PARTS).map(([part, file]) => [
            part,
            join(SOURCE_FOLDER, 'checkout', file),
          ]),
        ),
        [STYLE]: join(SOURCE_FOLDER, 'checkout/page.css'),
      },
      // A page fetches its parts by name.
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
}

function addressesIn(output: Output) {
  const chunks = output.filter((part) => part.type === 'chunk')
  const entry = (name: string) => chunks.find((chunk) => chunk.isEntry && chunk.name === name)
  const entries = LOCALES.map((locale) => [locale, entry(`checkout-${locale}`)] as const)
  const style = output.find(({ fileName }) => fileName.endsWith('.css'))
  return {
    scripts: Object.fromEntries(entries.map(([locale, chunk]) => [locale, addressOf(chunk)])),
    shared: importsOf(chunks, Object.values(Object.fromEntries(entries))).map(addressOfName),
    parts: {
      wechat: addressOf(entry('wechat')),
      code: addressOf(entry('code')),
      elsewhere: addressOf(entry('elsewhere')),
    },
    style: addressOf(style),
  }
}

/** What these scripts import, at once or through each other. */
function importsOf(chunks: readonly Chunk[], from: readonly (Chunk | undefined)[]): string[] {
  const found = new Set<string>()
  const follow = (chunk: Chunk | undefined): void => {
    for (const fileName of chunk?.imports ?? []) {
      if (found.has(fileName)) continue
      found.add(fileName)
      follow(chunks.find((other) => other.fileName === fileName))
    }
  }
  for (const chunk of from) follow(chunk)
  return [...found]
}

const addressOfName = (fileName: string) => addressOf({ fileName })

function addressOf(part: { readonly fileName: string } | undefined): string {
  if (!part) throw new Error('vite has not built every part of the pages')
  return `/${part.fileName}`
}

function contentOf(part: OutputPart): string | Uint8Array {
  return part.type === 'chunk' ? part.code : part.source
}

/** Whoever reads meanwhile sees the old file or the new one, and never a part. */
async function putInPlace(name: string, content: string | Uint8Array): Promise<void> {
  const draft = join(BUILT_FOLDER, `.${name}.${process.pid}`)
  await writeFile(draft, content)
  await rename(draft, join(BUILT_FOLDER, name))
}

/**
 * A hash of all that the pages are made from: their sources, what is shared with them, and the exact
 * versions in package.json. Null where there are no sources, as beside a bundled server.
 */
export async function sourcesOf(): Promise<string | null> {
  const root = join(SOURCE_FOLDER, '../..')
  const folders = [SOURCE_FOLDER, join(root, 'shared')]
  const listed = await Promise.all(folders.map((folder) => filesIn(folder)))
  const paths = listed.flat()
  if (!paths.some((path) => path.endsWith('main.ts'))) return null
  paths.push(join(root, 'package.json'))
  const hash = createHash('sha256')
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  for (const [index, path] of paths.entries()) {
    hash.update(`${relative(root, path)}\0`).update(contents[index] ?? '')
  }
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(BUILT_FOLDER))
    .toSorted()
}

function nullIfNotInstalled(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') return null
  throw error
}
