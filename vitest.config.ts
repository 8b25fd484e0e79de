import './scripts/need24.mjs'
import { defineConfig } from 'vitest/config'

const shared = { environment: 'node', testTimeout: 20_000, hookTimeout: 60_000 } as const

export default defineConfig({
  test: {
    // By default one core is left to the main process, which needs little: on two, half would idle.
    maxWorkers: '100%',
    // Of `npm run coverage:client` alone: what decides in front of the payer, wherever they stand.
    coverage: {
      provider: 'v8',
      include: [
        'shared/{client,bridges}/**/*.ts',
        'shared/{environment,locale,money,payment-status}.ts',
        'server/pages/checkout/{controller,plan,state,watch-order}.ts',
        'miniprogram/payment/*.ts',
      ],
      reporter: ['text'],
      thresholds: { branches: 95 },
    },
    projects: [
      {
        // As DevTools finds it in miniprogram_npm, and the compiler by the paths of its tsconfig.
        resolve: {
          alias: {
            'wechat-pay-client/money': `${import.meta.dirname}/shared/money.ts`,
            'wechat-pay-client': `${import.meta.dirname}/shared/mini-program.ts`,
          },
        },
        test: { ...shared, name: 'unit', include: ['test/{unit,habits,golden}/**/*.test.ts'] },
      },
      {
        test: {
          ...shared,
          name: 'contract',
          include: ['test/{contract,flows,fuzz}/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
