import type { Random } from '../../../sandbox/random.ts'

/** One message in many wrong shapes. All of these are generators: nothing is held in memory. */
export interface Mutation {
  /** What was done, and where. */
  readonly label: string
  readonly bytes: Uint8Array
}

/** What parsers trip over, put in the place of any byte. */
const SHARP = [0x00, 0x0a, 0x20, 0x22, 0x25, 0x26, 0x2b, 0x2e, 0x30, 0x39, 0x3d, 0x5c, 0x7b, 0xff]

/** Every byte in turn, each with so many other values: first its bits flipped, then sharp ones. */
export function* substitutions(
  bytes: Uint8Array,
  random: Random,
  valuesPerByte: number,
): Generator<Mutation> {
  for (const [at, was] of bytes.entries()) {
    const others = new Set([was ^ 0x01, was ^ 0x20])
    while (others.size < Math.min(255, valuesPerByte)) {
      others.add(others.size < 255 && random.chance(0.5) ? pick(SHARP, random) : random.int(256))
    }
    others.delete(was)
    for (const value of [...others].slice(0, valuesPerByte)) {
      const bent = Uint8Array.from(bytes)
      bent[at] = value
      yield { label: `byte ${at} is ${value}`, bytes: bent }
    }
  }
}

/** Every byte left out, doubled, swapped with the next, and followed by one that is too much. */
export function* shifts(bytes: Uint8Array, random: Random): Generator<Mutation> {
  for (let at = 0; at < bytes.length; at += 1) {
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    yield { label: `without byte ${at}`, bytes: join(head, tail.subarray(1)) }
    yield { label: `byte ${at} twice`, bytes: join(head, tail.subarray(0, 1), tail) }
    const extra = Uint8Array.of(pick(SHARP, random))
    yield { label: `${extra[0]} before byte ${at}`, bytes: join(head, extra, tail) }
    if (tail.length > 1 && tail[0] !== tail[1]) {
      const swapped = Uint8Array.of(tail[1] ?? 0, tail[0] ?? 0)
      yield { label: `byte ${at} after the next`, bytes: join(head, swapped, tail.subarray(2)) }
    }
  }
}

/** Cut off at every length, from either end, and with something after the end. */
export function* cuts(bytes: Uint8Array): Generator<Mutation> {
  for (let length = 0; length < bytes.length; length += 1) {
    yield { label: `the first ${length} bytes`, bytes: bytes.subarray(0, length) }
    yield { label: `the last ${length} bytes`, bytes: bytes.subarray(bytes.length - length) }
  }
  for (const more of [[0x00], [0x0a], [0x20], [0xef, 0xbb, 0xbf], [0x26], [0x7d]]) {
    yield { label: `${more.join()} after it`, bytes: join(bytes, Uint8Array.from(more)) }
    yield { label: `${more.join()} before it`, bytes: join(Uint8Array.from(more), bytes) }
  }
  yield { label: 'twice', bytes: join(bytes, bytes) }
}

/** Several of these at once, at random. */
export function* storms(bytes: Uint8Array, random: Random, count: number): Generator<Mutation> {
  for (let run = 0; run < count; run += 1) {
    let bent = Uint8Array.from(bytes)
    const blows = 1 + random.int(6)
    for (let blow = 0; blow < blows; blow += 1) {
      const at = random.int(bent.length + 1)
      const until = Math.min(bent.length, at + random.int(12))
      const [head, hole, tail] = [bent.slice(0, at), bent.slice(at, until), bent.slice(until)]
      const noise = Uint8Array.from({ length: random.int(12) }, () => random.int(256))
      const middle = [[], [noise], [hole, hole], [noise, hole], [hole.toReversed()]]
      bent = join(head, ...pick(middle, random), tail)
    }
    yield { label: `storm ${run}`, bytes: bent }
  }
}

export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts))
}

export function pick<T>(choices: readonly T[], random: Random): T {
  const choice = choices[random.int(choices.length)]
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}
