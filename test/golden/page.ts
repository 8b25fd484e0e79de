import type { RegisterEntry } from './register.ts'

/** `docs/golden-cases.md`, made from the register. */
export function goldenCasesPage(register: readonly RegisterEntry[]): string {
  const documents = [...new Set(register.map(({ document }) => document))]
  return [
    '# Golden cases',
    '',
    'Made from the register in `test/golden/register/`; a test fails when the two differ, and',
    '`vitest run --project unit test/golden/register.test.ts -u` makes this page anew.',
    '',
    'Five pages of five payment providers are what the adapters grew from. Every request, answer, notification, table and piece of code that',
    'they print, and every rule in words that asks something of the merchant, is read or reproduced by our own code in a test of that name, or',
    'stands below with the reason why not. What they print lies in `test/golden/fixtures/` as it was printed, and is only wrapped where the page',
    'wraps it. The link targets in the table of Saferpay are left out.',
    '',
    ...countsOf(register, documents),
    '',
    ...documents.flatMap((document) =>
      chapterOf(
        document,
        register.filter((entry) => entry.document === document),
      ),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

const HOWS = ['read', 'reproduced', 'exception'] as const

function countsOf(register: readonly RegisterEntry[], documents: readonly string[]): string[] {
  const row = (name: string, entries: readonly RegisterEntry[]) => {
    const counts = HOWS.map((wanted) => entries.filter(({ how }) => how === wanted).length)
    return `| ${[name, ...counts, entries.length].join(' | ')} |`
  }
  return [
    '| document | read | reproduced | exceptions | in all |',
    '|---|---:|---:|---:|---:|',
    ...documents.map((document) =>
      row(
        document,
        register.filter((entry) => entry.document === document),
      ),
    ),
    row('**all**', register),
  ]
}

function chapterOf(document: string, entries: readonly RegisterEntry[]): string[] {
  const cases = entries.filter(({ how }) => how !== 'exception')
  const exceptions = entries.filter(({ how }) => how === 'exception')
  return [
    `## ${document}`,
    '',
    '| example | kind | how | what differs from the print |',
    '|---|---|---|---|',
    ...cases.map(({ example, kind, how, note = '' }) => rowOf([example, kind, how, note])),
    '',
    '| exception | kind | reason |',
    '|---|---|---|',
    ...exceptions.map(({ example, kind, reason = '' }) => rowOf([example, kind, reason])),
    '',
  ]
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
