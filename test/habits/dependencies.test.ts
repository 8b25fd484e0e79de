import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ALLOWED, readDependencies, withTables } from '../../scripts/dependencies/table.ts'
import { read } from '../support/source-files.ts'

/** What we ship of others is known by name, version and licence, and the page that says so is true. */

const dependencies = readDependencies(join(import.meta.dirname, '../..'))
const page = read('docs/dependencies.md')

describe('what runs in production', () => {
  test('is listed as it is locked; `npm run docs:dependencies` does it', () => {
    expect(withTables(page, dependencies)).toBe(page)
  })

  test('begins with what the project itself names, at exactly these versions', () => {
    const manifest: unknown = JSON.parse(read('package.json'))
    const direct = Object.entries(Object(Reflect.get(Object(manifest), 'dependencies')))
    expect(direct.length).toBeGreaterThan(5)
    const pinned = dependencies.production.map(({ name, version }) => [name, version])
    for (const each of direct) expect(pinned).toContainEqual(each)
  })

  test('may be used by anybody for anything: permissive licences only', () => {
    const others = dependencies.production.filter(({ licence }) => !ALLOWED.has(licence))
    expect(others).toEqual([])
    expect(ALLOWED.has('AGPL-3.0-only')).toBe(false)
  })

  test('was looked up for advisories by name, where the project names it itself', () => {
    const table = page.split('## What is there')[0] ?? ''
    const manifest: unknown = JSON.parse(read('package.json'))
    const direct = Object.entries(Object(Reflect.get(Object(manifest), 'dependencies')))
    for (const [name, version] of direct) {
      const row = table.split('\n').find((line) => line.includes(`| ${name}`))
      expect(row, name).toContain(String(version))
    }
  })
})

test('a page that is stale is found out', () => {
  const [first] = dependencies.production
  const changed = { ...dependencies, production: dependencies.production.slice(1) }
  expect(first).toBeDefined()
  expect(withTables(page, changed)).not.toBe(page)
})
