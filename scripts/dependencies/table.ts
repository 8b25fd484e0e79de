import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What runs in production besides our own code, as the lockfile pins it. */
export interface Dependency {
  readonly name: string
  readonly version: string
  /** SPDX, as its author wrote it. */
  readonly licence: string
}

export interface Dependencies {
  /** All of them, also those of dependencies, by name and version. */
  readonly production: readonly Dependency[]
  /** Licence → how many packages that only developers install. */
  readonly development: ReadonlyMap<string, number>
}

/** Licences that ask for no more than their own text beside the software. */
export const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
])

const entrySchema = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  optional: z.boolean().optional(),
  link: z.boolean().optional(),
})
const lockSchema = z.object({ packages: z.record(z.string(), entrySchema) })
const manifestSchema = z.object({ version: z.string(), license: z.string().optional() })

/**
 * What the lockfile in this folder pins. Where a production package is installed, its own manifest
 * must say the same version and licence; throws Error naming those that do not.
 */
export function readDependencies(root: string): Dependencies {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const production: Dependency[] = []
  const development = new Map<string, number>()
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || entry.link) continue
    const { version = '', license = 'none stated' } = entry
    if (entry.dev || entry.devOptional) {
      development.set(license, (development.get(license) ?? 0) + 1)
      continue
    }
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const found = { name, version, licence: license }
    compare(found, installed(join(root, path)), entry.optional ?? false)
    production.push(found)
  }
  return { production: sorted(production), development }
}

function installed(folder: string): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  } catch {
    return null
  }
}

function compare(
  { name, version, licence }: Dependency,
  there: z.infer<typeof manifestSchema> | null,
  mayBeMissing: boolean,
): void {
  if (!there && mayBeMissing) return
  if (there?.version === version && (there.license ?? licence) === licence) return
  const found = there ? `${there.version}, ${there.license ?? 'no licence'}` : 'nothing'
  throw new Error(`${name}: the lockfile says ${version}, ${licence}; installed is ${found}`)
}

/** One of each: the same version in two folders is one dependency. */
function sorted(all: readonly Dependency[]): readonly Dependency[] {
  const unique = new Map(all.map((each) => [`${each.name} ${each.version}`, each]))
  return [...unique].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each)
}

const BEGIN = '<!-- begin: npm run docs:dependencies -->'
const END = '<!-- end: npm run docs:dependencies -->'

/** The page with its tables made anew between the two marks. Throws Error where they are missing. */
export function withTables(page: string, dependencies: Dependencies): string {
  const [head, rest] = page.split(BEGIN)
  const [, tail] = rest?.split(END) ?? []
  if (head === undefined || tail === undefined)
    throw new Error(`the page needs ${BEGIN} and ${END}`)
  return `${head}${BEGIN}\n\n${tablesOf(dependencies)}\n${END}${tail}`
}

function tablesOf({ production, development }: Dependencies): string {
  const rows = production.map(
    ({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`,
  )
  const sums = [...development]
    .toSorted(([left, many], [right, few]) => few - many || (left < right ? -1 : 1))
    .map(([licence, count]) => `| ${licence} | ${count} |`)
  return [
    `### In production: ${production.length} packages\n`,
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...rows,
    '\n### For developers only, in sum\n',
    '| Licence | Packages |',
    '| --- | --- |',
    ...sums,
    '',
  ].join('\n')
}
