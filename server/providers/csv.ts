/**
 * Comma-separated values as RFC 4180 (2005-10) writes them: quoted fields, doubled quotes, line
 * breaks inside quotes, CRLF or LF, with or without a byte order mark. Values are never trimmed and
 * never turned into numbers: amounts are exact text until somebody knows their currency.
 */

export type CsvDelimiter = ',' | ';' | '\t'

const DELIMITERS = [',', ';', '\t'] as const
const BYTE_ORDER_MARK = '\ufeff'

/** One field and what ends it; a quote inside a field that began without one is a letter. */
const FIELDS: Readonly<Record<CsvDelimiter, RegExp>> = {
  ',': fieldPattern(','),
  ';': fieldPattern(';'),
  '\t': fieldPattern('\\t'),
}

function fieldPattern(delimiter: string): RegExp {
  const quoted = '"([^"]*(?:""[^"]*)*)"'
  const letter = `[^${delimiter}\\r\\n]|\\r(?!\\n)`
  const bare = `((?!")(?:${letter})*)`
  return new RegExp(`(?:${quoted}|${bare})(${delimiter}|\\r?\\n|$)`, 'y')
}

/**
 * All records as text, empty lines included (one empty field each), so that the place of a record
 * is its line wherever no field holds a line break. The delimiter is detected where none is given.
 * Throws RangeError, with the line, where a quoted field does not end, or goes on after its quote.
 */
export function parseCsv(
  text: string,
  options: { readonly delimiter?: CsvDelimiter } = {},
): readonly (readonly string[])[] {
  const source = withoutMark(text)
  const pattern = new RegExp(FIELDS[options.delimiter ?? detectDelimiter(source)])
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  let open = source.length > 0
  while (open) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (!match) throw new RangeError(`line ${lineAt(source, at)}: the quoting is broken`)
    const [whole, quoted, bare = '', end = ''] = match
    record.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    at += whole.length
    const ended = end === '' || end.endsWith('\n')
    if (ended) {
      records.push(record)
      record = []
    }
    open = at < source.length || !ended
  }
  return records
}

/** The delimiter that the first line with words uses most, outside of quotes; else a comma. */
export function detectDelimiter(text: string): CsvDelimiter {
  const line = withoutMark(text)
    .split('\n', 20)
    .find((words) => words.trim() !== '')
  const bare = (line ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: CsvDelimiter) => bare.split(delimiter).length
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

function lineAt(source: string, at: number): number {
  return source.slice(0, at).split('\n').length
}
