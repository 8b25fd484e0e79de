import { expect, test } from 'vitest'
import { MIGRATIONS } from '../../../../server/store/migrations/index.ts'

test('migrations are numbered without a gap, and go forward only', () => {
  const names = Object.keys(MIGRATIONS)
  expect(names).toEqual(names.toSorted())
  names.forEach((name, index) => {
    expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z-]+$`))
  })
  expect(Object.values(MIGRATIONS).every((migration) => migration.down === undefined)).toBe(true)
})
