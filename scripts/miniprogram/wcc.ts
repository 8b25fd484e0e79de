import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

/** Where WeChat's older template compiler is, as miniprogram-simulate brings it: x64 only. */
const BINARIES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'linux/wcc',
  darwin: 'mac/wcc',
  win32: 'windows/wcc.exe',
}

/**
 * What `wcc` says of all WXML below a folder, which is what DevTools compiled with for years and
 * older clients still go by: `file:line:column: reason`. It refuses other things than the compiler
 * of glass-easel does. Null where this machine cannot run it.
 */
export async function checkWithWcc(root: string): Promise<readonly string[] | null> {
  const binary = BINARIES[process.platform]
  if (binary === undefined || process.arch !== 'x64') return null
  const simulate = createRequire(import.meta.url).resolve('miniprogram-simulate')
  const compiler = createRequire(simulate).resolve('miniprogram-compiler')
  // A copy of our own: npm unpacks it without the right to run it, and the package is not ours.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wcc-'))
  try {
    const wcc = path.join(folder, path.basename(binary))
    await copyFile(path.join(path.dirname(compiler), 'bin', binary), wcc)
    await chmod(wcc, 0o755)
    return await complaintsOf(wcc, root)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function complaintsOf(wcc: string, root: string): Promise<readonly string[]> {
  const files = await readdir(root, { recursive: true })
  const templates = files
    .filter((file) => file.endsWith('.wxml') && !/node_modules|miniprogram_npm/.test(file))
    .map((file) => file.split(path.sep).join('/'))
    .toSorted()
  return new Promise((resolve) => {
    execFile(wcc, ['-d', ...templates], { cwd: root, maxBuffer: 2 ** 25 }, (error, _, stderr) => {
      if (error === null) resolve([])
      else resolve([stderr.trim() || error.message])
    })
  })
}
