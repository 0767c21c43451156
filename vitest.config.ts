import { defineConfig } from 'vitest/config';
import { testReporters } from './scripts/test-reporters.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'bench/*.test.ts'],
    pool: 'threads',
    testTimeout: 30_000,
    reporters: testReporters(),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
    },
  },
});
