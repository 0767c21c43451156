import { defineConfig } from 'vitest/config';

/** Tests that start a real km. Each project has its own needs; package.json has a script for each. */
const project = (name: string, include: string, testTimeout: number) => ({
  test: { name, include: [include], pool: 'threads' as const, testTimeout, globalSetup: './test/e2e/build-once.ts' },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('e2e', 'test/e2e/**/*.e2e.ts', 30_000),
      project('system', 'test/system/**/*.system.ts', 60_000),
      project('clients', 'test/clients/**/*.clients.ts', 300_000),
    ],
  },
});
