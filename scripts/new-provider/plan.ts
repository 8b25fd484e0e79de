import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Names, Refusal } from './names.ts'
import { placesFor } from './places.ts'

/** One file as it shall be. */
export interface PlannedFile {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
  /** What is there now; null for a file that must not be there yet. */
  readonly before: string | null
}

/** Which folder of templates becomes which folder of the project. */
const FOLDERS = {
  server: 'server/providers',
  sandbox: 'sandbox/providers',
  'unit-server': 'test/unit/server/providers',
  'unit-sandbox': 'test/unit/sandbox/providers',
} as const

/**
 * Every file that one more provider needs, as text; reads, and writes nothing. Throws Refusal where
 * the name is taken or a list has changed its shape.
 */
export function planProvider(
  names: Names,
  { root, nowMs }: { root: string; nowMs: number },
): readonly PlannedFile[] {
  const { kebab, camel } = names
  for (const folder of Object.values(FOLDERS)) {
    if (existsSync(join(root, folder, kebab))) {
      throw new Refusal(`${folder}/${kebab} is there already; choose another name`)
    }
  }
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  if (read('server/providers/registry.ts').includes(`z.literal('${camel}')`)) {
    throw new Refusal(`server/providers/registry.ts knows a "${camel}" already`)
  }
  if (read('sandbox/providers/index.ts').includes(`  readonly ${camel}:`)) {
    throw new Refusal(`sandbox/providers/index.ts knows a "${camel}" already`)
  }
  const templates = join(root, 'scripts/new-provider/template')
  const known = providersIn(read('sandbox/providers/index.ts'))
  const fill = fillerFor(names, { number: known + 1, nowMs })
  const template = (path: string) => fill(readFileSync(join(templates, `${path}.tmpl`), 'utf8'))
  const created = Object.entries(FOLDERS).flatMap(([from, to]) =>
    readdirSync(join(templates, from))
      .map((file) => file.replace(/\.tmpl$/, ''))
      .map((file) => ({
        path: `${to}/${kebab}/${file}`,
        text: template(`${from}/${file}`),
        before: null,
      })),
  )
  const lines = (name: string) => template(`lines/${name}.ts`)
  const changed = placesFor(names, lines).map(({ path, insertions }) => {
    const before = read(path)
    return { path, before, text: insertions.reduce((text, add) => add(text, path), before) }
  })
  return [...created, ...changed]
}

/** How many the sandbox plays already: the next one's account is numbered after them. */
function providersIn(list: string): number {
  const [, keys = ''] = /PROVIDER_KEYS = \[([^\]]*)\]/.exec(list) ?? []
  return keys.split(',').filter((key) => key.trim() !== '').length
}

function fillerFor(names: Names, { number, nowMs }: { number: number; nowMs: number }) {
  const values = {
    __KEBAB__: names.kebab,
    __CAMEL__: names.camel,
    __PASCAL__: names.pascal,
    __UPPER__: names.upper,
    __NAME__: names.product,
    __MONTH__: new Date(nowMs).toISOString().slice(0, 7),
    __MCH_ID__: `1900${String(number).padStart(2, '0')}0000`,
    // WeChat's own keys have 32 characters.
    __API_KEY__: `sandbox${names.camel.toLowerCase()}key`.slice(0, 32).padEnd(32, '0'),
  }
  return (text: string) =>
    Object.entries(values).reduce((filled, [word, value]) => filled.replaceAll(word, value), text)
}
