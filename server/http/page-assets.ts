import { readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { z } from 'zod'
import { LOCALES } from '../../shared/locale.ts'
import { buildPages, sourcesOf } from './page-build.ts'
import { BUILT_FOLDER, MANIFEST } from './page-files.ts'

/** The scripts and styles of the browser pages, as the server hands them out. */
export interface PageAssets {
  /** Where a page finds its parts, from the root of the server. */
  readonly addresses: { readonly checkout: PageAddresses }
  /** A file by the last part of its address; its name carries a hash of its content. */
  file(name: string): AssetFile | undefined
}

export interface AssetFile {
  readonly type: string
  readonly body: Buffer
}

const addressesSchema = z.strictObject({
  /** One script per language, each with its words. */
  scripts: z.record(z.enum(LOCALES), z.string()),
  /** What all of these scripts share, so that a browser fetches it at the same time. */
  shared: z.array(z.string()),
  /** Scripts that a page fetches only when it needs them. */
  parts: z.strictObject({ wechat: z.string(), code: z.string(), elsewhere: z.string() }),
  style: z.string(),
})
export type PageAddresses = z.infer<typeof addressesSchema>

const manifestSchema = z.strictObject({
  /** A hash of everything that the files were made from. */
  sources: z.string(),
  checkout: addressesSchema,
  files: z.array(z.string()),
})

export const ASSETS_PATH = '/assets'

/**
 * The built pages, made before by `npm run build:pages`. Where their sources have changed since, or
 * were never built, they are built now, and `say` is told so; a machine with production dependencies
 * only cannot do that. Throws Error saying what to run there.
 */
export async function loadPages(
  say: (message: string) => void = () => undefined,
): Promise<PageAssets> {
  const sources = await sourcesOf()
  const built = await readBuilt()
  if (built && (sources === null || built.sources === sources)) return built.pages
  say(
    built
      ? 'The browser pages have changed since they were built; building them again.'
      : 'The browser pages are not built yet; building them. "npm run build:pages" does it beforehand.',
  )
  if (!(await buildPages())) throw new Error(built ? STALE : MISSING)
  const fresh = await readBuilt()
  if (!fresh) throw new Error(MISSING)
  return fresh.pages
}

const WAY_OUT =
  'Run "npm run build:pages" where the development dependencies are, and ship server/pages/dist.'
const MISSING = `The browser pages are not built, and vite is not installed to build them. ${WAY_OUT}`
const STALE = `The browser pages are older than their sources, and vite is not installed to build them. ${WAY_OUT}`

async function readBuilt(): Promise<{ sources: string; pages: PageAssets } | null> {
  const text = await readFile(join(BUILT_FOLDER, MANIFEST), 'utf8').catch(() => null)
  if (text === null) return null
  // What another version has left is as good as nothing.
  const manifest = manifestSchema.safeParse(JSON.parse(text))
  if (!manifest.success) return null
  const { sources, checkout, files: names } = manifest.data
  const bodies = await Promise.all(names.map((name) => readFile(join(BUILT_FOLDER, name))))
  const files = new Map(names.map((name, index) => [name, bodies[index]]))
  const pages: PageAssets = {
    addresses: { checkout },
    file(name) {
      const body = files.get(basename(name) === name ? name : '')
      const type = TYPES[extname(name)]
      return body && type ? { body, type } : undefined
    },
  }
  return { sources, pages }
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
