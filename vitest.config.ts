import { defineConfig } from 'vitest/config';
import { testReporters } from './scripts/test-reporters.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'bench/*.test.ts'],
    pool: 'threads',
    // Two cores are what CI has; by default one of them would rest.
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: testReporters(),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
    },
  },
});
