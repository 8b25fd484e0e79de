/**
 * `node --import ./test/planted/plant.ts` with `PLANTED_BUG=<name>`: the process loads the project
 * with that bug in it. The files on disk stay as they are.
 */
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withBug } from './bug.ts'
import { plantedBug } from './bugs.ts'

const bug = plantedBug(process.env)
if (bug) {
  const root = pathToFileURL(fileURLToPath(new URL('../../', import.meta.url)))
  const target = new URL(bug.file, root).href
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== target) return loaded
      const { source } = loaded
      if (source === undefined || source === null) throw new Error(`${bug.file} has no source`)
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
      return { ...loaded, source: withBug(text, bug) }
    },
  })
}
