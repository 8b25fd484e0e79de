import type { PageParts } from './page-data.ts'

/** The parts of the page that are fetched when somebody needs them. */
export interface Parts {
  readonly wechat: Part<typeof import('./wechat.ts')>
  readonly code: Part<typeof import('./qr-code.ts')>
  readonly elsewhere: Part<typeof import('./elsewhere.ts')>
}

interface Part<T> {
  /** Fetches it once; rejects where it cannot be fetched, and a later call tries again. */
  load(): Promise<T>
  /** Null until it is there. */
  now(): T | null
}

export function createParts({ wechat, code, elsewhere }: PageParts): Parts {
  return {
    wechat: part(() => import(/* @vite-ignore */ wechat)),
    code: part(() => import(/* @vite-ignore */ code)),
    elsewhere: part(() => import(/* @vite-ignore */ elsewhere)),
  }
}

function part<T>(fetchPart: () => Promise<T>): Part<T> {
  let here: T | null = null
  return {
    now: () => here,
    async load() {
      here ??= await fetchPart()
      return here
    },
  }
}
