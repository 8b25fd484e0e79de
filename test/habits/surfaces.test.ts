import { expect, test } from 'vitest'
import { read } from '../support/source-files.ts'
import { BEHAVIOURS, SURFACES } from '../support/surfaces.ts'

/** What docs/official-account.md promises of each surface is what the browser tests try, and no less. */

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

const matrix = (page: string): readonly (readonly string[])[] => {
  const [, section = ''] = page.split('## What becomes of a payment, surface by surface')
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-| ]+\|$/.test(line))
    .map(cellsOf)
    .slice(0, BEHAVIOURS.length + 1)
}

test('the table has a column for each surface and a row for each behaviour', () => {
  const [header = [], ...rows] = matrix(read('docs/official-account.md'))
  expect(header.slice(1)).toEqual([...SURFACES])
  expect(rows.map(([behaviour]) => behaviour)).toEqual([...BEHAVIOURS])
  for (const row of rows) {
    expect(row).toHaveLength(SURFACES.length + 1)
    for (const cell of row) expect(cell.length).toBeGreaterThan(3)
  }
})

test('each of its cells is a test, which looks at what came of it', () => {
  for (const surface of SURFACES) {
    const file = `test/browser/surfaces/${surface.toLowerCase().replace(' ', '-')}.test.ts`
    const tests = read(file)
    expect(tests).toContain(`testSurface('${surface}', {`)
    const steps = tests.split(/^ {2}async /m).slice(1)
    const named = steps.map((step) => /^'?([^'(]+)'?\(/.exec(step)?.[1])
    expect(named).toEqual([...BEHAVIOURS])
    for (const step of steps) expect(step).toMatch(/expect|shows\(|waitFor\(/)
  }
})

test('what becomes of a payment in the Mini Program is tried, row by row', () => {
  const [, section = ''] = read('docs/mini-program.md').split('## What becomes of a payment')
  const [table = ''] = section.split('\n## ')
  const rows = [...table.matchAll(/^\| .+ \| .+ \| `([a-z-]+)`: (.+) \|$/gm)]
  expect(rows.length).toBeGreaterThanOrEqual(9)
  for (const [, file, name] of rows) {
    expect(read(`test/browser/${file}.test.ts`)).toContain(`test('${name}', async`)
  }
})
