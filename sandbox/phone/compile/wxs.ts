import { transform } from 'esbuild'
import { isBuildFailure } from './scripts.ts'

export interface WxsMistake {
  /** Counts from 1 within the script. */
  readonly line: number
  readonly message: string
}

/** The template compiler takes WXS as it is; a mistake would only show in the whole bundle. */
export async function checkWxs(source: string): Promise<readonly WxsMistake[]> {
  try {
    await transform(source, { loader: 'js', format: 'cjs', logLevel: 'silent' })
    return []
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    return error.errors.map(({ text, location }) => ({ line: location?.line ?? 1, message: text }))
  }
}
