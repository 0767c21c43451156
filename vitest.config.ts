import { defineConfig } from 'vitest/config';
import { testReporters } from './scripts/test-reporters.ts';

const inProportion = 'packages/*/src/**/*.linear.test.ts';

export default defineConfig({
  test: {
    // Two cores are what CI has; by default one of them would rest.
    maxWorkers: 2,
    testTimeout: 30_000,
    globalSetup: ['./test/e2e/build-once.ts'],
    reporters: testReporters(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'test/**/*.test.ts',
            'bench/*.test.ts',
          ],
          exclude: [inProportion],
          pool: 'threads',
          // No test leaves anything behind in a module, and each module is loaded once instead of a hundred times.
          isolate: false,
        },
      },
      // They compare what work costs the processor, which is told for a whole process.
      { extends: true, test: { name: 'linear', include: [inProportion], pool: 'forks' } },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
    },
  },
});
