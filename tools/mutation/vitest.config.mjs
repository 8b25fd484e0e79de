import { defineConfig } from 'vitest/config'

/** Only tests that need no database, no browser and no neighbour: they run once per mutant. */
export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 20_000,
    include: ['**/*.test.ts'],
  },
})
