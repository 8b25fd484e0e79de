import { describe, expect, test } from 'vitest'
import { readCommandLine, UsageError } from '../../../../scripts/audit/options.ts'

describe('the command line of the audit', () => {
  test('without options asks nobody, and takes the database of the configuration', () => {
    expect(readCommandLine([])).toMatchObject({
      database: null,
      ask: 'none',
      json: false,
      strict: false,
      limit: undefined,
    })
  })

  test('takes times as days or instants, and numbers as they are', () => {
    const args = ['--since', '2026-06-24', '--until', '2026-06-25T08:00:00+08:00', '--limit', '7']
    expect(readCommandLine(args)).toMatchObject({
      sinceMs: Date.UTC(2026, 5, 24),
      untilMs: Date.UTC(2026, 5, 25),
      limit: 7,
    })
  })

  test.each([
    [['--ask'], 'polled'],
    [['--ask-all'], 'all'],
    [['--ask', '--ask-all'], 'all'],
  ] as const)('%j asks %s', (args, ask) => {
    expect(readCommandLine(args).ask).toBe(ask)
  })

  test.each([
    [['--colour'], '--colour'],
    [['positional'], 'positional'],
    [['--limit', 'many'], '--limit'],
    [['--limit', '0'], '--limit'],
    [['--since', 'yesterday'], '--since'],
    [['--account', 'a b'], '--account'],
    [['--database'], '--database'],
    [['--database', 'x.db', '--ask'], 'nobody can be asked'],
  ])('%j is refused, with what is wrong', (args, why) => {
    expect(() => readCommandLine(args)).toThrow(UsageError)
    expect(() => readCommandLine(args)).toThrow(why)
  })
})
