import { join } from 'node:path'

/** Where the sources of the pages are, and where their built files go. */
export const SOURCE_FOLDER = join(import.meta.dirname, '../pages')
export const BUILT_FOLDER = join(SOURCE_FOLDER, 'dist')
export const MANIFEST = 'manifest.json'
