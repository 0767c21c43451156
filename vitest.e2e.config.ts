import { defineConfig } from 'vitest/config';
import { testReporters } from './scripts/test-reporters.ts';

/** Tests that start a real km. Each project has its own needs; package.json has a script for each. */
const project = (name: string, include: string, testTimeout: number, globalSetup: string[] = []) => ({
  test: {
    name,
    include: [include],
    pool: 'threads' as const,
    testTimeout,
    globalSetup: ['./test/e2e/build-once.ts', ...globalSetup],
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: testReporters(),
    projects: [
      project('e2e', 'test/e2e/**/*.e2e.ts', 30_000),
      project('system', 'test/system/**/*.system.ts', 60_000, ['./test/system/build-control-plane-once.ts']),
      {
        test: {
          name: 'postgres',
          include: ['packages/control-plane/test/**/*.test.ts'],
          pool: 'threads' as const,
          testTimeout: 60_000,
          globalSetup: ['./packages/control-plane/test/start-postgres.ts'],
        },
      },
      project('clients', 'test/clients/*.clients.ts', 120_000, ['./test/clients/on-demand.ts']),
    ],
  },
});
