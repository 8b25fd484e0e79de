import type { Hunt } from './hunt.ts'

const HEAD = '| bug | what was done | promise | found by | at | s |\n|---|---|---|---|---|---|\n'
const TABLE = /\| bug \|[\s\S]*?(?=\n\n|\n*$)/

/** The document with the table of these hunts in the place of the old one; rows of others stay. */
export function withTable(document: string, hunts: readonly Hunt[]): string {
  if (!TABLE.test(document)) throw new Error('there is no table in the document')
  const old = new Map(
    [...document.matchAll(/^\| `([a-z-]+)` \|.*$/gm)].map(([row, name]) => [name, row] as const),
  )
  const rows = new Map(hunts.map((hunt) => [hunt.bug.name, rowOf(hunt)] as const))
  return { document, old, rows }.document.replace(TABLE, HEAD.trimEnd())
}

function rowOf({ bug, effort, found, seconds }: Hunt): string {
  const { name, what, promise, foundBy } = bug
  const cells = [
    `\`${name}\``,
    what,
    promise,
    foundBy.kind === 'simulation' ? 'simulation' : 'suite',
    found ? effort : '**not found**',
    seconds.toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}
