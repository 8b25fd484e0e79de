import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { root } from '../support/source-files.ts'
import { goldenCasesPage } from './page.ts'
import { documents, register } from './register.ts'

const source = (path: string) => readFileSync(`${root}/${path}`, 'utf8')
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))

describe('the register of golden cases', () => {
  test('names every example of a document once', () => {
    const names = register.map(({ document, example }) => `${document}: ${example}`)
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  })

  test('has a test file for every group of cases, made from the register', () => {
    const groups = documents.flatMap(({ cases }) => Object.keys(cases))
    const others = files.filter((file) => file !== 'register.test.ts')
    expect(others.toSorted()).toEqual(groups.map((group) => `${group}.test.ts`).toSorted())
    for (const group of groups) {
      const calls = source(`test/golden/${group}.test.ts`).match(/^golden\(\w+, '([^']+)', /gm)
      expect(calls, group).toEqual([expect.stringContaining(`'${group}'`)])
    }
  })

  test('points to tests that exist, where a case stands among those of its adapter', () => {
    const elsewhere = documents.flatMap((document) => document.elsewhere ?? [])
    expect(elsewhere.length).toBeGreaterThan(0)
    for (const { test: named } of elsewhere) {
      expect(source(named.file)).toContain(`test('${named.title}', `)
    }
  })

  test('gives a reason for every exception, and a test for everything else', () => {
    const unfounded = register.filter(({ how, reason }) => how === 'exception' && !reason)
    const untested = register.filter((entry) => entry.how !== 'exception' && !entry.test)
    expect([unfounded, untested]).toEqual([[], []])
  })

  test('leaves no printed text without a case', () => {
    const kept = readdirSync(`${import.meta.dirname}/fixtures`, {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((path) => path.endsWith('.txt'))
      .map((path) => path.replaceAll('\\', '/'))
    const named = new Set(register.flatMap(({ fixture }) => fixture ?? []))
    // Keys and signatures stand beside the text that they belong to.
    const beside = kept.filter((path) => /^published-vectors\/.*(key|\.signature)\.txt$/.test(path))
    expect([...new Set([...named, ...beside])].toSorted()).toEqual(kept.toSorted())
  })

  test('is what docs/golden-cases.md says', async () => {
    const page = goldenCasesPage(register)
    expect(page).toContain('# Golden cases')
    await expect(page).toMatchFileSnapshot(`${root}/docs/golden-cases.md`)
  })
})
