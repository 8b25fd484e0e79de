import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BuildFailure, build, type Message, type Metafile, type Plugin } from 'esbuild'
import type { BoundHandler } from '../program.ts'
import type { Problem } from './problems.ts'
import { NPM_FOLDER, type Project } from './project.ts'

export interface CompiledScripts {
  readonly js: string
  readonly sourceMap: string
}

/** Names of a browser that WeChat's logic layer does not have; there they are undefined. */
const NOT_IN_WECHAT = [
  'window self document location navigator history frames parent top opener',
  'localStorage sessionStorage indexedDB caches cookieStore',
  'fetch XMLHttpRequest WebSocket EventSource Worker SharedWorker BroadcastChannel',
  'URL URLSearchParams Headers Request Response FormData Blob File FileReader AbortController',
  'AbortSignal TextEncoder TextDecoder crypto btoa atob structuredClone alert confirm prompt',
  'requestAnimationFrame cancelAnimationFrame customElements HTMLElement Element Node Image',
  'DOMParser MutationObserver IntersectionObserver process Buffer',
].flatMap((line) => line.split(' '))

const ENTRY = 'mini-program'

/**
 * Bundles all scripts into one classic script that defines `window.miniProgram`. A page's script
 * runs only when it is asked for, so that `Page(…)` knows which page it belongs to.
 */
export async function compileScripts(options: {
  project: Project
  aliases: Readonly<Record<string, string>>
  /** JSON of the program without templates and scripts. */
  config: string
  templates: string
  handlers: ReadonlyMap<string, readonly BoundHandler[]>
  problems: Problem[]
}): Promise<CompiledScripts | null> {
  const { project, aliases, problems } = options
  try {
    const result = await build({
      entryPoints: [ENTRY],
      absWorkingDir: project.root,
      bundle: true,
      write: false,
      metafile: true,
      outfile: 'mini-program.js',
      format: 'iife',
      globalName: 'program',
      target: 'es2022',
      charset: 'utf8',
      sourcemap: 'external',
      logLevel: 'silent',
      alias: { ...aliases },
      tsconfigRaw: {},
      banner: { js: `window.miniProgram = (function (${NOT_IN_WECHAT.join(', ')}) {` },
      footer: { js: 'return program.default }).call(undefined)' },
      plugins: [entryPlugin(options), npmPlugin(project.root, aliases)],
    })
    await checkHandlers({ ...options, metafile: result.metafile })
    const text = (ending: string) =>
      result.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? ''
    return { js: text('.js'), sourceMap: text('.js.map') }
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    // What is wrong in the bundle's own text came from a template, and was told there.
    const own = error.errors.filter(({ location }) => !location?.file.startsWith(ENTRY))
    const told = own.length === 0 && problems.length === 0 ? error.errors : own
    problems.push(...told.map(problemOf))
    return null
  }
}

function entryPlugin(options: { project: Project; config: string; templates: string }): Plugin {
  const { project, config, templates } = options
  const scripts = [['app', project.appScript], ...project.units.map((u) => [u.path, u.script])]
  const runs = scripts.map(
    ([name, file]) => `${JSON.stringify(name)}: () => require(${JSON.stringify(`./${file}`)})`,
  )
  const contents = `export default {
    ...${config},
    templates: ${templates},
    scripts: { ${runs.join(',\n')} },
  }`
  return {
    name: 'mini-program-entry',
    setup(setup) {
      setup.onResolve({ filter: new RegExp(`^${ENTRY}$`) }, () => ({
        path: ENTRY,
        namespace: ENTRY,
      }))
      setup.onLoad({ filter: /.*/, namespace: ENTRY }, () => ({
        contents,
        resolveDir: project.root,
      }))
    },
  }
}

/** Packages as an npm build has put them in place; what has an alias by its full name goes there. */
function npmPlugin(root: string, aliases: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'mini-program-npm',
    setup(setup) {
      setup.onResolve({ filter: /^[^./]/ }, async ({ path: name, pluginData }) => {
        if (Object.hasOwn(aliases, name) || name === ENTRY || pluginData === NPM_FOLDER) return null
        const wanted = `./${path.posix.join(NPM_FOLDER, name)}`
        const options = { kind: 'require-call', resolveDir: root, pluginData: NPM_FOLDER } as const
        const found = await setup.resolve(wanted, options)
        return found.errors.length === 0 ? found : null
      })
    },
  }
}

/**
 * A template that binds a method which no script even mentions is a typing error. The runtime checks
 * again with the methods that really exist; this one costs no running phone.
 */
async function checkHandlers(options: {
  project: Project
  handlers: ReadonlyMap<string, readonly BoundHandler[]>
  metafile: Metafile
  problems: Problem[]
}): Promise<void> {
  const { project, handlers, metafile, problems } = options
  for (const unit of project.units) {
    const files = reachable(unit.script, metafile)
    const sources = await Promise.all(
      files.map((file) => readFile(path.join(project.root, file), 'utf8')),
    )
    for (const { method, event, file, line } of handlers.get(unit.path) ?? []) {
      const word = new RegExp(`(?<![\\w$])${method.replace(/\$/g, '\\$')}(?![\\w$])`)
      if (sources.some((source) => word.test(source))) continue
      const message = `"${event}" is bound to ${method}, but ${unit.script} has no such method`
      problems.push({ file, line, message })
    }
  }
}

function reachable(script: string, metafile: Metafile): string[] {
  const found = new Set<string>()
  const queue = [script]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file) || !Object.hasOwn(metafile.inputs, file)) continue
    found.add(file)
    queue.push(...(metafile.inputs[file]?.imports ?? []).map((imported) => imported.path))
  }
  return [...found]
}

function problemOf({ text, location }: Message): Problem {
  if (location === null) return { file: 'app.json', message: text }
  const { file, line, column } = location
  return { file, line, column: column + 1, message: text }
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
