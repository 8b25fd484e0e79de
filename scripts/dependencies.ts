import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDependencies, withTables } from './dependencies/table.ts'

/**
 * `npm run docs:dependencies`: makes the tables of docs/dependencies.md from what is locked and
 * installed. Not called `dependencies`: npm runs a script of that name by itself at every install.
 */
const root = join(import.meta.dirname, '..')
const path = join(root, 'docs/dependencies.md')
const dependencies = readDependencies(root)
writeFileSync(path, withTables(readFileSync(path, 'utf8'), dependencies))
process.stdout.write(`docs/dependencies.md: ${dependencies.production.length} packages\n`)
