import type { PlantedBug } from './bug.ts'
import type { Hunt } from './hunt.ts'

const HEAD = '| bug | what was done | promise | found by | where |\n|---|---|---|---|---|\n'
const TABLE = /^\| bug \|.*\n(?:\|.*\n)*/m
const ROW = /^\| `([a-z-]+)` \|.*\n/gm

/**
 * The document with a row for each bug: what these hunts have found, and where a bug was not hunted
 * this time, its row as it was. Throws where the document has no table.
 */
export function withTable(
  document: string,
  { bugs, hunts }: { bugs: readonly PlantedBug[]; hunts: readonly Hunt[] },
): string {
  if (!TABLE.test(document)) throw new Error('the document has no table of planted bugs')
  const rows = new Map([...document.matchAll(ROW)].map(([row, name = '']) => [name, row]))
  for (const hunt of hunts) rows.set(hunt.bug.name, rowOf(hunt))
  const body = bugs.map(({ name }) => rows.get(name) ?? '').join('')
  return document.replace(TABLE, () => HEAD + body)
}

function rowOf({ bug, found, effort }: Hunt): string {
  const { name, what, promise, foundBy } = bug
  const finder = foundBy.kind === 'simulation' ? 'simulation' : 'suite'
  const cells = [`\`${name}\``, what, promise, finder, found ? effort : '**not found**']
  return `| ${cells.join(' | ')} |\n`
}
