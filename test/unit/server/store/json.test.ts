import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  CorruptColumn,
  readJson,
  readNullableJson,
  readWord,
  writeNullableJson,
} from '../../../../server/store/json.ts'

const schema = z.object({ token: z.string() })

describe('a JSON column', () => {
  test('gives back what was written', () => {
    const content = { token: '茶 "quoted" \u0000' }
    expect(readJson(schema, 'payments.x', JSON.stringify(content))).toEqual(content)
    expect(readNullableJson(schema, 'payments.x', writeNullableJson(content))).toEqual(content)
  })

  test('may be empty where it is nullable', () => {
    expect(readNullableJson(schema, 'payments.x', writeNullableJson(null))).toBeNull()
  })

  test.each([
    ['text that is no JSON', '{"token":"whisper"'],
    ['JSON of another shape', '{"token":["whisper"]}'],
    ['nothing', ''],
  ])('with %s names the column and quotes nothing', (_, text) => {
    const read = (): unknown => readJson(schema, 'payments.x', text)
    expect(read).toThrow(CorruptColumn)
    expect(read).toThrow('payments.x')
    expect(read).not.toThrow('whisper')
  })
})

test('a status word that this version does not know is refused', () => {
  const status = z.enum(['open', 'paid'])
  expect(readWord(status, 'orders.status', 'paid')).toBe('paid')
  expect(() => readWord(status, 'orders.status', 'refunded')).toThrow('orders.status')
})
