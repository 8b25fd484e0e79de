import { expect, test } from 'vitest'
import { AUDIT_FINDINGS } from '../../../../shared/contract/audit.ts'
import { read } from '../../../support/source-files.ts'

test('every finding stands in the guide for finance people, with its promise and advice', () => {
  const rows = Object.entries(AUDIT_FINDINGS).map(
    ([code, [claim, severity, advice]]) => `| \`${code}\` | ${claim} | ${severity} | ${advice} |`,
  )
  const guide = read('docs/audit.md').split('\n')
  expect(guide.filter((line) => line.startsWith('| `'))).toEqual(rows)
})
