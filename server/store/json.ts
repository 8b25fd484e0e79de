import type { z } from 'zod'

/**
 * A JSON column's text as a checked value. Throws without quoting the content, which may be secret.
 */
export function readJson<T>(schema: z.ZodType<T>, column: string, text: string): T {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new CorruptColumn(column)
  }
  return readWord(schema, column, content)
}

export function readNullableJson<T>(
  schema: z.ZodType<T>,
  column: string,
  text: string | null,
): T | null {
  return text === null ? null : readJson(schema, column, text)
}

/** A column's value as a checked one, such as a status word. */
export function readWord<T>(schema: z.ZodType<T>, column: string, content: unknown): T {
  const parsed = schema.safeParse(content)
  if (!parsed.success) throw new CorruptColumn(column)
  return parsed.data
}

export function writeNullableJson(content: object | null): string | null {
  return content === null ? null : JSON.stringify(content)
}

/** The database holds something that this version never writes there. */
export class CorruptColumn extends Error {
  override readonly name = 'CorruptColumn'

  constructor(column: string) {
    super(
      `The database column ${column} holds a value that this version of the toolkit cannot read.`,
    )
  }
}
