import { cp, readdir } from 'node:fs/promises'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'

export const CLIENT_PACKAGE = 'wechat-pay-client'

/** Where the reusable parts are written, and used by the tea shop itself. */
export const PAYMENT = 'miniprogram/payment'

/**
 * Writes the payment module and the components into the package, file by file as DevTools would:
 * templates, styles and JSON as they are, scripts as CommonJS in ES2017. What the sources take from
 * the package by its name, they find beside them.
 */
export async function emitPaymentParts(options: { root: string; dist: string }): Promise<void> {
  const { root, dist } = options
  const from = path.join(root, PAYMENT)
  const files = await readdir(from, { recursive: true })
  for (const file of files.filter((name) => /\.(wxml|wxss|json|md)$/.test(name))) {
    await cp(path.join(from, file), path.join(dist, file))
  }
  await build({
    entryPoints: files.filter((name) => name.endsWith('.ts')).map((name) => path.join(from, name)),
    absWorkingDir: root,
    outdir: dist,
    outbase: from,
    bundle: true,
    plugins: [besideEachOther(from)],
    format: 'cjs',
    target: 'es2017',
    charset: 'utf8',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'error',
  })
}

/** Every import stays one, of a file in the package. */
function besideEachOther(from: string): Plugin {
  return {
    name: 'beside-each-other',
    setup(setup) {
      setup.onResolve({ filter: /.*/ }, ({ path: wanted, importer, kind }) => {
        if (kind === 'entry-point') return null
        if (wanted.startsWith('.')) return { path: wanted, external: true }
        const module = wanted.slice(CLIENT_PACKAGE.length + 1) || 'index'
        const up = path.relative(path.dirname(importer), from) || '.'
        return { path: `${up}/${module}`, external: true }
      })
    },
  }
}
