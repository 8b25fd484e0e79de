import { payabl } from './register/payabl.ts'
import { ppro } from './register/ppro.ts'
import { publishedVectors } from './register/published-vectors.ts'
import { saferpay } from './register/saferpay.ts'
import type { GoldenDocument, Kind } from './register/types.ts'
import { wooshpay } from './register/wooshpay.ts'
import { worldlineConnect } from './register/worldline-connect.ts'

/** One printed example, and what our code does with it. */
export interface RegisterEntry {
  readonly document: string
  readonly example: string
  readonly kind: Kind
  readonly how: 'read' | 'reproduced' | 'exception'
  /** Why an exception is one. */
  readonly reason?: string
  /** What deliberately differs from the print. */
  readonly note?: string
  /** The printed text, below `fixtures/`. */
  readonly fixture?: string
  /** The test file in which it runs, and the title of its test. */
  readonly test?: { readonly file: string; readonly title: string }
}

export const documents: readonly GoldenDocument[] = [
  saferpay,
  payabl,
  ppro,
  wooshpay,
  worldlineConnect,
  publishedVectors,
]

/** Everything that the five documents print, and the published vectors. */
export const register: readonly RegisterEntry[] = documents.flatMap(entriesOf)

function entriesOf({ title, cases, elsewhere = [], exceptions }: GoldenDocument) {
  const here = Object.entries(cases).flatMap(([name, examples]) =>
    examples.map((one) => ({
      document: title,
      ...one,
      test: { file: `test/golden/${name}.test.ts`, title: one.example },
    })),
  )
  const withoutCase = exceptions.map((one) => ({
    document: title,
    ...one,
    how: 'exception' as const,
  }))
  return [...here, ...elsewhere.map((one) => ({ document: title, ...one })), ...withoutCase]
}
