import { build } from 'esbuild'

export interface ClientBundle {
  /** CommonJS in ES2017, minified. */
  readonly code: string
  /** The sources in it, from the root of the repository. */
  readonly inputs: readonly string[]
}

/** Names that parts of the client use among themselves; no page and no server ever sees them. */
const INTERNAL = /^(attempt|limitMs|cashier|brief|query)$/

/**
 * One entry of the client as it is shipped: a single file that imports nothing. esbuild's own CommonJS
 * carries helpers for what this never does (live bindings, default imports): a tenth of the file.
 * Exports of a module that is complete when it has run need only be assigned.
 */
export async function bundleClient(options: {
  root: string
  entry: string
}): Promise<ClientBundle> {
  const { root, entry } = options
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: `export * from './${entry}'`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2017',
    charset: 'utf8',
    mangleProps: INTERNAL,
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const code = outputFiles[0]?.text ?? ''
  return {
    code: asCommonJs(code),
    inputs: Object.keys(metafile.inputs).filter((name) => name !== '<stdin>'),
  }
}

/** Throws Error where the code does not end in one export statement, as esbuild writes it. */
function asCommonJs(code: string): string {
  const [statement, names] = /export\{([^}]*)\};\s*$/.exec(code) ?? []
  if (statement === undefined || names === undefined) throw new Error('no exports to assign')
  const assignments = names.split(',').map((name) => {
    const [local, exported = local] = name.split(' as ')
    return `exports.${exported}=${local};`
  })
  return `"use strict";${code.slice(0, -statement.length)}${assignments.join('')}\n`
}
