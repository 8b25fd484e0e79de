import { describe, expect, test } from 'vitest'
import { providerAccountSchema } from '../../server/providers/registry.ts'
import { PAIRINGS } from '../contract/providers/pairings.ts'
import { importsOf, projectFiles, read } from '../support/source-files.ts'

const files = projectFiles()
const sources = files.filter((path) => /\.(ts|mts|mjs|js|wxml|wxss|css)$/.test(path))

describe('a reader is respected', () => {
  test('no source file is longer than 300 lines', () => {
    const long = sources
      .map((path) => ({ path, lines: read(path).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300)
    expect(long).toEqual([])
  })

  test('functions stay under 70 lines, by a lint rule that nothing in the product switches off', () => {
    const lint: unknown = JSON.parse(read('.oxlintrc.json'))
    expect(lint).toMatchObject({
      rules: {
        'max-lines-per-function': ['error', { max: 70 }],
        'max-lines': ['error', { max: 300 }],
      },
    })
    const suppressed = sources.filter(
      (path) => path !== 'test/habits/tidy.test.ts' && /disable[^\n]*max-lines/.test(read(path)),
    )
    expect(suppressed).toEqual([])
  })

  test('nothing is left unfinished or switched off', () => {
    const marks =
      /(\/\/|\*|<!--).*\b(TODO|FIXME|XXX|HACK)\b|\.(skip|only|todo)\(|@ts-ignore|@ts-nocheck|\bas any\b/
    const marked = sources.filter(
      (path) => path !== 'test/habits/tidy.test.ts' && marks.test(read(path)),
    )
    expect(marked).toEqual([])
  })

  test('the project names no machine and no registry', () => {
    const texts = files.filter((path) => !/\.(png|svg|ico)$/.test(path))
    const leaks = /registry\.npmjs|\/root\/|\/home\/[a-z]/
    const leaking = texts.filter(
      (path) => path !== 'test/habits/tidy.test.ts' && leaks.test(read(path)),
    )
    expect(leaking).toEqual([])
  })
})

describe('a provider folder has its eight parts, always by these names', () => {
  const PARTS = ['README.md', 'client.ts', 'config.ts', 'index.ts', 'notification.ts']
  const eight = [...PARTS, 'signing.ts', 'translate.ts', 'wire.ts']
  // Its books where they can be read, and a part that is about one thing only: `client-refusal.ts`.
  const isKnown = (part: string) => {
    const [, name, topic] = /^([a-z]+)(-[a-z]+(?:-[a-z]+)*)?\.ts$/.exec(part) ?? []
    if (topic !== undefined) return ['client', 'translate', 'wire'].includes(name ?? '')
    return eight.includes(part) || part === 'settlement.ts'
  }
  const folders = new Map<string, string[]>()
  for (const path of files) {
    const [, folder, part] = /^server\/providers\/([^/]+)\/(.+)$/.exec(path) ?? []
    if (folder && part) folders.set(folder, [...(folders.get(folder) ?? []), part])
  }

  test('there are providers to look at', () => {
    expect(folders.size).toBeGreaterThanOrEqual(6)
  })

  test.each([...folders])('%s', (_, parts) => {
    expect(parts.toSorted()).toEqual(expect.arrayContaining(eight))
  })

  test('and nothing but these parts', () => {
    const strange = [...folders].flatMap(([folder, parts]) =>
      parts.filter((part) => !isKnown(part)).map((part) => `${folder}/${part}`),
    )
    expect(strange).toEqual([])
  })
})

describe('a provider is known wherever all of them are', () => {
  const names = files.flatMap((path) => {
    return /^server\/providers\/([^/]+)\/index\.ts$/.exec(path)?.[1] ?? []
  })
  const inCode = (name: string) =>
    name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

  test('to the registry, and no folder is missing there', () => {
    const registered = providerAccountSchema.options.map(({ shape }) => shape.provider.value)
    expect(registered.toSorted()).toEqual(names.map(inCode).toSorted())
    const known = importsOf('server/providers/registry.ts').map(({ to }) => to)
    for (const name of names) expect(known).toContain(`server/providers/${name}/index.ts`)
  })

  test.each(names)('to the sandbox, which plays it from documents of its own: %s', (name) => {
    expect(files).toContain(`sandbox/providers/${name}/index.ts`)
    const played = importsOf('sandbox/providers/index.ts').map(({ to }) => to)
    expect(played).toContain(`sandbox/providers/${name}/index.ts`)
  })

  test('to the contract suite, with an account at least', () => {
    const examined = new Set(PAIRINGS.map(({ provider }) => provider))
    expect([...examined].toSorted()).toEqual(names.map(inCode).toSorted())
  })

  test.each(names)(
    'to its README: sources, behaviour, going live, and what nobody has seen: %s',
    (name) => {
      const parts = read(`server/providers/${name}/README.md`).split(/^## /m)
      const part = (title: string) => parts.find((text) => text.startsWith(`${title}\n`)) ?? ''
      const listed = part('Sources')
      const rows = listed
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .slice(1)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(row, 'no date').toMatch(/\b20\d\d\b/)
      expect(listed, 'what the tests rest on').toMatch(/\btests?\b|published example/)
      expect(part('How it behaves')).not.toBe('')
      expect(part('Going live')).not.toBe('')
      expect(part('Verified by'), 'what is checked by what').toMatch(/^\| .+ \| .+ \|$/m)
      const unverified = part('Not verified against a real account').split('\n')
      expect(unverified.filter((line) => line.startsWith('- ')).length).toBeGreaterThan(2)
      expect(unverified.join(' '), 'where it is isolated').toMatch(/`[^`]+`/)
    },
  )
})
