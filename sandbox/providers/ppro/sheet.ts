import { minorToDecimal } from '../../../shared/money.ts'
import type { PproBehaviour } from './options.ts'

/** One file before it is text. */
export interface Sheet {
  readonly name: string
  readonly columns: readonly string[]
  readonly lines: readonly (readonly string[])[]
  /** The column that the footer adds up; null where files of this kind have no footer. */
  readonly summed: string | null
}

export type Cells = Readonly<Record<string, string>>

/** A sheet of lines by column; what a line does not name is empty. */
export function sheetOf(
  name: string,
  columns: string,
  { lines, summed = null }: { lines: readonly Cells[]; summed?: string | null },
): Sheet {
  const names = columns.split(' ')
  return {
    name,
    columns: names,
    lines: lines.map((cells) => names.map((column) => cells[column] ?? '')),
    summed,
  }
}

/** RFC 4180, with the footer that is documented for all settlement files. */
export function textOf(
  { columns, lines, summed }: Sheet,
  { fileDelimiter, fileFooters }: PproBehaviour,
  settledOn: string,
): string {
  const footer = summed !== null && fileFooters ? footerOf(lines, columns.indexOf(summed)) : []
  const dated = footer.length === 0 ? [] : [['SETTLEMENT_DATE', settledOn], ...footer]
  return [columns, ...lines, ...dated]
    .map((cells) => `${cells.map((cell) => quoted(cell, fileDelimiter)).join(fileDelimiter)}\r\n`)
    .join('')
}

function footerOf(lines: readonly (readonly string[])[], column: number) {
  // Two decimals in every currency of this method, so cents add up across currencies as theirs do.
  const cents = lines.reduce((sum, cells) => sum + Number(cells[column]?.replace('.', '')), 0)
  return [
    ['RECORD_COUNT', String(lines.length)],
    ['CHECKSUM_AGGREGATE_AMOUNT', minorToDecimal({ value: cents, currency: 'EUR' })],
  ]
}

function quoted(cell: string, delimiter: string): string {
  const plain = !cell.includes(delimiter) && !/["\r\n]/.test(cell)
  return plain ? cell : `"${cell.replaceAll('"', '""')}"`
}
