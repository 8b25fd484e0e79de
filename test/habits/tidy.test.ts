import { describe, expect, test } from 'vitest'
import { projectFiles, read } from '../support/source-files.ts'

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
    expect(folders.size).toBeGreaterThanOrEqual(2)
  })

  // A folder without an index is no provider yet: nothing can reach it.
  const complete = [...folders].filter(([, parts]) => parts.includes('index.ts'))
  test.each(complete)('%s', (_, parts) => {
    expect(parts.toSorted()).toEqual(expect.arrayContaining(eight))
  })

  test('and nothing but these parts', () => {
    const strange = [...folders].flatMap(([folder, parts]) =>
      parts.filter((part) => !isKnown(part)).map((part) => `${folder}/${part}`),
    )
    expect(strange).toEqual([])
  })
})
