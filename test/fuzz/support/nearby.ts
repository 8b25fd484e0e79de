import * as fc from 'fast-check'

/** Anything that JSON can say, sharp ends first. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    2 ** 53,
    -(2 ** 53),
    1e300,
    '',
    ' ',
    '0',
    '1999',
    '-1',
    '1e3',
    '0x10',
    'NaN',
    '\0',
    '\ud800',
    '\u202e',
    '__proto__',
    'x'.repeat(5_000),
    [],
    {},
    [[]],
    [{}],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

/**
 * What is nearly this value: one or more of its members changed into anything, taken away, doubled
 * into lists, or joined by strangers. Answers the value and where it was touched.
 */
export function nearby(value: unknown): fc.Arbitrary<Touched> {
  const places = placesIn(value)
  const blow = fc.record({
    place: fc.constantFrom(...places),
    how: fc.constantFrom('other', 'gone', 'list', 'stranger'),
    other: anything,
    name: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'amount', 'x'), fc.string()),
  })
  return fc.array(blow, { minLength: 1, maxLength: 3 }).map((blows) => {
    let touched: unknown = value
    for (const { place, how, other, name } of blows) {
      touched = change(touched, place, (was) => {
        if (how === 'gone') return GONE
        if (how === 'list') return [was, was]
        return how === 'stranger' && isObject(was) ? withMember(was, name, other) : other
      })
    }
    return { value: touched === GONE ? null : touched, places: blows.map(({ place }) => place) }
  })
}

export interface Touched {
  readonly value: unknown
  readonly places: readonly (readonly string[])[]
}

const GONE = Symbol('gone')

function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (!isObject(value)) return [path]
  const inner = Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))
  return [path, ...inner]
}

function change(
  value: unknown,
  [name, ...rest]: readonly string[],
  blow: (was: unknown) => unknown,
): unknown {
  if (name === undefined) return blow(value)
  if (!isObject(value)) return value
  const member = change(Reflect.get(value, name), rest, blow)
  const others = Object.entries(value).filter(([other]) => other !== name)
  const entries = member === GONE ? others : [...others, [name, member] as const]
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}

function withMember(value: object, name: string, member: unknown): unknown {
  return Object.fromEntries([...Object.entries(value), [name, member]])
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
