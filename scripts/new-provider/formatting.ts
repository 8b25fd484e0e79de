import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PlannedFile } from './plan.ts'

/**
 * The files as the project's formatter writes them, imports sorted: how long a name is decides where
 * lines break. Works on copies outside the project. Throws where the formatter cannot read a file.
 */
export function formatted(files: readonly PlannedFile[], root: string): readonly PlannedFile[] {
  const stage = mkdtempSync(join(tmpdir(), 'new-provider-'))
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(stage, path)), { recursive: true })
      writeFileSync(join(stage, path), text)
    }
    const biome = createRequire(join(root, 'package.json')).resolve('@biomejs/biome/bin/biome')
    const options = ['--write', '--vcs-enabled=false', `--config-path=${join(root, 'biome.json')}`]
    execFileSync(process.execPath, [biome, 'check', ...options, stage], { stdio: 'pipe' })
    return files.map((file) => ({ ...file, text: readFileSync(join(stage, file.path), 'utf8') }))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}
