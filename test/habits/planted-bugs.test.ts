import { existsSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withBug } from '../planted/bug.ts'
import { PLANTED_BUGS } from '../planted/bugs.ts'
import { read, root } from '../support/source-files.ts'

/** That each is really found is shown by `npm run planted`, which takes longer. */
describe('a planted bug', () => {
  test('is one of many, each under a name of its own', () => {
    const names = PLANTED_BUGS.map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/)
  })

  test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    'has its place in the product, and is code that runs: %s',
    (_, bug) => {
      expect(bug.file).toMatch(/^(server|shared)\/.+\.ts$/)
      const source = read(bug.file)
      const planted = withBug(source, bug)
      expect(planted).not.toBe(source)
      expect(() => stripTypeScriptTypes(planted)).not.toThrow()
    },
  )

  test('is looked for by tests that are there', () => {
    const files = PLANTED_BUGS.flatMap(({ foundBy }) =>
      foundBy.kind === 'suite' ? foundBy.files : [],
    )
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true)
  })
})

test('the list in the documentation is the list of planted bugs', () => {
  const listed = read('docs/planted-bugs.md').matchAll(/^\| `([a-z-]+)` \|/gm)
  expect([...listed].map(([, name]) => name)).toEqual(PLANTED_BUGS.map(({ name }) => name))
})
