export type Kind = 'request' | 'response' | 'notification' | 'table' | 'code' | 'behaviour'

interface Example {
  /** Its name, which is the title of its test as well. */
  readonly example: string
  readonly kind: Kind
}

export interface GoldenCase extends Example {
  readonly how: 'read' | 'reproduced'
  /** What deliberately differs from the print. */
  readonly note?: string
  /** The printed text, below `fixtures/`. */
  readonly fixture?: string
}

export interface GoldenDocument {
  /** Vendor and page title. */
  readonly title: string
  /** By the test file that runs them, without its folder and ending. */
  readonly cases: Readonly<Record<string, readonly GoldenCase[]>>
  /** Cases that stand in the adapters' own tests. */
  readonly elsewhere?: readonly (GoldenCase & {
    readonly test: { readonly file: string; readonly title: string }
  })[]
  readonly exceptions: readonly (Example & {
    readonly reason: string
    readonly fixture?: string
  })[]
}
