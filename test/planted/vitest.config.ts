import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { withBug } from './bug.ts'
import { plantedBug } from './bugs.ts'

const root = join(import.meta.dirname, '..', '..')
const bug = plantedBug(process.env)

/** The suites as in `vitest.config.ts`, over the project with one bug in it; without a database. */
export default defineConfig({
  root,
  plugins: [
    {
      name: 'planted-bug',
      enforce: 'pre',
      transform: (code, id) =>
        bug && id.split('?')[0] === join(root, bug.file) ? withBug(code, bug) : undefined,
    },
  ],
  test: {
    environment: 'node',
    // Bugs must not be kept for the next run.
    fsModuleCache: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    include: ['test/{unit,golden,contract,flows}/**/*.test.ts'],
  },
})
