import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'

const LEFT_OUT = new Set(['node_modules', 'miniprogram_npm', 'tsconfig.json', 'package.json'])

/**
 * Writes the Mini Program as plain JavaScript, file by file as DevTools' TypeScript plugin would:
 * templates, styles and configuration are copied, scripts become CommonJS in ES2017.
 */
export async function emitPlainJs(options: { root: string; dist: string; out: string }) {
  const { root, dist, out } = options
  await mkdir(out, { recursive: true })
  await cp(root, out, {
    recursive: true,
    filter: (source) => isCopied(path.relative(root, source)),
  })
  await build({
    entryPoints: await scriptsOf(root),
    absWorkingDir: root,
    outdir: out,
    outbase: root,
    format: 'cjs',
    target: 'es2017',
    charset: 'utf8',
    sourcemap: true,
    logLevel: 'error',
  })
  await cp(dist, path.join(out, 'miniprogram_npm/wechat-pay-client'), { recursive: true })
  await writeFile(path.join(out, 'package.json'), '{ "type": "commonjs" }\n')
}

async function scriptsOf(root: string): Promise<string[]> {
  const files = await readdir(root, { recursive: true })
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .filter((file) => !LEFT_OUT.has(file.split(path.sep)[0] ?? ''))
    .map((file) => path.join(root, file))
}

function isCopied(file: string): boolean {
  const top = file.split(path.sep)[0] ?? ''
  return !LEFT_OUT.has(top) && !/\.ts$|^tsconfig\..*json$/.test(file)
}
