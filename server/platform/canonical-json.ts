import { isRecord } from './record.ts'

/** JSON with the members of every object in one order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isRecord(member) ? Object.fromEntries(Object.entries(member).toSorted(byName)) : member,
  )
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
