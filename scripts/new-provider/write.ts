import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from './plan.ts'

/** Writes all of the files. Where one cannot be written, the others are put back as they were. */
export function writeAll(files: readonly PlannedFile[], root: string): void {
  const undo: (() => void)[] = []
  try {
    for (const { path, text, before } of files) {
      const target = join(root, path)
      if (before === null) {
        const made = mkdirSync(dirname(target), { recursive: true })
        if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }))
        writeFileSync(target, text, { flag: 'wx' })
      } else {
        undo.push(() => writeFileSync(target, before))
        writeFileSync(target, text)
      }
    }
  } catch (error) {
    for (const back of undo.toReversed()) back()
    throw error
  }
}
