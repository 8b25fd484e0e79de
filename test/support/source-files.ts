import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Every file of the project, tracked or not yet, as a path from the root. */
export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((path) => path !== '')
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export interface Import {
  readonly from: string
  /** A path from the root for relative imports; otherwise the package name as written. */
  readonly to: string
  readonly relative: boolean
}

const IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)'([^']+)'/g

/** What a TypeScript file imports, types included: an architecture is also what it knows of. */
export function importsOf(path: string): readonly Import[] {
  return [...read(path).matchAll(IMPORT)].map(([, target = '']) => {
    const relative = target.startsWith('.')
    return { from: path, to: relative ? normalize(join(dirname(path), target)) : target, relative }
  })
}
