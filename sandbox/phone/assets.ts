import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The phone's own files, built once at start; none of them depends on the Mini Program. */
export interface PhoneAssets {
  readonly phoneJs: string
  readonly phoneCss: string
  readonly runtimeJs: string
  readonly runtimeCss: string
}

export async function buildAssets(): Promise<PhoneAssets> {
  const [phoneJs, runtimeJs, phoneCss, runtimeCss] = await Promise.all([
    bundle('browser/shell/main.ts', 'esm'),
    bundle('browser/runtime/main.ts', 'iife'),
    styles(['shell', 'apps', 'home', 'scanner', 'cashier', 'panel', 'overlays']),
    styles(['runtime', 'builtins', 'controls', 'overlays']),
  ])
  return { phoneJs, phoneCss, runtimeJs, runtimeCss }
}

async function bundle(entry: string, format: 'esm' | 'iife'): Promise<string> {
  const result = await build({
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    format,
    target: 'es2024',
    charset: 'utf8',
    minifySyntax: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  return result.outputFiles[0]?.text ?? ''
}

async function styles(names: readonly string[]): Promise<string> {
  const sheets = await Promise.all(
    names.map((name) => readFile(here(`browser/css/${name}.css`), 'utf8')),
  )
  return sheets.join('\n')
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}
