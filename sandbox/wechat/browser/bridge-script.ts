import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { BridgeConfig } from '../bridge/config.ts'

const ENTRY = fileURLToPath(new URL('../bridge/main.ts', import.meta.url))

/** The page script of WeChat's browser as one classic script. */
export async function buildBridgeScript(config: BridgeConfig): Promise<string> {
  const built = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    define: { WECHAT_BRIDGE: JSON.stringify(config) },
  })
  const [file] = built.outputFiles
  if (file === undefined) throw new Error('esbuild wrote no bridge script')
  return file.text
}
