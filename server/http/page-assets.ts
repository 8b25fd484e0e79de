import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The scripts and styles of the browser pages, as the server hands them out. */
export interface PageAssets {
  /** Where a page finds its script and its style, from the root of the server. */
  readonly addresses: Readonly<Record<PageName, PageAddresses>>
  /** A file by the last part of its address; its name carries a hash of its content. */
  file(name: string): AssetFile | undefined
}

export interface AssetFile {
  readonly type: string
  readonly body: Buffer
}

const PAGES = ['checkout'] as const
export type PageName = (typeof PAGES)[number]

const addressesSchema = z.strictObject({ script: z.string(), style: z.string() })
type PageAddresses = z.infer<typeof addressesSchema>
const manifestSchema = z.strictObject({ checkout: addressesSchema })

export const ASSETS_PATH = '/assets'

const sources = join(dirname(fileURLToPath(import.meta.url)), '../pages')
const builtFolder = join(sources, 'dist')
const MANIFEST = 'manifest.json'

/**
 * The pages, bundled from their sources where esbuild is installed, else as `npm run build:pages`
 * left them: a machine with production dependencies only needs that command before. Throws Error
 * saying so where there is neither.
 */
export async function loadPages(): Promise<PageAssets> {
  return (await buildPages()) ?? (await readBuilt())
}

/** Bundles the pages in memory; null where esbuild, a development dependency, is not installed. */
export async function buildPages(): Promise<PageAssets | null> {
  const esbuild = await import('esbuild').catch(nullIfNotInstalled)
  if (!esbuild) return null
  const { outputFiles } = await esbuild.build({
    entryPoints: PAGES.flatMap((page) => [
      { in: join(sources, page, 'main.ts'), out: page },
      { in: join(sources, page, `${page}.css`), out: page },
    ]),
    outdir: builtFolder,
    entryNames: '[name]-[hash]',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2019',
    charset: 'utf8',
    logLevel: 'error',
  })
  const files = new Map(
    outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]),
  )
  const addressOf = (page: string, ending: string) =>
    `${ASSETS_PATH}/${[...files.keys()].find((name) => name.startsWith(`${page}-`) && name.endsWith(ending))}`
  const checkout = { script: addressOf('checkout', '.js'), style: addressOf('checkout', '.css') }
  return assetsOf({ checkout }, files)
}

/** Leaves the bundled pages in `server/pages/dist`, for machines without esbuild. */
export async function writePages(): Promise<{ folder: string; files: readonly string[] }> {
  const pages = await buildPages()
  if (!pages) throw new Error('esbuild is not installed: run npm ci with development dependencies')
  await rm(builtFolder, { recursive: true, force: true })
  await mkdir(builtFolder, { recursive: true })
  const names = namesIn(pages.addresses)
  for (const name of names) {
    await writeFile(join(builtFolder, name), pages.file(name)?.body ?? '')
  }
  await writeFile(join(builtFolder, MANIFEST), JSON.stringify(pages.addresses))
  return { folder: builtFolder, files: names }
}

async function readBuilt(): Promise<PageAssets> {
  const manifest = await readFile(join(builtFolder, MANIFEST), 'utf8').catch(() => null)
  if (manifest === null) {
    throw new Error(
      'The browser pages are not built, and esbuild is not installed to build them now. ' +
        'Run "npm run build:pages" where the development dependencies are, and ship server/pages/dist.',
    )
  }
  const addresses = manifestSchema.parse(JSON.parse(manifest))
  const files = new Map<string, Buffer>()
  for (const name of namesIn(addresses)) files.set(name, await readFile(join(builtFolder, name)))
  return assetsOf(addresses, files)
}

function namesIn(addresses: PageAssets['addresses']): string[] {
  return PAGES.flatMap((page) => Object.values(addresses[page]).map((address) => basename(address)))
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

function assetsOf(
  addresses: PageAssets['addresses'],
  files: ReadonlyMap<string, Buffer>,
): PageAssets {
  return {
    addresses,
    file(name) {
      const body = files.get(name)
      const type = TYPES[extname(name)]
      return body && type ? { body, type } : undefined
    },
  }
}

function nullIfNotInstalled(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') return null
  throw error
}
