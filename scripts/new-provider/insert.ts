import { Refusal } from './names.ts'

/**
 * Additions to files that people wrote: each finds its place by an exact text that is there once, and
 * refuses where it is not. Pure; the formatter puts what was added in order afterwards.
 */
export type Insertion = (text: string, path: string) => string

/** Among the imports; the formatter sorts them. */
export function addImport(line: string): Insertion {
  return (text, path) => {
    const at = /^import /m.exec(text)?.index
    if (at === undefined) throw new Refusal(`${path} has no imports; has it changed its shape?`)
    return `${text.slice(0, at)}${line}\n${text.slice(at)}`
  }
}

/** As the last entry of a list: before the first `closes` line after the one `opens` line. */
export function addToList(opens: string, closes: string, entry: string): Insertion {
  return (text, path) => {
    const lines = text.split('\n')
    const first = onlyPlace(lines, opens, path)
    const last = lines.indexOf(closes, first + 1)
    if (last < 0) throw new Refusal(`${path}: "${opens.trim()}" is not closed by "${closes}"`)
    return lines.toSpliced(last, 0, entry.trimEnd()).join('\n')
  }
}

/** Before the one line that reads so. */
export function addBefore(line: string, block: string): Insertion {
  return (text, path) => {
    const lines = text.split('\n')
    return lines.toSpliced(onlyPlace(lines, line, path), 0, block.trimEnd(), '').join('\n')
  }
}

export function addAtEnd(block: string): Insertion {
  return (text) => `${text.trimEnd()}\n\n${block}`
}

/** To the one object of plain names that is returned at this depth, with a statement before it. */
export function addToReturn(name: string, statement: string): Insertion {
  return (text, path) => {
    const found = [...text.matchAll(/\n {2}return \{([^{}:]*?),?\s*\}\n/g)]
    const [only] = found
    if (only === undefined || found.length > 1) {
      throw new Refusal(
        `${path} returns ${found.length} objects of names; has it changed its shape?`,
      )
    }
    const [whole, listed = ''] = only
    const grown = `\n${statement.trimEnd()}\n  return {${listed}, ${name} }\n`
    return text.replace(whole, () => grown)
  }
}

function onlyPlace(lines: readonly string[], wanted: string, path: string): number {
  const place = lines.indexOf(wanted)
  if (place >= 0 && !lines.includes(wanted, place + 1)) return place
  const count = lines.filter((line) => line === wanted).length
  throw new Refusal(
    `${path} has ${count} lines that read "${wanted.trim()}", and one is needed; ` +
      'add the provider by hand, as docs/add-a-provider.md says, or mend scripts/new-provider/places.ts',
  )
}
